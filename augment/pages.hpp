#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace troupe {

/// Of a page, or of the smallest ones where there are several sizes.
constexpr std::size_t page_bytes = 4096;

/// Gives pages back to the system.
struct release_pages {
  std::size_t bytes = 0;
  void operator()(std::uint8_t* p) const noexcept;
};

/// Memory in whole pages straight from the system, aligned to them. What is let go of has left the process. malloc does
/// not promise that: what it gets back it may keep, once for every thread, and no bound would hold.
using pages = std::unique_ptr<std::uint8_t[], release_pages>;

/// At least `bytes`; nothing where the system has no more.
pages take_pages(std::size_t bytes) noexcept;

/// Lets the system have the whole pages inside such memory; they come back, cleared, when they are touched.
void empty_pages(std::uint8_t* from, std::size_t bytes) noexcept;

}  // namespace troupe
