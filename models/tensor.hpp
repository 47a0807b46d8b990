#pragma once
#include <ATen/core/Tensor.h>
#include <troupe/augment/view.hpp>

namespace troupe {

/// Numbers as LibTorch sees them, of the same type and shape, without a copy: `[64, 3, 224, 224]` float32 for the
/// images of a batch. The tensor keeps the owner of the view, so that of a batch may outlive its handle and the run; a
/// buffer that is kept is one that the line cannot fill. LibTorch has no constant tensors: what is written to one is
/// written to the batch, and what the batch shows elsewhere changes with it.
///
///     for (const troupe::batch& b : run.epoch()) loss(net(troupe::tensor(b.images())), troupe::tensor(b.labels()));
at::Tensor tensor(const view& numbers);

}  // namespace troupe
