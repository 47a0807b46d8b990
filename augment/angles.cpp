#include <troupe/augment/angles.hpp>

#include <troupe/augment/implementation.hpp>

#include <stdexcept>

namespace troupe {

std::string angles::to_string() const { return one ? spelled(high) : "(" + spelled(low) + ", " + spelled(high) + ")"; }

void check_angles(const char* transform, const char* option, const angles& a, double limit) {
  if (a.one && !(a.high >= 0 && a.high <= limit))
    throw std::invalid_argument(std::string(transform) + ": " + option + " must be in 0 ... " + spelled(limit) +
                                ", got " + spelled(a.high));
  if (!(-limit <= a.low && a.low <= a.high && a.high <= limit))
    throw std::invalid_argument(std::string(transform) + ": " + option + " must be (low, high) with " +
                                spelled(-limit) + " <= low <= high <= " + spelled(limit) + ", got " + a.to_string());
}

}  // namespace troupe
