#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// How bytes are packed: gzip (RFC 1952) or Zstandard (RFC 8878), several members or frames allowed.
enum class packing : std::uint8_t { none, gzip, zstd };

/// What bytes are packed with, by how they begin; four are enough.
packing packing_of(std::span<const std::uint8_t> first_bytes) noexcept;

/// `.gz` → gzip, `.zst` → zstd, of a file name in lower case.
packing packing_by_name(std::string_view name) noexcept;

/// No packed form of so many bytes holds more than this many: 1,032 times that for gzip (the densest code that deflate
/// has, RFC 1951). A zstd block of 128 KiB can take 4 bytes (RFC 8878, 3.1.1.2).
std::uint64_t most_unpacked(packing how, std::uint64_t packed_bytes) noexcept;

/// Takes packed bytes and gives plain ones, in pieces of any size.
///
///     unpacker u(packing::zstd);
///     auto step = u.unpack(packed, to);       // step.taken of `packed`, step.made in `to`
///
/// Throws std::runtime_error saying what is wrong with the bytes. Takes at most 8 MiB beside 128 KiB, as RFC 8878
/// recommends for decoders: a frame that asks for more is refused.
class unpacker {
 public:
  explicit unpacker(packing how);
  ~unpacker();
  unpacker(unpacker&&) noexcept;
  unpacker& operator=(unpacker&&) noexcept;

  struct step {
    std::size_t taken = 0, made = 0;
  };
  step unpack(std::span<const std::uint8_t> packed, std::span<std::uint8_t> to);
  /// Whether the bytes so far end where a member ends, so that they may be all.
  bool complete() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Unpacks all of `packed` into `to`, which has room for exactly what it holds. Returns what is wrong, nothing where
/// all is well.
std::string unpack_all(packing how, std::span<const std::uint8_t> packed, std::span<std::uint8_t> to);

}  // namespace troupe
