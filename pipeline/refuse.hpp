#pragma once
#include <sstream>
#include <stdexcept>

namespace troupe {

/// Throws `stage: option must be allowed, got value` and what to do about it.
template <class T>
[[noreturn]] void refuse(const char* stage, const char* option, const char* allowed, const T& got,
                         const char* remedy = "") {
  std::ostringstream text;
  text << stage << ": " << option << " must be " << allowed << ", got " << got << remedy;
  throw std::invalid_argument(text.str());
}

}  // namespace troupe
