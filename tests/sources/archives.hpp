#pragma once
// Archives made byte by byte, the wrong ones among them.
#include <zstd.h>

#include <cstdint>
#include <cstdio>
#include <string>

/// One zstd frame, with its checksum.
inline std::string zstd_packed(const std::string& plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  auto* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size()));
  ZSTD_freeCCtx(context);
  return out;
}

/// The header of a tar member. `size` is stated; the content is up to the caller.
inline std::string tar_header(const std::string& name, std::uint64_t size, char type = '0') {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  char text[16];
  std::snprintf(text, sizeof text, "%011llo", static_cast<unsigned long long>(size));
  block.replace(124, 11, text);
  block[156] = type;
  block.replace(257, 8, std::string("ustar\00000", 8));
  block.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(text, sizeof text, "%06o", sum);
  block.replace(148, 7, std::string(text, 7));
  return block;
}

/// A whole member: header, content, padding.
inline std::string tar_file(const std::string& name, const std::string& content, char type = '0') {
  return tar_header(name, content.size(), type) + content + std::string((512 - content.size() % 512) % 512, '\0');
}

/// One record of a pax header: its length counts itself.
inline std::string pax_record(const std::string& key, const std::string& value) {
  const auto rest = " " + key + "=" + value + "\n";
  auto length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length) ++length;
  return std::to_string(length) + rest;
}

inline const std::string tar_end(1024, '\0');
