#include <troupe/actors/filter_rate.hpp>

#include <cmath>
#include <string>

namespace troupe {

namespace {
constexpr double least = 64, remembered = 1024;  // samples
constexpr double low = 0.50, high = 0.55;        // share that passes
}  // namespace

void filter_rate::saw(run_state& run, std::uint64_t pass, bool left_out) {
  ++looked_at_;
  left_out_ += left_out;
  if (looked_at_ < least) return;
  const auto passes = 1 - left_out_ / looked_at_;
  if (looked_at_ >= remembered) {
    looked_at_ /= 2;
    left_out_ /= 2;
  }
  if (said_ ? passes >= high : passes < low) say(run, pass, passes);
}

void filter_rate::say(run_state& run, std::uint64_t pass, double passes) {
  said_ = !said_;
  const auto& filters = run.data(pass).filters;
  const auto named = filters.empty() ? std::string("a stage of your own") : filters;
  alert a{.name = "filter_rate", .severity = said_ ? severity::warning : severity::info, .stage = "augmenter"};
  a.op = named;
  a.value = passes;
  a.limit = said_ ? low : high;
  a.message = std::to_string(std::lround(100 * passes)) + " % of the samples pass " + named;
  a.cleared = !said_;
  if (said_) {
    a.message = "only " + a.message + ": the others are read and decoded for nothing";
    a.suggestion =
        "Leave out of the plan what can be told by path, label or size, filter(data, keep), or let more of them pass";
    a.action = "another sample takes the place of each; an evaluation skips it";
  }
  run.raise(a);
}

}  // namespace troupe
