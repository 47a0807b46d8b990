#include <troupe/models/lone_row.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

namespace troupe {
namespace {

/// Puts back what a forward pass in training mode moves: running statistics and LibTorch's random numbers.
class as_before {
 public:
  explicit as_before(const network& net) : buffers_(net.module->buffers()) {
    for (const auto& buffer : buffers_) kept_.push_back(buffer.clone());
    const std::lock_guard lock(random_.mutex());
    numbers_ = random_.get_state();
  }
  void put_back() {
    for (std::size_t k = 0; k < buffers_.size(); ++k) buffers_[k].copy_(kept_[k]);
    const std::lock_guard lock(random_.mutex());
    random_.set_state(numbers_);
  }

 private:
  std::vector<at::Tensor> buffers_, kept_;
  at::Generator random_ = at::detail::getDefaultCPUGenerator();
  at::Tensor numbers_;
};

/// Why so many rows cannot be trained on, if they cannot.
std::optional<std::string> refusal_of(std::int64_t rows, const network& net, const learner_setup& setup) {
  const torch::NoGradGuard no_gradients;
  as_before state(net);
  std::optional<std::string> why;
  try {
    net.module->train();
    (void)net.forward(at::zeros({rows, setup.channels, setup.height, setup.width}));
  } catch (const c10::Error& e) { why = e.what_without_backtrace(); } catch (const std::exception& e) {
    why = e.what();
  } catch (...) { why = "what it throws is no std::exception"; }
  state.put_back();
  return why;
}

}  // namespace

void refuse_lone_row(const std::string& name, const network& net, const learner_setup& setup) {
  const auto why = refusal_of(1, net, setup);
  if (!why || refusal_of(2, net, setup)) return;
  // Of one batch an epoch nothing would be left without it.
  const char* others = setup.steps_per_epoch > 1
                           ? ", or, where the other batches are larger, leave it out (batch.drop_last, --drop-last)"
                           : "";
  throw std::invalid_argument(name + ": an epoch ends with a batch of one row, which cannot be trained on (" + *why +
                              "); change batch.size (--batch)" + others);
}

}  // namespace troupe
