#include <troupe/sources/packing.hpp>

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace troupe {
namespace {

constexpr std::array<std::uint8_t, 2> gzip_magic = {0x1f, 0x8b};
constexpr std::array<std::uint8_t, 4> zstd_magic = {0x28, 0xb5, 0x2f, 0xfd};
constexpr int most_window_log = 23;

template <std::size_t N>
bool begins_with(std::span<const std::uint8_t> bytes, const std::array<std::uint8_t, N>& with) {
  return bytes.size() >= N && std::equal(with.begin(), with.end(), bytes.begin());
}

}  // namespace

packing packing_of(std::span<const std::uint8_t> first_bytes) noexcept {
  if (begins_with(first_bytes, gzip_magic)) return packing::gzip;
  return begins_with(first_bytes, zstd_magic) ? packing::zstd : packing::none;
}

packing packing_by_name(std::string_view name) noexcept {
  const auto ends = [&](std::string_view with) {
    return name.size() >= with.size() && name.substr(name.size() - with.size()) == with;
  };
  return ends(".gz") ? packing::gzip : ends(".zst") ? packing::zstd : packing::none;
}

std::uint64_t most_unpacked(packing how, std::uint64_t packed_bytes) noexcept {
  const std::uint64_t times = how == packing::gzip ? 1032 : how == packing::zstd ? 32768 : 1;
  return packed_bytes > UINT64_MAX / times ? UINT64_MAX : packed_bytes * times;
}

struct unpacker::state {
  packing how = packing::none;
  bool inside = false;  ///< of a member or frame
  z_stream inflater = {};
  ZSTD_DCtx* frames = nullptr;

  explicit state(packing h) : how(h) {
    if (how == packing::gzip && inflateInit2(&inflater, 15 + 16) != Z_OK) throw std::bad_alloc();
    if (how != packing::zstd) return;
    frames = ZSTD_createDCtx();
    if (frames == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(frames, ZSTD_d_windowLogMax, most_window_log);
  }
  ~state() {
    if (how == packing::gzip) inflateEnd(&inflater);
    ZSTD_freeDCtx(frames);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  step gzip(std::span<const std::uint8_t> packed, std::span<std::uint8_t> to) {
    constexpr std::size_t most = 1u << 30;
    const auto in = std::min(packed.size(), most), out = std::min(to.size(), most);
    if (!inside) inflateReset(&inflater);
    inside = true;
    inflater.next_in = const_cast<Bytef*>(packed.data());
    inflater.avail_in = static_cast<uInt>(in);
    inflater.next_out = to.data();
    inflater.avail_out = static_cast<uInt>(out);
    const auto result = inflate(&inflater, Z_NO_FLUSH);
    if (result == Z_STREAM_END)
      inside = false;
    else if (result != Z_OK && result != Z_BUF_ERROR)
      throw std::runtime_error(std::string("the gzip data are damaged (") +
                               (inflater.msg ? inflater.msg : "no valid data") + ")");
    return {in - inflater.avail_in, out - inflater.avail_out};
  }

  step zstd(std::span<const std::uint8_t> packed, std::span<std::uint8_t> to) {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{to.data(), to.size(), 0};
    const auto hint = ZSTD_decompressStream(frames, &out, &in);
    if (ZSTD_isError(hint))
      throw std::runtime_error(std::string("the zstd data are damaged (") + ZSTD_getErrorName(hint) + ")");
    inside = hint != 0;
    return {in.pos, out.pos};
  }
};

unpacker::unpacker(packing how) : state_(std::make_unique<state>(how)) {}
unpacker::~unpacker() = default;
unpacker::unpacker(unpacker&&) noexcept = default;
unpacker& unpacker::operator=(unpacker&&) noexcept = default;

unpacker::step unpacker::unpack(std::span<const std::uint8_t> packed, std::span<std::uint8_t> to) {
  if (state_->how == packing::gzip) return state_->gzip(packed, to);
  if (state_->how == packing::zstd) return state_->zstd(packed, to);
  const auto n = std::min(packed.size(), to.size());
  std::copy_n(packed.begin(), n, to.begin());
  return {n, n};
}

bool unpacker::complete() const noexcept { return !state_->inside; }

std::string unpack_all(packing how, std::span<const std::uint8_t> packed, std::span<std::uint8_t> to) try {
  unpacker u(how);
  std::uint8_t beyond = 0;
  bool more = false;
  for (auto left = to; !packed.empty();) {
    auto into = left.empty() ? std::span<std::uint8_t>(&beyond, 1) : left;
    const auto step = u.unpack(packed, into);
    more = more || (left.empty() && step.made > 0);
    if (!left.empty()) left = left.subspan(step.made);
    packed = packed.subspan(step.taken);
    if (more)
      return "unpacks to more than " + std::to_string(to.size()) + " bytes: it has changed since it was indexed";
    if (packed.empty() && !left.empty()) return "unpacks to fewer than " + std::to_string(to.size()) + " bytes";
    if (step.taken == 0 && step.made == 0) return "the packed data are damaged";
  }
  return u.complete() ? "" : "the packed data are cut off";
} catch (const std::exception& e) { return e.what(); }

}  // namespace troupe
