#include <troupe/augment/baseline_reader.hpp>

#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/entropy_decoder.hpp>
#include <troupe/augment/inverse_dct.hpp>
#include <troupe/augment/kernels.hpp>
#include <troupe/augment/upsampling.hpp>

#include <algorithm>
#include <array>

namespace troupe {

namespace {

constexpr std::size_t margin = 64;  // before a row, for the sample that an edge repeats

std::size_t row_bytes(int samples) { return arena::rounded(margin + std::size_t(samples) + 2 * kernels::padding); }

/// Columns that are decoded for a part, in whole groups of MCUs.
int grouped(int mcus) {
  return (mcus + coefficient_groups::mcus - 1) / coefficient_groups::mcus * coefficient_groups::mcus;
}

}  // namespace

struct baseline_reader::state {
  /// Samples of one component: two rows of MCUs, the older one overwritten by the next.
  struct strip {
    std::uint8_t* data = nullptr;
    std::size_t stride = 0;
    int rows = 0;  ///< 8 or 16 for a row of MCUs, twice that here

    bool take(int samples, int rows_in_mcu, arena& memory) {
      rows = 2 * rows_in_mcu;
      stride = row_bytes(samples);
      data = memory.take_array<std::uint8_t>(stride * std::size_t(rows));
      return data != nullptr;
    }
    std::uint8_t* row(int y) const noexcept { return data + stride * std::size_t(y % rows) + margin; }
  };

  huffman_shelf tables;
  entropy_decoder entropy;
  coefficient_groups groups;

  baseline_frame frame;
  rect part;
  std::array<int, 3> block{};  // samples a block has in a row, by component: 8, or 4 at half size
  int mcu_width = 8;           // in pixels
  std::array<dequantisation, 3> steps;
  std::array<strip, 3> strips;
  std::array<std::uint8_t*, 2> chroma{};  // a row in full width
  std::array<std::uint8_t*, 3> colours{};

  bool full_chroma = false;
  bool triangle = false;  // chroma is interpolated; libjpeg repeats samples where there are at most two in a row
  bool context = false;   // … between rows, too
  int chroma_width = 0, chroma_height = 0;
  int mcu_height = 8, mcus_across = 0, mcu_rows = 0;
  int first_mcu = 0, end_mcu = 0, first_mcu_row = 0;
  int decoded_rows = 0;  // rows of MCUs
  scan_mark* marks = nullptr;
  int y = 0;  // the next row of the picture
  bool sound = false;
  std::uint64_t completed = 0;

  void measure(int shrink);
  bool take(arena& memory);
  bool begin_at(std::span<const scan_mark> known);
  bool decode_row();
  int rows_for(int row) const noexcept;
  bool judge_rest();
  void repeat_edges();
  const std::uint8_t* full_size(std::size_t c);
};

// Where libjpeg upsamples between rows it keeps a row of MCUs back until it has read the next one: its last two rows of
// pixels wait for that.
int baseline_reader::state::rows_for(int row) const noexcept {
  return context ? std::min((row + 2) / 16 + 1, mcu_rows) : row / mcu_height + 1;
}

// Of a picture of one component libjpeg reads as many rows of blocks at once as its factor says: the damage in them
// counts.
bool baseline_reader::state::judge_rest() {
  const int down = frame.grey_down, judged = std::min((decoded_rows + down - 1) / down * down, mcu_rows);
  return entropy.skip((judged - decoded_rows) * mcus_across);
}

void baseline_reader::state::measure(int shrink) {
  const int across = frame.across, down = frame.down;
  // At half size libjpeg makes the chroma of 4:2:0 from whole blocks, which then need no upsampling.
  const int chroma = across == shrink ? 8 : 8 / shrink;
  block = {8 / shrink, shrink == 1 ? 8 : chroma, shrink == 1 ? 8 : chroma};
  mcu_width = block[0] * across;
  mcu_height = block[0] * down;
  mcus_across = (frame.width + 8 * across - 1) / (8 * across);
  mcu_rows = (frame.height + 8 * down - 1) / (8 * down);
  chroma_width = (frame.width + across - 1) / across;
  chroma_height = (frame.height + down - 1) / down;
  full_chroma = shrink == 2 || (across == 1 && down == 1);
  triangle = frame.components == 3 && !full_chroma && (across == 1 || chroma_width > 2);
  context = triangle && down == 2;
  const int beside = triangle && across == 2 ? 1 : 0, above = context ? 1 : 0;  // neighbours that are looked at
  first_mcu = std::max(0, part.left - beside) / mcu_width;
  end_mcu = std::min((part.left + part.width + beside - 1) / mcu_width + 1, mcus_across);
  first_mcu_row = std::max(0, part.top - above) / mcu_height;
}

bool baseline_reader::state::take(arena& memory) {
  auto* window = memory.take_array<std::uint8_t>(entropy_stream::bytes_needed);
  marks = memory.take_array<scan_mark>(std::size_t(mcu_rows));
  if (!window || !marks || !entropy.open(frame, tables, window)) return false;
  for (std::size_t c = 0; c < std::size_t(frame.components); ++c) {
    const int columns = block[c] * grouped(end_mcu - first_mcu);
    steps[c] = dequantisation(frame.of[c].quantisation);
    if (!strips[c].take(columns * (c == 0 ? frame.across : 1), block[c] * (c == 0 ? frame.down : 1), memory))
      return false;
  }
  if (frame.components == 1) return true;
  for (auto* rows : {chroma.data(), chroma.data() + 1, colours.data(), colours.data() + 1, colours.data() + 2}) {
    *rows = memory.take_array<std::uint8_t>(row_bytes(part.width + 2));
    if (!*rows) return false;
  }
  return true;
}

bool baseline_reader::state::begin_at(std::span<const scan_mark> known) {
  const auto rows = std::min(std::size_t(first_mcu_row), known.size());
  std::copy_n(known.begin(), rows, marks);
  decoded_rows = int(rows);
  return rows == 0 || entropy.seek(known[rows - 1], decoded_rows * mcus_across);
}

bool baseline_reader::state::decode_row() {
  const int row = decoded_rows++;
  if (row > 0) marks[row - 1] = entropy.mark();
  if (row < first_mcu_row) return entropy.skip(mcus_across);
  if (!entropy.skip(first_mcu)) return false;
  for (int m = first_mcu; m < end_mcu; m += coefficient_groups::mcus) {
    if (!entropy.read(std::min(coefficient_groups::mcus, end_mcu - m), groups)) return false;
    int g = 0;
    for (std::size_t c = 0; c < std::size_t(frame.components); ++c) {
      const int across = c == 0 ? frame.across : 1, down = c == 0 ? frame.down : 1;
      for (int y = 0; y < down; ++y)
        for (int x = 0; x < across; ++x, ++g) {
          const int size = block[c];
          std::uint8_t* to = strips[c].row((row * down + y) * size) + ((m - first_mcu) * across + 4 * x) * size;
          const auto transform = size == 8 ? inverse_dct : inverse_dct_half;
          if (!transform(groups.group(g), steps[c], groups.last[std::size_t(g)], to, strips[c].stride)) return false;
        }
    }
  }
  if (triangle && frame.across == 2) repeat_edges();
  return entropy.skip(mcus_across - end_mcu);
}

// Beyond the first and the last column of the picture chroma is what it is there.
void baseline_reader::state::repeat_edges() {
  const int end = chroma_width - first_mcu * 8;
  for (std::size_t c = 1; c < 3; ++c)
    for (int y = 0; y < 8; ++y) {
      std::uint8_t* row = strips[c].row((decoded_rows - 1) * 8 + y);
      if (first_mcu == 0) row[-1] = row[0];
      if (end_mcu == mcus_across) row[end] = row[end - 1];
    }
}

/// Chroma of row y in full width, from the part's first column on.
const std::uint8_t* baseline_reader::state::full_size(std::size_t c) {
  if (full_chroma) return strips[c].row(y) + part.left - first_mcu * mcu_width;
  const int across = frame.across, down = frame.down, at = y / down, left = part.left / across;
  const int n = (part.left + part.width - 1) / across - left + 1, offset = left - first_mcu * 8;
  const std::uint8_t* nearer = strips[c].row(at) + offset;
  std::uint8_t* to = chroma[c - 1];
  if (!triangle) {
    for (int x = 0; x < n; ++x) to[2 * x] = to[2 * x + 1] = nearer[x];
  } else if (down == 1) {
    kernels::widen(nearer, n, to);
  } else {
    const int other = std::clamp(y % 2 == 0 ? at - 1 : at + 1, 0, chroma_height - 1);
    const std::uint8_t* farther = strips[c].row(other) + offset;
    if (across == 1)
      kernels::blend(nearer, farther, y % 2 == 0, n, to);
    else
      kernels::widen(nearer, farther, n, to);
  }
  return to + part.left % across;
}

baseline_reader::baseline_reader() : state_(std::make_unique<state>()) {
  static_assert(sizeof(state) <= resident_bytes);
}
baseline_reader::~baseline_reader() = default;

bool baseline_reader::open(std::span<const std::uint8_t> bytes, const rect& part, int shrink, arena& memory,
                           std::span<const scan_mark> known) {
  state& s = *state_;
  s.sound = false;
  const auto frame = read_baseline(bytes);
  if (!frame || (shrink != 1 && (shrink != 2 || frame->across != frame->down))) return false;
  const int width = (frame->width + shrink - 1) / shrink, height = (frame->height + shrink - 1) / shrink;
  if (part.width < 1 || part.height < 1 || part.left < 0 || part.top < 0 || part.left + part.width > width ||
      part.top + part.height > height)
    return false;
  s.frame = *frame;
  s.part = part;
  s.measure(shrink);
  s.y = part.top;
  s.groups.values.fill(0);
  s.sound = s.take(memory) && s.begin_at(known);
  return s.sound;
}

pixel_row baseline_reader::next() noexcept {
  state& s = *state_;
  if (!s.sound) return {};
  for (const int rows = s.rows_for(s.y); s.decoded_rows < rows;)
    if (!s.decode_row()) {
      s.sound = false;
      return {};
    }
  const std::uint8_t* luma = s.strips[0].row(s.y) + s.part.left - s.first_mcu * s.mcu_width;
  if (s.frame.components == 1) {
    ++s.y;
    return pixel_row::planes(luma, luma, luma);
  }
  const std::uint8_t *cb = s.full_size(1), *cr = s.full_size(2);
  kernels::to_rgb(luma, cb, cr, s.part.width, s.colours[0], s.colours[1], s.colours[2]);
  ++s.y;
  return pixel_row::planes(s.colours[0], s.colours[1], s.colours[2]);
}

bool baseline_reader::complete() noexcept {
  state& s = *state_;
  const bool whole = s.sound && s.y == s.part.top + s.part.height && s.judge_rest();
  s.sound = false;
  if (whole) ++s.completed;
  return whole;
}

std::span<const scan_mark> baseline_reader::marks() const noexcept {
  return {state_->marks, std::size_t(std::max(0, state_->decoded_rows - 1))};
}

std::size_t baseline_reader::most_marks() const noexcept { return std::size_t(std::max(0, state_->mcu_rows - 1)); }

std::uint64_t baseline_reader::completed() const noexcept { return state_->completed; }

std::size_t baseline_reader::bytes_needed(const picture_header& h) noexcept {
  if (h.multi_scan || (h.components != 1 && h.components != 3)) return 0;
  const bool grey = h.components == 1;
  const int across = grey ? 1 : h.across[0], down = grey ? 1 : h.down[0];
  if (across > 2 || down > 2) return 0;
  const int columns = 8 * grouped((h.width + 8 * across - 1) / (8 * across));
  std::size_t bytes = arena::rounded(entropy_stream::bytes_needed) +
                      row_bytes(columns * across) * 16 * std::size_t(down) +
                      arena::rounded(sizeof(scan_mark) * std::size_t(h.height / (8 * down) + 1));
  if (!grey) bytes += 2 * 16 * row_bytes(columns) + 5 * row_bytes(h.width + 2);
  return bytes;
}

}  // namespace troupe
