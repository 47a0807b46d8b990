#include <troupe/augment/pages.hpp>

#include <sys/mman.h>

#include <cstdlib>

namespace troupe {

// The address sanitizer sees the end of what malloc gives, and not that of a mapping.
#if defined(__SANITIZE_ADDRESS__)
void release_pages::operator()(std::uint8_t* p) const noexcept { std::free(p); }

pages take_pages(std::size_t bytes) noexcept {
  bytes = (bytes + 63) / 64 * 64;
  return pages(static_cast<std::uint8_t*>(std::aligned_alloc(64, bytes)), release_pages{bytes});
}
#else
void release_pages::operator()(std::uint8_t* p) const noexcept { ::munmap(p, bytes); }

pages take_pages(std::size_t bytes) noexcept {
  if (bytes == 0) bytes = 1;
  void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? pages() : pages(static_cast<std::uint8_t*>(p), release_pages{bytes});
}
#endif

}  // namespace troupe
