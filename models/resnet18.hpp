#pragma once
#include <troupe/models/learner.hpp>

#include <cstddef>

namespace troupe {

/// ResNet-18 (He, Zhang, Ren and Sun 2015, arXiv:1512.03385), layer by layer torchvision's, with its initial weights
/// and its tensor names (conv1.weight, layer1.0.conv1.weight, … fc.bias): weights go to PyTorch and back as they are.
/// 11,176,512 + 513 x classes weights. Made for 224 x 224; smaller images work, from 33 x 33 also with a batch of one.
model resnet18(std::size_t classes);

}  // namespace troupe
