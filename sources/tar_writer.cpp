#include <troupe/sources/tar_writer.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace troupe {
namespace {

constexpr std::array<char, 1024> zeros = {};

}  // namespace

tar_writer::tar_writer(const std::filesystem::path& file)
    : path_(file), out_(file, std::ios::binary | std::ios::trunc) {
  if (!out_) throw std::runtime_error(path_.string() + ": cannot be written: " + std::strerror(errno));
}

void tar_writer::write(const void* from, std::size_t bytes) {
  out_.write(static_cast<const char*>(from), std::streamsize(bytes));
  if (!out_) throw std::runtime_error(path_.string() + ": cannot be written: " + std::strerror(errno));
  bytes_ += bytes;
}

void tar_writer::add(const std::string& name, std::span<const std::uint8_t> content) {
  if (name.size() > 100 || content.size() >> 33 != 0)
    throw std::runtime_error(path_.string() + ": " + name + " is too long or too large for a member");
  std::array<char, 512> block = {};
  const auto text = [&block](std::size_t at, const std::string& value) { value.copy(block.data() + at, value.size()); };
  const auto octal = [&block](std::size_t at, int digits, std::uint64_t value) {
    std::snprintf(block.data() + at, std::size_t(digits) + 1, "%0*llo", digits, static_cast<unsigned long long>(value));
  };
  text(0, name);
  octal(100, 7, 0644);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, content.size());
  octal(136, 11, 0);
  text(148, "        ");
  block[156] = '0';
  text(257, std::string("ustar\00000", 8));
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  octal(148, 6, sum);
  write(block.data(), block.size());
  write(content.data(), content.size());
  write(zeros.data(), (512 - content.size() % 512) % 512);
}

void tar_writer::finish() {
  write(zeros.data(), zeros.size());
  out_.close();
  if (!out_) throw std::runtime_error(path_.string() + ": cannot be written: " + std::strerror(errno));
}

}  // namespace troupe
