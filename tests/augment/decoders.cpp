#include "decoders.hpp"

using namespace troupe;

namespace {

void append(row_source& rows, const rect& part, bytes& to) {
  to.reserve(std::size_t(part.height) * std::size_t(part.width) * 3);
  for (int y = 0; y < part.height; ++y) {
    const pixel_row row = rows.next();
    if (!row) return;
    for (int x = 0; x < part.width; ++x)
      for (const std::uint8_t* plane : row.plane) to.push_back(plane[x * row.step]);
  }
}

}  // namespace

decoders::result decoders::fast(const bytes& file, const rect& part, int shrink, const std::vector<scan_mark>& known) {
  result r;
  memory_.reset(std::size_t{1} << 20);
  if (!fast_.open(file, part, shrink, memory_, known)) return r;
  append(fast_, part, r.pixels);
  r.delivered = fast_.complete();
  if (r.delivered) r.marks.assign(fast_.marks().begin(), fast_.marks().end());
  return r;
}

decoders::result decoders::portable(const bytes& file, const rect& part, int shrink) {
  result r;
  memory_.reset(std::size_t{1} << 20);
  if (portable_.open(file, part, shrink, memory_)) return r;
  append(portable_, part, r.pixels);
  r.delivered = !portable_.close(true);
  return r;
}

std::string decoders::broken_word(const bytes& file, const rect& part, bool* taken, int shrink) {
  const result quick = fast(file, part, shrink);
  if (taken) *taken = quick.delivered;
  if (!quick.delivered) return {};
  const result want = portable(file, part, shrink);
  if (!want.delivered) return "pixels where libjpeg complains";
  if (quick.pixels != want.pixels) return "pixels of its own";
  const result again = fast(file, part, shrink, quick.marks);
  return again.delivered && again.pixels == want.pixels ? "" : "other pixels from the marks of its rows";
}

rect random_part(std::mt19937& random, int height, int width) {
  rect r;
  r.height = 1 + int(random() % unsigned(height));
  r.width = 1 + int(random() % unsigned(width));
  r.top = int(random() % unsigned(height - r.height + 1));
  r.left = int(random() % unsigned(width - r.width + 1));
  return r;
}
