#include <troupe/pipeline/further_fields.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/pipeline/refuse.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace troupe {

namespace {

failure too_many(std::size_t n, const char* what, std::size_t most, const char* option) {
  return {fault::too_large, std::to_string(n) + " " + what + ", there is room for " + std::to_string(most) +
                                " in a batch; raise " + option};
}

template <std::size_t N>
failure not_possible(const char* what, std::size_t i, const double (&at)[N], const char* why) {
  std::string numbers;
  for (const double number : at) numbers += (numbers.empty() ? "" : ", ") + spelled(number);
  return {fault::corrupt, std::string(what) + " " + std::to_string(i) + " is " + numbers + ": " + why};
}

template <std::size_t N>
bool finite(const double (&at)[N]) noexcept {
  return std::all_of(at, at + N, [](double number) { return std::isfinite(number); });
}

failure wrong_boxes(const annotations& marked, std::size_t classes) {
  for (std::size_t i = 0; i < marked.boxes.size(); ++i) {
    const box& b = marked.boxes[i];
    const double edges[] = {b.x0, b.y0, b.x1, b.y1};
    if (!finite(edges)) return not_possible("box", i, edges, "edges must be finite");
    if (b.x0 > b.x1 || b.y0 > b.y1) return not_possible("box", i, edges, "x0 <= x1 and y0 <= y1 must hold");
  }
  for (std::size_t i = 0; i < marked.box_labels.size(); ++i) {
    const auto label = marked.box_labels[i];
    if (label >= 0 && (classes == 0 || std::uint64_t(label) < classes)) continue;
    return {fault::corrupt, "the label of box " + std::to_string(i) + " is " + std::to_string(label) +
                                (classes > 0 ? ", of " + std::to_string(classes) + " classes" : "")};
  }
  return {};
}

failure wrong_keypoints(const annotations& marked) {
  for (std::size_t i = 0; i < marked.keypoints.size(); ++i) {
    const double at[] = {marked.keypoints[i].x, marked.keypoints[i].y};
    if (!finite(at)) return not_possible("keypoint", i, at, "it must be finite");
  }
  return {};
}

// Zeros behind what is there.
template <class T>
T* cleared(std::byte* row, std::size_t n) {
  std::memset(row, 0, n * sizeof(T));
  return reinterpret_cast<T*>(row);
}

void write_length(std::byte* row, std::size_t n) {
  const auto length = std::int64_t(n);
  std::memcpy(row, &length, sizeof length);
}

}  // namespace

failure further_fields::gather(targets& along, const source& data, std::uint64_t index, const picture& mask,
                               const ring& memory, std::uint32_t buffer, std::size_t row) const {
  const auto marked = data.annotated(index);
  along.mask_failed = false;
  if (masks != none) {
    along.mask = mask;
    along.mask_fill = mask_fill;
    along.mask_row = reinterpret_cast<std::uint8_t*>(memory.row(buffer, masks, row));
  }
  along.boxes.clear();
  along.keypoints.clear();
  if (boxes != none && marked.boxes.size() > most_boxes)
    return too_many(marked.boxes.size(), "boxes", most_boxes, "most_boxes");
  if (keypoints != none && marked.keypoints.size() > most_keypoints)
    return too_many(marked.keypoints.size(), "keypoints", most_keypoints, "most_keypoints");
  if (boxes != none) {
    if (auto bad = wrong_boxes(marked, data.box_class_names().size())) return bad;
  }
  if (keypoints != none) {
    if (auto bad = wrong_keypoints(marked)) return bad;
  }
  if (boxes != none) along.boxes.assign(marked.boxes.begin(), marked.boxes.end());
  if (keypoints != none) along.keypoints.assign(marked.keypoints.begin(), marked.keypoints.end());
  return {};
}

void further_fields::write(const targets& along, const annotations& marked, const ring& memory, std::uint32_t buffer,
                           std::size_t row) const {
  if (boxes != none) {
    auto* to = cleared<float>(memory.row(buffer, boxes, row), 4 * most_boxes);
    auto* label = reinterpret_cast<std::int64_t*>(memory.row(buffer, box_labels, row));
    std::size_t left = 0;
    for (std::size_t i = 0; i < along.boxes.size(); ++i) {
      const box& b = along.boxes[i];
      if (b.empty()) continue;
      for (const double edge : {b.x0, b.y0, b.x1, b.y1}) *to++ = float(edge);
      label[left++] = i < marked.box_labels.size() ? marked.box_labels[i] : 0;
    }
    std::fill(label + left, label + most_boxes, std::int64_t{-1});
    write_length(memory.row(buffer, lengths, row), left);
  }
  if (keypoints != none) {
    auto* to = cleared<float>(memory.row(buffer, keypoints, row), 3 * most_keypoints);
    for (const keypoint& k : along.keypoints)
      for (const double at : {k.x, k.y, k.inside ? 1.0 : 0.0}) *to++ = float(at);
    write_length(memory.row(buffer, keypoint_lengths, row), along.keypoints.size());
  }
}

namespace {

/// Puts further fields together, part by part.
struct planner {
  const dataset& data;
  const recipe& first;
  const decode_options& decode;
  const std::vector<described_view>& views;
  const augment_options& options;
  layout& fields;
  further_fields made{};

  void add_masks() {
    const auto& all = data->companions();
    made.companions = all.size();
    const auto mask =
        std::find_if(all.begin(), all.end(), [](const companion& c) { return c.kind == companion_kind::mask; });
    if (mask == all.end()) return;
    const auto shape = first.shape();
    made.mask_companion = std::size_t(mask - all.begin());
    made.mask_fill = options.mask_fill;
    made.masks = fields.add({mask->name, element::uint8, {shape.height, shape.width}});
  }

  void add_annotations() {
    const auto most = data->most_annotated();
    made.most_boxes = options.most_boxes > 0 ? options.most_boxes : most.boxes;
    made.most_keypoints = options.most_keypoints > 0 ? options.most_keypoints : most.keypoints;
    const auto m = std::int64_t(made.most_boxes), k = std::int64_t(made.most_keypoints);
    if (m > 0) {
      made.boxes = fields.add({"boxes", element::float32, {m, 4}});
      made.box_labels = fields.add({"box_labels", element::int64, {m}});
      made.lengths = fields.add({"lengths", element::int64, {}});
    }
    if (k > 0) {
      made.keypoints = fields.add({"keypoints", element::float32, {k, 3}});
      made.keypoint_lengths = fields.add({"keypoint_lengths", element::int64, {}});
    }
    if (made.along() && !first.scatters().empty())
      throw std::invalid_argument("augment: " + first.scatters() +
                                  " mixes pictures that were moved apart: masks, boxes and keypoints have no one place "
                                  "in it; leave it out");
  }

  recipe recipe_of(const std::string& name, const std::vector<transform>& list,
                   const std::optional<image_shape>& stored) const {
    try {
      return recipe(list, decode, stored, first.format());
    } catch (const std::invalid_argument& e) { throw std::invalid_argument("view " + name + ": " + e.what()); }
  }

  void add_image(const std::string& name, std::size_t picture, const std::vector<transform>& list, std::uint32_t view,
                 const std::optional<image_shape>& stored) {
    auto prepare = recipe_of(name, list, stored);
    if (prepare.views() != 1 && prepare.views() != first.views())
      refuse("view", "the views of a sample in it",
             ("1, or the " + std::to_string(first.views()) + " of images").c_str(), prepare.views());
    const auto shape = prepare.shape();
    std::vector<std::int64_t> row{shape.channels, shape.height, shape.width};
    if (first.format().channels_last) row = {shape.height, shape.width, shape.channels};
    const auto field = fields.add({name, first.format().type, std::move(row)});
    made.images.push_back({field, picture, std::move(prepare), view});
  }

  void add_images() {
    const auto& all = data->companions();
    const auto view_called = [&](const std::string& name) {
      return std::find_if(views.begin(), views.end(), [&](const described_view& v) { return v.name == name; });
    };
    for (std::size_t c = 0; c < all.size(); ++c) {
      if (all[c].kind != companion_kind::picture || view_called(all[c].name) != views.end()) continue;
      add_image(all[c].name, c + 1, first.transforms(), 0, all[c].shape);
    }
    for (std::size_t v = 0; v < views.size(); ++v) {
      const auto companion =
          std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == views[v].name; });
      const bool own = companion == all.end();
      add_image(views[v].name, own ? 0 : std::size_t(companion - all.begin()) + 1, views[v].list,
                2 * (std::uint32_t(v) + 1), own ? data->shape() : companion->shape);
    }
  }
};

}  // namespace

further_fields plan_further(const dataset& data, const recipe& first, const decode_options& decode,
                            const std::vector<described_view>& views, const augment_options& options, layout& fields) {
  planner p{data, first, decode, views, options, fields};
  p.add_masks();
  p.add_annotations();
  p.add_images();
  return p.made;
}

std::size_t stored_scratch(const dataset& data, const recipe& first, const further_fields& further) {
  auto most = first.stored_scratch_bytes();
  for (const auto& f : further.images) most = std::max(most, f.prepare.stored_scratch_bytes());
  if (further.masks == further_fields::none || data.size() == 0) return most;
  const auto mask = data->companion_of(0, further.mask_companion);
  targets along;
  along.mask = {mask.from->pixels(mask.index), mask.from->shape(), {}};
  return std::max(most, first.inspect({data->pixels(0), data->shape(), {}}, along).scratch_bytes);
}

}  // namespace troupe
