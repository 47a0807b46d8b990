#include <troupe/sources/label_json.hpp>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace troupe {
namespace {

namespace json = boost::json;

/// A class by its name or its number.
std::string class_of(const json::value& v) {
  if (const auto* text = v.if_string()) {
    if (text->empty()) throw std::invalid_argument("the label is empty");
    return std::string(text->data(), text->size());
  }
  if (const auto* number = v.if_int64(); number && *number >= 0) return std::to_string(*number);
  if (v.is_uint64() || v.is_int64() || v.is_double())
    throw std::invalid_argument(
        "a label is a class name or a whole number from 0; numbers to predict go into \"value\"");
  throw std::invalid_argument("a label is a class name, a number, or a list of them");
}

void take_classes(const json::value& v, label_text& label) {
  const auto* list = v.if_array();
  if (list == nullptr) {
    label.classes.push_back(class_of(v));
    return;
  }
  label.several = true;
  for (const auto& one : *list) label.classes.push_back(class_of(one));
}

double number_of(const json::value& v, const char* what) {
  if (!v.is_number()) throw std::invalid_argument(std::string(what) + " must be a number");
  return v.to_number<double>();
}

void take_values(const json::value& v, label_text& label) {
  if (const auto* list = v.if_array())
    for (const auto& one : *list) label.values.push_back(number_of(one, "a value"));
  else
    label.values.push_back(number_of(v, "a value"));
  if (label.values.empty()) throw std::invalid_argument("a list of values is empty");
}

std::string path_of(const json::value& v, const char* key) {
  if (!v.is_string()) throw std::invalid_argument(std::string("\"") + key + "\" must be a string");
  return {v.get_string().data(), v.get_string().size()};
}

/// Lists of `least` to `most` finite numbers in a list.
template <class Take>
void take_rows(const json::value& v, std::size_t least, std::size_t most, const char* what, Take take) {
  const auto refuse = [what] { throw std::invalid_argument(what); };
  if (!v.is_array()) refuse();
  for (const auto& one : v.get_array()) {
    const auto* list = one.if_array();
    if (list == nullptr || list->size() < least || list->size() > most) return refuse();
    std::array<double, 4> numbers{};
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (!(*list)[i].is_number()) refuse();
      numbers[i] = (*list)[i].to_number<double>();
      if (!std::isfinite(numbers[i])) refuse();
    }
    take(numbers, list->size());
  }
}

/// True where a key says what is marked on a picture.
bool take_annotation(std::string_view key, const json::value& v, annotation_text& marked) {
  if (key == "boxes") {
    take_rows(v, 4, 4, "\"boxes\" must be a list of [x0, y0, x1, y1]", [&](const auto& n, std::size_t) {
      marked.boxes.push_back({n[0], n[1], n[2], n[3]});
    });
  } else if (key == "box_labels") {
    if (!v.is_array()) throw std::invalid_argument("\"box_labels\" must be a list");
    for (const auto& one : v.get_array()) marked.box_labels.push_back(class_of(one));
  } else if (key == "keypoints") {
    take_rows(v, 2, 3, "\"keypoints\" must be a list of [x, y] or [x, y, 0]", [&](const auto& n, std::size_t said) {
      marked.keypoints.push_back({n[0], n[1], said < 3 || n[2] != 0});
    });
  } else {
    return false;
  }
  return true;
}

std::string shortest(double number) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

}  // namespace

struct json_record_reader::state {
  std::array<unsigned char, 16 * 1024> parsing, holding;
  json::parser parser{json::storage_ptr(), json::parse_options(), parsing.data(), parsing.size()};
};

json_record_reader::json_record_reader() : state_(std::make_unique<state>()) {}
json_record_reader::~json_record_reader() = default;

json_record json_record_reader::read(std::string_view text, bool label_alone) {
  json::monotonic_resource memory(state_->holding.data(), state_->holding.size());
  state_->parser.reset(&memory);
  json::error_code failed;
  state_->parser.write(text.data(), text.size(), failed);
  if (failed) throw std::invalid_argument("is no JSON object: " + failed.message());
  const auto value = state_->parser.release();
  const auto* object = value.if_object();
  if (object == nullptr) throw std::invalid_argument("is no JSON object");
  json_record record;
  int labels = 0;
  for (const auto& [key, v] : *object) {
    if (key == "path") {
      record.path = path_of(v, "path");
    } else if (!label_alone && key == "mask") {
      record.mask = path_of(v, "mask");
    } else if (!label_alone && take_annotation({key.data(), key.size()}, v, record.marked)) {
      record.annotated = true;
    } else if (key == "label" || key == "labels" || key == "class") {
      take_classes(v, record.label);
      record.label.several = record.label.several || key == "labels";
      ++labels;
    } else if (key == "value" || key == "values") {
      take_values(v, record.label);
      ++labels;
    } else if (key == "weight") {
      record.label.weight = number_of(v, "a weight");
    }
  }
  if (labels > 1) throw std::invalid_argument("has more than one of label, labels, class, value and values");
  return record;
}

std::string to_json(const label_text& label) {
  std::string text = "{";
  const auto add = [&text](const std::string& key, const std::string& value) {
    text.append(text.size() > 1 ? "," : "").append(json::serialize(json::value(key))).append(":").append(value);
  };
  const auto listed = [](const auto& all, auto spell) {
    std::string list = "[";
    for (const auto& one : all) list.append(list.size() > 1 ? "," : "").append(spell(one));
    return list + "]";
  };
  const auto quoted = [](const std::string& name) { return json::serialize(json::value(name)); };
  if (!label.values.empty())
    add("value", listed(label.values, shortest));
  else if (label.several)
    add("labels", listed(label.classes, quoted));
  else if (!label.classes.empty())
    add("label", quoted(label.classes.front()));
  if (label.weight != 1) add("weight", shortest(label.weight));
  return text + "}";
}

}  // namespace troupe
