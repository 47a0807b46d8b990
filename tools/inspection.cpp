#include "inspection.hpp"

#include <troupe/observe/visible_text.hpp>
#include <troupe/sources/label_list.hpp>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cstdio>
#include <sstream>
#include <variant>

namespace troupe {

namespace {

boost::json::object to_json(const drawn& d) {
  boost::json::object o;
  o["op"] = d.op;
  for (const auto& [name, value] : d.values) {
    o[name] = std::visit([](const auto& v) { return boost::json::value(v); }, value);
  }
  return o;
}

/// "random_resized_crop(top 12, left 40, height 201, width 255)"
std::string spelled(const drawn& d) {
  std::string text = d.op;
  for (std::size_t i = 0; i < d.values.size(); ++i) {
    text += (i == 0 ? "(" : ", ") + d.values[i].first + " ";
    std::ostringstream value;
    value.precision(4);
    value << std::boolalpha;
    std::visit([&](const auto& v) { value << v; }, d.values[i].second);
    text += value.str();
  }
  return text + (d.values.empty() ? "" : ")");
}

}  // namespace

boost::json::object inspection_json(const inspected_batch& b, const dataset& data) {
  boost::json::array rows;
  for (const auto& r : b.rows) {
    boost::json::array transforms;
    for (const auto& d : r.transforms) transforms.push_back(to_json(d));
    boost::json::object o;
    o["row"] = r.row;
    o["position"] = r.position;
    o["index"] = r.index;
    o["path"] = data->path(r.index);
    o["label"] = r.label >= 0 ? boost::json::value(r.label) : boost::json::value(nullptr);
    o["class"] = spelled_label(*data, r.index);
    if (data->labels() != label_kind::classes) {
      std::vector<float> row(data.classes());
      data->write_label(r.index, row.data());
      o["labels"] = boost::json::array(row.begin(), row.end());
    }
    o["width"] = r.width;
    o["height"] = r.height;
    o["transforms"] = std::move(transforms);
    if (!r.replaces.empty()) {
      boost::json::array bad;
      for (const auto& s : r.replaces) {
        bad.push_back({{"index", s.index},
                       {"path", s.why.path.empty() ? data->path(s.index) : s.why.path},
                       {"reason", to_string(s.why.reason)},
                       {"detail", s.why.detail}});
      }
      o["replaces"] = std::move(bad);
    }
    rows.push_back(std::move(o));
  }
  boost::json::object o{{"epoch", b.epoch}, {"batch", b.number}, {"rows", std::move(rows)}};
  if (const auto further = b.further_views(); !further.empty()) {
    boost::json::array names{"images", "labels", "indices"};
    for (const auto& [name, field] : further) names.push_back(boost::json::string(name));
    o["fields"] = std::move(names);
  }
  if (!b.transforms.empty()) {
    boost::json::array whole;
    for (const auto& d : b.transforms) whole.push_back(to_json(d));
    o["transforms"] = std::move(whole);
  }
  return o;
}

std::string inspection_table(const inspected_batch& b, const dataset& data) {
  std::size_t path_width = 4, class_width = 5;
  for (const auto& r : b.rows) {
    path_width = std::max(path_width, visible(data->path(r.index)).size());
    class_width = std::max(class_width, visible(spelled_label(*data, r.index)).size());
  }
  std::ostringstream out;
  out << "epoch " << b.epoch << ", batch " << b.number << ": [" << b.rows.size() << ", " << b.shape.channels << ", "
      << b.shape.height << ", " << b.shape.width << "] float32\n";
  for (const auto& [name, field] : b.further_views()) {
    out << "with " << name << " [";
    for (std::size_t d = 0; d < field.shape.size(); ++d) out << (d > 0 ? ", " : "") << field.shape[d];
    out << "] " << to_string(field.type) << "\n";
  }
  for (const auto& d : b.transforms) out << "the whole batch: " << spelled(d) << "\n";
  out << "\n";
  const auto line = [&](const std::string& row, const std::string& position, const std::string& index,
                        const std::string& path, const std::string& label, const std::string& name,
                        const std::string& size, const std::string& transforms) {
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, "%4s%10s%10s  ", row.c_str(), position.c_str(), index.c_str());
    out << numbers << path << std::string(path_width - path.size() + 2, ' ')
        << std::string(label.size() < 5 ? 5 - label.size() : 0, ' ') << label << "  " << name
        << std::string(class_width - name.size() + 2, ' ') << size
        << std::string(size.size() < 11 ? 11 - size.size() : 1, ' ') << transforms << "\n";
  };
  line("row", "position", "index", "path", "label", "class", "size", "transforms");
  for (const auto& r : b.rows) {
    std::string transforms;
    for (const auto& d : r.transforms) transforms += (transforms.empty() ? "" : ", ") + spelled(d);
    line(std::to_string(r.row), std::to_string(r.position), std::to_string(r.index), visible(data->path(r.index)),
         r.label >= 0 ? std::to_string(r.label) : "-", visible(spelled_label(*data, r.index)),
         std::to_string(r.width) + "x" + std::to_string(r.height), transforms);
    for (const auto& bad : r.replaces) {
      out << "      in place of " << visible(bad.why.path.empty() ? data->path(bad.index) : bad.why.path) << " ("
          << to_string(bad.why.reason) << (bad.why.detail.empty() ? "" : ": ") << visible(bad.why.detail) << ")\n";
    }
  }
  return out.str();
}

}  // namespace troupe
