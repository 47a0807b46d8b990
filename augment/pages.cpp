#include <troupe/augment/pages.hpp>

#include <sys/mman.h>

#include <unistd.h>

#include <cstdlib>

namespace troupe {

// The address sanitizer sees the end of what malloc gives, and not that of a mapping.
#if defined(__SANITIZE_ADDRESS__)
void release_pages::operator()(std::uint8_t* p) const noexcept { std::free(p); }

pages take_pages(std::size_t bytes) noexcept {
  bytes = (bytes + 63) / 64 * 64;
  return pages(static_cast<std::uint8_t*>(std::aligned_alloc(64, bytes)), release_pages{bytes});
}

void empty_pages(std::uint8_t*, std::size_t) noexcept {}
#else
void release_pages::operator()(std::uint8_t* p) const noexcept { ::munmap(p, bytes); }

pages take_pages(std::size_t bytes) noexcept {
  if (bytes == 0) bytes = 1;
  void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? pages() : pages(static_cast<std::uint8_t*>(p), release_pages{bytes});
}

void empty_pages(std::uint8_t* from, std::size_t bytes) noexcept {
  static const auto page = std::uintptr_t(::sysconf(_SC_PAGESIZE));
  const auto begin = std::uintptr_t(from), end = (begin + bytes) / page * page;
  const auto first = (begin + page - 1) / page * page;
  if (first < end) ::madvise(from + (first - begin), end - first, MADV_DONTNEED);
}
#endif

}  // namespace troupe
