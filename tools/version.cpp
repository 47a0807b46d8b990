#include "version.hpp"

#include "exit_code.hpp"
#include "report.hpp"

#include <dlfcn.h>
#include <gif_lib.h>
#include <jpeglib.h>
#include <png.h>
#include <tiffio.h>
#include <torch/version.h>
#include <webp/decode.h>
#include <zlib.h>
#include <zstd.h>
#include <boost/version.hpp>
#include <caf/config.hpp>
#include <cstdio>
#include <filesystem>
#include <opencv2/core/version.hpp>

#define TROUPE_SPELL(x) #x
#define TROUPE_SPELLED(x) TROUPE_SPELL(x)

namespace troupe {

namespace {

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// OpenBLAS says who it is; of any other BLAS the file is known.
std::string blas() {
  if (auto* config = ::dlsym(RTLD_DEFAULT, "openblas_get_config")) {
    return reinterpret_cast<char* (*)()>(config)();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell …"
  }
  Dl_info where{};
  auto* product = ::dlsym(RTLD_DEFAULT, "sgemm_");
  if (product == nullptr || ::dladdr(product, &where) == 0 || where.dli_fname == nullptr) return "LibTorch's own";
  std::error_code failed;
  const auto file = std::filesystem::canonical(where.dli_fname, failed);
  return failed ? where.dli_fname : file.string();
}

}  // namespace

boost::json::object versions() {
  boost::json::object o;
  o["troupe"] = TROUPE_VERSION;
  o["caf"] = dotted(CAF_VERSION / 10000, CAF_VERSION / 100 % 100, CAF_VERSION % 100);
  o["libtorch"] = TORCH_VERSION;
  o["opencv"] = CV_VERSION;
  o["boost"] = dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
  o["libjpeg-turbo"] = TROUPE_SPELLED(LIBJPEG_TURBO_VERSION);
  o["libpng"] = ::png_get_libpng_ver(nullptr);
  const int webp = ::WebPGetDecoderVersion();
  o["libwebp"] = dotted(webp >> 16, webp >> 8 & 255, webp & 255);
  o["giflib"] = dotted(GIFLIB_MAJOR, GIFLIB_MINOR, GIFLIB_RELEASE);
  o["libtiff"] = dotted(TIFFLIB_MAJOR_VERSION, TIFFLIB_MINOR_VERSION, TIFFLIB_MICRO_VERSION);
  o["zlib"] = ::zlibVersion();
  o["zstd"] = ::ZSTD_versionString();
  o["blas"] = blas();
  return o;
}

int print_version(bool json) {
  const auto all = versions();
  if (json) {
    print_json(all);
    return exit_done;
  }
  for (const auto& [name, version] : all) {
    std::printf("%-14s %s\n", std::string(name).c_str(), version.get_string().c_str());
  }
  return exit_done;
}

}  // namespace troupe
