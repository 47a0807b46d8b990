#pragma once
#include <troupe/pipeline/batch.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace troupe {

/// A hash over every field of every delivered batch in order (XXH3, 128 bits). Two runs with the same digest showed a
/// consumer the same bytes.
class digest {
 public:
  digest();
  ~digest();
  void add(const batch& b);
  /// 32 hexadecimal digits.
  std::string text() const;

 private:
  struct state;
  mutable std::mutex mutex_;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
