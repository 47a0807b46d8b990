#include "coefficients.hpp"

#include <cstdio>

#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>

using namespace troupe;

namespace {

/// Every coefficient of a file as libjpeg reads it.
class libjpeg_coefficients {
 public:
  explicit libjpeg_coefficients(const bytes& file) {
    c_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = [](j_common_ptr c) {
      note(c);
      std::longjmp(reinterpret_cast<listener*>(c->err)->caller, 1);
    };
    errors_.base.emit_message = [](j_common_ptr c, int level) {
      if (level < 0) note(c);
    };
    if (setjmp(errors_.caller)) return;
    jpeg_create_decompress(&c_);
    jpeg_mem_src(&c_, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&c_, TRUE);
    arrays_ = jpeg_read_coefficients(&c_);
  }
  ~libjpeg_coefficients() { jpeg_destroy_decompress(&c_); }
  libjpeg_coefficients(const libjpeg_coefficients&) = delete;
  libjpeg_coefficients& operator=(const libjpeg_coefficients&) = delete;

  /// In front of the scan or in it.
  bool complained() const noexcept { return errors_.complained; }
  /// False where the file breaks off behind the scan: then libjpeg hands nothing out.
  bool readable() const noexcept { return arrays_ != nullptr; }

  /// 64 in rows and columns.
  const JCOEF* block(int component, int row, int column) {
    auto* common = reinterpret_cast<j_common_ptr>(&c_);
    return c_.mem->access_virt_barray(common, arrays_[component], JDIMENSION(row), 1, FALSE)[0][column];
  }

 private:
  /// libjpeg hands the first member back.
  struct listener {
    jpeg_error_mgr base{};
    std::jmp_buf caller{};
    bool complained = false;
  };

  // What stands behind the last row of MCUs is none of an entropy decoder's business.
  static void note(j_common_ptr common) {
    const auto& c = *reinterpret_cast<j_decompress_ptr>(common);
    const bool behind = c.total_iMCU_rows > 0 && c.input_iMCU_row >= c.total_iMCU_rows;
    if (!behind) reinterpret_cast<listener*>(c.err)->complained = true;
  }

  jpeg_decompress_struct c_{};
  listener errors_;
  jvirt_barray_ptr* arrays_ = nullptr;
};

}  // namespace

void coefficients::keep(const baseline_frame& frame, int row, int first, int mcus, std::vector<block>& to) {
  int group = 0;
  for (int c = 0; c < frame.components; ++c) {
    const int across = c == 0 ? frame.across : 1, down = c == 0 ? frame.down : 1;
    for (int y = 0; y < down; ++y, group += across)
      for (int x = 0; x < mcus * across; ++x) {
        block& b = to.emplace_back(block{c, row * down + y, first * across + x, {}});
        const std::int16_t* from = groups_.group(group + x / 4) + x % 4 * 8;
        for (std::size_t k = 0; k < 64; ++k) b.values[k] = from[k / 8 * 32 + k % 8];
      }
  }
}

std::optional<std::vector<coefficients::block>> coefficients::read(const bytes& file, std::mt19937& random) {
  const auto frame = read_baseline(file);
  entropy_decoder decoder;
  if (!frame || !decoder.open(*frame, tables_, window_.data())) return {};
  const int mcus_across = (frame->width + 8 * frame->across - 1) / (8 * frame->across);
  const int mcu_rows = (frame->height + 8 * frame->down - 1) / (8 * frame->down);
  std::vector<block> blocks;
  for (int row = 0; row < mcu_rows; ++row)
    for (int m = 0, count = 0; m < mcus_across; m += count) {
      count = std::min(1 + int(random() % 4), mcus_across - m);
      if (random() % 3 == 0) {
        if (!decoder.skip(count)) return {};
        continue;
      }
      groups_.values.fill(0);
      if (!decoder.read(count, groups_)) return {};
      keep(*frame, row, m, count, blocks);
    }
  return blocks;
}

std::string coefficients::broken_word(const bytes& file, std::mt19937& random, bool* taken) {
  const auto got = read(file, random);
  if (taken) *taken = got.has_value();
  if (!got) return {};
  libjpeg_coefficients want(file);
  if (want.complained()) return "coefficients where libjpeg complains";
  if (!want.readable()) return {};
  for (const block& b : *got)
    if (!std::equal(b.values.begin(), b.values.end(), want.block(b.component, b.row, b.column)))
      return "coefficients of its own in block " + std::to_string(b.row) + ", " + std::to_string(b.column) +
             " of component " + std::to_string(b.component);
  return {};
}
