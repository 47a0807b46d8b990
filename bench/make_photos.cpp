// make-photos OUT [--count N] [--size WxH] [--quality Q] [--seed S] [--png] PHOTO...
// Cuts a class folder of JPEGs out of large photographs: OUT/<photograph>/00000.jpg. Quality 93, 4:2:0, with a little
// sensor noise, so that the entropy decoder has as much to do as with pictures out of a camera. --png: the same pixels
// as PNGs.
#include <cstdio>

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct request {
  std::filesystem::path out;
  std::vector<std::string> photographs;
  int count = 2000, width = 500, height = 375, quality = 93;
  unsigned seed = 0;
  bool png = false;
};

request parse(int argc, char** argv) {
  request r;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] {
      if (i + 1 == argc) throw std::invalid_argument(word + ": needs a value");
      return std::string(argv[++i]);
    };
    if (word == "--count")
      r.count = std::stoi(value());
    else if (word == "--seed")
      r.seed = unsigned(std::stoul(value()));
    else if (word == "--quality")
      r.quality = std::stoi(value());
    else if (word == "--png")
      r.png = true;
    else if (word == "--size") {
      if (std::sscanf(value().c_str(), "%dx%d", &r.width, &r.height) != 2)
        throw std::invalid_argument("--size: wants WIDTHxHEIGHT, as 500x375");
    } else if (word.rfind("--", 0) == 0)
      throw std::invalid_argument(word + ": no such option; there are --count, --size, --quality, --seed and --png");
    else if (r.out.empty())
      r.out = word;
    else
      r.photographs.push_back(word);
  }
  if (r.out.empty() || r.photographs.empty())
    throw std::invalid_argument(
        "usage: make-photos OUT [--count N] [--size WxH] [--quality Q] [--seed S] [--png] PHOTO...");
  if (r.count < 1 || r.width < 1 || r.height < 1) throw std::invalid_argument("--count and --size must be >= 1");
  if (r.quality < 1 || r.quality > 100) throw std::invalid_argument("--quality must be 1 to 100");
  return r;
}

/// The class of a photograph: its file name in lower case, up to the photographer.
std::string class_of(const std::filesystem::path& file) {
  std::string name = file.stem().string();
  if (const auto by = name.find("_by_"); by != std::string::npos) name.resize(by);
  for (char& c : name) c = char(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

/// Uniform in 0 … n-1, the same on every standard library (std::uniform_int_distribution is not).
int below(std::mt19937& random, int n) { return int((std::uint64_t(random()) * std::uint64_t(n)) >> 32); }

/// One patch `[height, width, 3]` uint8 BGR: a random place at 1 to 2 times the wanted size, brought down to it (or up,
/// where the photograph is smaller), with noise of about 2.5 grey levels.
cv::Mat cut(const cv::Mat& photograph, const request& r, std::mt19937& random) {
  const double most = std::min({2.0, photograph.cols / double(r.width), photograph.rows / double(r.height)});
  const double scale = most <= 1 ? most : 1 + (most - 1) * below(random, 1001) / 1000.0;
  const int w = std::max(1, int(r.width * scale)), h = std::max(1, int(r.height * scale));
  const cv::Rect place(below(random, photograph.cols - w + 1), below(random, photograph.rows - h + 1), w, h);
  cv::Mat patch;
  cv::resize(photograph(place), patch, {r.width, r.height}, 0, 0, cv::INTER_AREA);
  for (int y = 0; y < patch.rows; ++y) {
    std::uint8_t* row = patch.ptr(y);
    for (int x = 0; x < patch.cols * 3; ++x) {
      const std::uint32_t bits = random();  // the sum of four bytes is close to a normal distribution of sigma 148
      const int sum = int(bits & 255) + int(bits >> 8 & 255) + int(bits >> 16 & 255) + int(bits >> 24) - 510;
      row[x] = std::uint8_t(std::clamp(int(row[x]) + (sum * 17 + 512 + (1 << 20)) / 1024 - 1024, 0, 255));
    }
  }
  return patch;
}

/// Baseline JPEG through libjpeg itself, so that the files do not depend on OpenCV's choices.
void write_jpeg(const std::filesystem::path& file, const cv::Mat& bgr, int quality) {
  FILE* to = std::fopen(file.c_str(), "wb");
  if (!to) throw std::runtime_error(file.string() + ": cannot be written");
  jpeg_compress_struct cinfo;
  jpeg_error_mgr error;
  cinfo.err = jpeg_std_error(&error);
  jpeg_create_compress(&cinfo);
  jpeg_stdio_dest(&cinfo, to);
  cinfo.image_width = JDIMENSION(bgr.cols);
  cinfo.image_height = JDIMENSION(bgr.rows);
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, quality, TRUE);
  jpeg_start_compress(&cinfo, TRUE);
  while (cinfo.next_scanline < cinfo.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(bgr.ptr(int(cinfo.next_scanline)));
    jpeg_write_scanlines(&cinfo, &row, 1);
  }
  jpeg_finish_compress(&cinfo);
  jpeg_destroy_compress(&cinfo);
  if (std::fclose(to) != 0) throw std::runtime_error(file.string() + ": the disk is full");
}

/// 8-bit RGB with libpng's own choice of filters and compression.
void write_png(const std::filesystem::path& file, const cv::Mat& bgr) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = png_uint_32(bgr.cols);
  image.height = png_uint_32(bgr.rows);
  image.format = PNG_FORMAT_BGR;
  if (!png_image_write_to_file(&image, file.c_str(), 0, bgr.data, png_int_32(bgr.step), nullptr))
    throw std::runtime_error(file.string() + ": " + image.message);
}

}  // namespace

int main(int argc, char** argv) try {
  const request r = parse(argc, argv);
  const int classes = int(r.photographs.size());
  for (int c = 0; c < classes; ++c) {
    const cv::Mat photograph = cv::imread(r.photographs[std::size_t(c)], cv::IMREAD_COLOR);
    if (photograph.empty()) throw std::runtime_error(r.photographs[std::size_t(c)] + ": cannot be read");
    const auto folder = r.out / class_of(r.photographs[std::size_t(c)]);
    std::filesystem::create_directories(folder);
    std::mt19937 random(r.seed * 1000003u + unsigned(c));
    for (int i = c; i < r.count; i += classes) {
      char name[32];
      std::snprintf(name, sizeof name, "%05d.%s", i / classes, r.png ? "png" : "jpg");
      const auto patch = cut(photograph, r, random);
      r.png ? write_png(folder / name, patch) : write_jpeg(folder / name, patch, r.quality);
    }
  }
  std::cout << r.count << " photographs of " << r.width << "x" << r.height << " in " << classes << " classes under "
            << r.out.string() << '\n';
} catch (const std::exception& e) {
  std::cerr << "make-photos: " << e.what() << '\n';
  return 1;
}
