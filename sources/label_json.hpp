#pragma once
#include <troupe/sources/annotation_list.hpp>
#include <troupe/sources/label_reader.hpp>

#include <memory>

#include <string>
#include <string_view>

namespace troupe {

/// What a JSON object says about a sample: `label` or `class` (a name or a number, or a list of them), `labels` (a
/// list), `value` or `values` (a number or a list), `weight` (a number), `path`; and what belongs to it: `mask` (a
/// path), `boxes` (a list of [x0, y0, x1, y1]) with `box_labels` (a list of names or numbers), `keypoints` (a list of
/// [x, y], or [x, y, 0] for one that is not there). Other keys are passed over.
struct json_record {
  std::string path, mask;  ///< empty where it is not said
  label_text label;
  annotation_text marked;
  bool annotated = false;  ///< boxes or keypoints are said, be it none
};

/// Reads one object. Throws std::invalid_argument saying what is wrong with it. For one thread at a time each.
class json_record_reader {
 public:
  json_record_reader();
  ~json_record_reader();
  /// `label_alone`: what else such files may say beside a label is none of ours, and passed over.
  json_record read(std::string_view text, bool label_alone = false);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// The same as text: {"label":"cat"}, {"labels":["cat","dog"],"weight":2}, {"value":[0.5,1]}.
std::string to_json(const label_text& label);

}  // namespace troupe
