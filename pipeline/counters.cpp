#include <troupe/pipeline/counters.hpp>

namespace troupe {

const char* to_string(operation op) noexcept {
  switch (op) {
    case operation::idle: return "idle";
    case operation::pulling: return "pulling";
    case operation::opening: return "opening";
    case operation::reading: return "reading";
    case operation::transforming: return "transforming";
    case operation::finishing: return "transforming a batch";
    case operation::training: return "training";
    case operation::evaluating: return "evaluating";
    case operation::saving: return "saving a checkpoint";
    case operation::consuming: return "consuming";
  }
  return "unknown";
}

}  // namespace troupe
