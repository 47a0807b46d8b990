#include <troupe/actors/row_filler.hpp>

#include <troupe/sources/label_list.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace troupe {

void row_filler::allow(std::size_t bytes) noexcept {
  allowed_ = bytes;
  memory_.allow(bytes);
}

shared_failure row_filler::fill(const encoded& item, const pass& of, const lease& places, std::uint32_t row) {
  wanted_ = 0;
  data_ = &run_->data(of.number);
  pass_ = of.number;
  const std::size_t place = places.row + row;
  failure bad;
  try {
    bad = fill_fields(item, of.key(places.batch * of.batch_size + place, places.attempt), places.buffer, place);
  } catch (const std::bad_alloc&) { throw; } catch (const std::exception& e) {
    bad = {fault::io, e.what()};
  } catch (...) { bad = {fault::io, "its source threw something that is no std::exception"}; }
  return bad ? std::make_shared<const failure>(std::move(bad)) : nullptr;
}

failure row_filler::fill_fields(const encoded& item, const sample_key& key, std::uint32_t buffer, std::size_t row) {
  const auto& memory = *run_->memory;
  if (auto bad = fill_images(item, key, buffer, row)) return bad;
  for (const auto& f : data_->further.images) {
    auto further = key;
    further.view += f.view;
    if (auto bad = render(item, f.picture, f.prepare, further, memory.row(buffer, f.field, row))) return bad;
  }
  if (auto bad = write_label(item, memory.row(buffer, layout::labels, row))) return bad;
  const auto index = std::int64_t(item.index);
  std::memcpy(memory.row(buffer, layout::indices, row), &index, sizeof index);
  return {};
}

// The picture, and what goes along with it.
failure row_filler::fill_images(const encoded& item, const sample_key& key, std::uint32_t buffer, std::size_t row) {
  const auto& memory = *run_->memory;
  const auto& further = data_->further;
  auto* pixels = memory.row(buffer, layout::images, row);
  const auto& prepare = data_->unconverted ? *data_->unconverted : *data_->prepare;
  if (!further.along()) return render(item, 0, prepare, key, pixels);
  picture mask;
  if (further.masks != further_fields::none) {
    if (auto bad = left_behind(item, further.mask_companion)) return bad;
    const auto& read = item.companions[further.mask_companion];
    mask = {read.bytes, read.raw, {}};
  }
  const auto& source = *data_->data;
  if (auto bad = further.gather(along_, source, item.index, mask, memory, buffer, row)) return bad;
  auto bad = render(item, 0, prepare, key, pixels, &along_);
  if (bad && along_.mask_failed) bad.path = source.companion_of(item.index, further.mask_companion).path();
  if (!bad) further.write(along_, source.annotated(item.index), memory, buffer, row);
  return bad;
}

// A stage of one's own made another item of it, without its companions.
failure row_filler::left_behind(const encoded& item, std::size_t companion) const {
  if (companion < item.companions.size()) return {};
  return {fault::stage, "its " + data_->data->companions()[companion].name +
                            " did not come along: a stage of one's own must hand on what belongs to a sample"};
}

failure row_filler::render(const encoded& item, std::size_t n, const recipe& prepare, const sample_key& key,
                           void* pixels, targets* along) {
  if (n == 0) return render({item.bytes, item.raw, {}}, item.index, n, prepare, key, pixels, along);
  if (auto bad = left_behind(item, n - 1)) return bad;
  const auto& read = item.companions[n - 1];
  auto bad = render({read.bytes, read.raw, {}}, item.index, n, prepare, key, pixels, along);
  if (bad) bad.path = data_->data->companion_of(item.index, n - 1).path();
  return bad;
}

failure row_filler::render(picture p, std::uint64_t index, std::size_t n, const recipe& prepare, const sample_key& key,
                           void* pixels, targets* along) {
  if (p.raw) return run(prepare, p, key, pixels, along);
  if (run_->streams(pass_)) {  // it never comes again
    auto bad = run(prepare, p, key, pixels, along);
    if (!bad && memory_.damaged()) counters::add(run_->damaged, 1);
    return bad;
  }
  const auto sample = run_->sample(pass_, index, n);
  if (run_->settings.load.cache == cached::decoded) {
    if (const auto* kept = keep_pixels(prepare, p, sample, n == 0 && data_->further.along()))
      return run(prepare, {{kept->data(), kept->filled()}, kept->shape, {}}, key, pixels, along);
  }
  const auto* known = run_->marks.find(sample);
  if (known && known->of_bytes == p.bytes.size())  // otherwise it is another file by now
    p.marks = {reinterpret_cast<const scan_mark*>(known->data()), known->filled() / sizeof(scan_mark)};
  auto bad = run(prepare, p, key, pixels, along);
  if (!bad && memory_.damaged()) counters::add(run_->damaged, 1);
  if (!bad && memory_.marks().size() > p.marks.size()) keep_marks(sample, p, known);
  return bad;
}

failure row_filler::run(const recipe& prepare, const picture& p, const sample_key& key, void* pixels, targets* along) {
  auto bad = along ? prepare.run(p, key, pixels, *along, memory_) : prepare.run(p, key, pixels, memory_);
  if (bad) wanted_ = memory_.wanted();
  return bad;
}

// Its number, or a row of numbers. A stage of one's own may have given another label than the source; -1 is none.
failure row_filler::write_label(const encoded& item, void* to) const {
  const auto& data = data_->data;
  const bool single = data->labels() == label_kind::classes;
  if (single && item.label != -1) {
    if (auto bad = wrong_class(item.label, data.classes())) return bad;
  }
  if (run_->settings.fields.fields()[layout::labels].type == element::int64) {
    std::memcpy(to, &item.label, sizeof item.label);
    return {};
  }
  auto* row = static_cast<float*>(to);
  if (item.values) {
    std::copy(item.values->begin(), item.values->end(), row);
  } else if (!single) {
    data->write_label(item.index, row);
  } else {
    std::fill_n(row, data.classes(), 0.0F);
    if (item.label >= 0 && std::uint64_t(item.label) < data.classes()) row[item.label] = 1;
  }
  return {};
}

// Only what is sound all over: damage below the crop is none of this row's business, nor may it become that of others.
// What goes along with a picture lies on it as it is stored.
const sample_store::entry* row_filler::keep_pixels(const recipe& prepare, const picture& p, std::uint64_t sample,
                                                   bool as_stored) {
  if (const auto* kept = run_->cache.find(sample)) return kept;  // since it was read
  if (!run_->cache.has_room(p.bytes.size())) return nullptr;     // pixels take more than their file
  const auto need = prepare.inspect(p);
  if (need.bad || need.scratch_bytes > allowed_ || (as_stored && need.turned)) return nullptr;
  auto fresh = run_->cache.reserve(need.shape.bytes());
  if (!fresh || prepare.decode(p, fresh->data(), memory_) || memory_.damaged()) return nullptr;
  fresh->shape = need.shape;
  return run_->cache.keep(sample, std::move(fresh));
}

// Of a picture whose crops begin further up there is room for all rows: later ones may come deeper.
void row_filler::keep_marks(std::uint64_t sample, const picture& of, const sample_store::entry* known) {
  const auto marks = memory_.marks();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(marks.data());
  if (known) {
    if (known->of_bytes == of.bytes.size()) run_->marks.grow(sample, bytes, marks.size_bytes());
    return;
  }
  auto fresh = run_->marks.reserve(sizeof(scan_mark) * memory_.most_marks());
  if (!fresh) return;
  std::memcpy(fresh->data(), bytes, marks.size_bytes());
  fresh->of_bytes = of.bytes.size();
  run_->marks.keep(sample, std::move(fresh), marks.size_bytes());
}

}  // namespace troupe
