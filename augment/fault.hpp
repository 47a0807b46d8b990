#pragma once
#include <cstdint>
#include <string>

namespace troupe {

/// Why a sample cannot be delivered. A bad file is data, not an exception: it travels as a value.
enum class fault : std::uint8_t {
  none,         ///< nothing is wrong
  unsupported,  ///< not a format that is read (judged by the content, never by the name)
  truncated,    ///< the file ends before the image does
  corrupt,      ///< the content contradicts its format
  too_large,    ///< more pixels, bytes or scans than the limits allow
  empty,        ///< no bytes at all
  missing,      ///< the file is not there (any more)
  io,           ///< the operating system refused: no permission, a broken disk
  transform,    ///< a transform threw; the detail begins with its name
  stage,        ///< a stage of one's own threw or gave nothing; the detail begins with its name
  filtered,     ///< nothing is wrong with it: a filter leaves it out; the detail is the filter's name
};

/// The word of a fault as files and events spell it: `truncated`.
const char* to_string(fault f) noexcept;

/// A fault with what is known about it, in words a person can act on: "needs 212 MiB of decode scratch, the pool has
/// 64".
struct failure {
  fault reason = fault::none;
  std::string detail;
  std::string path = {};  ///< of the file that is at fault, where that is another than the sample's own: its mask's

  explicit operator bool() const noexcept { return reason != fault::none; }
};

}  // namespace troupe
