#include <troupe/testing/check_source.hpp>

#include <troupe/sources/file_range.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace troupe::testing {

namespace {

const char* const rules[] = {"",
                             "size, shape, classes and companions do not change",
                             "every label is that of a class, every row of labels is finite numbers",
                             "every path and location names something",
                             "a shape says how many bytes of pixels every sample has",
                             "several threads get the same answers",
                             "every companion is a sample of another source, of the shape that was announced",
                             "boxes and keypoints are no more than announced and can be, each box has a class",
                             "every weight is finite and not negative"};

/// A method that threw, and the rule that this breaks.
struct thrown {
  int rule;
  std::string how;
};

template <class Call>
auto say(int rule, const char* method, Call call) {
  try {
    return call();
  } catch (const std::exception& e) { throw thrown{rule, std::string(method) + " threw: " + e.what()}; } catch (...) {
    throw thrown{rule, std::string(method) + " threw something that is no std::exception"};
  }
}

struct answer {
  std::int64_t label = 0;
  std::string path, member;
  file_range location;
  std::vector<float> row;
  double weight = 1;
  std::span<const std::uint8_t> pixels;
  std::vector<std::string> companions;
  annotations marked;

  bool operator==(const answer& o) const noexcept {
    return companions == o.companions && marked.boxes.data() == o.marked.boxes.data() &&
           marked.keypoints.data() == o.marked.keypoints.data() && label == o.label && path == o.path &&
           member == o.member && same_place(o) && same_row(o) && same_weight(o) && pixels.data() == o.pixels.data() &&
           pixels.size() == o.pixels.size();
  }
  bool same_place(const answer& o) const noexcept {
    return location.path == o.location.path && location.offset == o.location.offset && location.size == o.location.size;
  }
  // NaN is like itself here: it is told of once, as what it is.
  bool same_row(const answer& o) const noexcept {
    return std::equal(row.begin(), row.end(), o.row.begin(), o.row.end(), same<float>);
  }
  bool same_weight(const answer& o) const noexcept { return same(weight, o.weight); }

 private:
  template <class T>
  static bool same(T a, T b) noexcept {
    return a == b || (std::isnan(a) && std::isnan(b));
  }
};

answer ask(const source& s, std::uint64_t index) {
  answer a;
  a.label = s.label(index);
  a.path = say(3, "path()", [&] { return s.path(index); });
  a.member = say(3, "member()", [&] { return s.member(index); });
  a.pixels = s.pixels(index);
  if (a.pixels.empty() && !s.keyed()) a.location = say(3, "location()", [&] { return s.location(index); });
  a.row.assign(s.class_names().size(), std::nanf(""));  // what it leaves out is no number
  say(2, "write_label()", [&] { s.write_label(index, a.row.data()); });
  a.weight = s.weight(index);
  a.marked = s.annotated(index);
  for (std::size_t c = 0; c < s.companions().size(); ++c) {
    a.companions.push_back(say(6, "companion_of()", [&] {
      const auto of = s.companion_of(index, c);
      return of.from && of.index < of.from->size() ? "at " + of.path() : std::string();
    }));
  }
  return a;
}

class checker {
 public:
  checker(const source& s, const source_check_options& o) : source_(s), options_(o), size_(s.size()) {}

  report run() {
    try {
      look_at_whole();
      const auto most = std::max<std::uint64_t>(1, options_.most_samples);
      const auto stride = std::max<std::uint64_t>(1, (size_ + most - 1) / most);
      for (std::uint64_t i = 0; i < size_; i += stride) indices_.push_back(i);
      if (size_ > 0 && indices_.back() + 1 != size_) indices_.push_back(size_ - 1);
      for (const auto i : indices_) look_at(i);
      ask_at_once();
      look_at_whole();
    } catch (const std::exception& e) { broken(1, std::string("it threw: ") + e.what()); } catch (...) {
      broken(1, "it threw something that is no std::exception");
    }
    return report_;
  }

 private:
  void broken(int rule, const std::string& how) { report_.add({rule, rules[rule], how, "", 0}); }

  void look_at_whole() {
    if (source_.size() != size_)
      broken(1, "it had " + std::to_string(size_) + " samples, then " + std::to_string(source_.size()));
    if (source_.describe().empty()) broken(1, "describe() says nothing");
    if (names_.empty()) names_ = source_.class_names();
    if (source_.class_names() != names_) broken(1, "the names of its classes changed");
    if (!seen_) shape_ = source_.shape(), companions_ = source_.companions(), seen_ = true;
    if (source_.shape() != shape_) broken(1, "its shape changed");
    if (source_.companions() != companions_) broken(1, "what comes with its samples changed");
    if (shape_ && (shape_->height < 1 || shape_->width < 1 || (shape_->channels != 1 && shape_->channels != 3)))
      broken(4, "its shape needs sides of at least 1 and 1 or 3 channels");
  }

  void look_at(std::uint64_t index) {
    const auto of = "sample " + std::to_string(index);
    try {
      look_at(index, of);
    } catch (const thrown& t) { broken(t.rule, of + ": " + t.how); }
  }

  void look_at(std::uint64_t index, const std::string& of) {
    const auto a = ask(source_, index);
    const bool single = source_.labels() == label_kind::classes;
    if (((single && !names_.empty()) || a.label != -1) && (a.label < 0 || std::uint64_t(a.label) >= names_.size()))
      broken(2, of + " has label " + std::to_string(a.label) + ", there are " + std::to_string(names_.size()) +
                    " classes");
    if (!std::all_of(a.row.begin(), a.row.end(), [](float number) { return std::isfinite(number); }))
      broken(2, of + " has a row of labels that is not " + std::to_string(a.row.size()) + " finite numbers");
    if (!(a.weight >= 0 && std::isfinite(a.weight))) broken(8, of + " has weight " + std::to_string(a.weight));
    if (a.path.empty()) broken(3, of + " has no path");
    if (a.location.path.empty() && a.pixels.empty() && !source_.keyed()) broken(3, of + " has no location");
    const auto whole = shape_ ? shape_->bytes() : 0, wanted = source_.in_memory() ? whole : 0;
    if (a.pixels.size() != wanted && (source_.in_memory() || companions_.empty() || a.pixels.size() != whole))
      broken(4, of + " has " + std::to_string(a.pixels.size()) + " bytes of pixels, its shape says " +
                    std::to_string(wanted));
    const auto again = ask(source_, index);
    if (again.label != a.label) broken(2, of + " changed its label");
    if (again.path != a.path || again.member != a.member) broken(3, of + " changed its path");
    if (!again.same_place(a)) broken(3, of + " changed where it lies");
    if (!again.same_row(a)) broken(2, of + " changed its row of labels");
    if (!again.same_weight(a)) broken(8, of + " changed its weight");
    if (again.pixels.data() != a.pixels.data()) broken(4, of + " changed the address of its pixels");
    look_at_companions(index, a, of);
    look_at_annotations(a.marked, of);
    answers_.emplace_back(index, a);
  }

  void look_at_companions(std::uint64_t index, const answer& a, const std::string& of) {
    for (std::size_t c = 0; c < companions_.size(); ++c) {
      const auto& said = companions_[c];
      if (a.companions[c].empty()) {
        broken(6, of + " has no " + said.name + " that could be named");
        continue;
      }
      const auto [from, at] = say(6, "companion_of()", [&] { return source_.companion_of(index, c); });
      if (from->shape() != said.shape || from->in_memory() != said.in_memory || from->keyed() != said.keyed)
        broken(6, "the " + said.name + " of " + of + " have another shape than was announced, or lie elsewhere");
      if (said.in_memory && said.shape && from->pixels(at).size() != said.shape->bytes())
        broken(6, "the " + said.name + " of " + of + " have " + std::to_string(from->pixels(at).size()) + " bytes");
    }
  }

  void look_at_annotations(const annotations& marked, const std::string& of) {
    const auto most = source_.most_annotated();
    const auto classes = source_.box_class_names().size();
    if (marked.boxes.size() > most.boxes || marked.keypoints.size() > most.keypoints)
      broken(7, of + " has " + std::to_string(marked.boxes.size()) + " boxes and " +
                    std::to_string(marked.keypoints.size()) + " keypoints, announced were " +
                    std::to_string(most.boxes) + " and " + std::to_string(most.keypoints));
    if (marked.box_labels.size() != marked.boxes.size())
      broken(7, of + " has " + std::to_string(marked.boxes.size()) + " boxes with " +
                    std::to_string(marked.box_labels.size()) + " classes");
    for (const auto& b : marked.boxes) {
      const bool finite = std::isfinite(b.x0) && std::isfinite(b.y0) && std::isfinite(b.x1) && std::isfinite(b.y1);
      if (!finite || b.x0 > b.x1 || b.y0 > b.y1) broken(7, of + " has a box that is inverted, or not finite");
    }
    for (const auto& k : marked.keypoints)
      if (!std::isfinite(k.x) || !std::isfinite(k.y)) broken(7, of + " has a keypoint that is not finite");
    for (const auto label : marked.box_labels)
      if (label < 0 || (classes > 0 && std::uint64_t(label) >= classes))
        broken(7, of + " has a box of class " + std::to_string(label) + ", there are " + std::to_string(classes));
  }

  // Each thread begins elsewhere, so that they meet at different samples.
  void ask_at_once() {
    std::vector<std::string> wrong(std::size_t(std::max(1, options_.threads)));
    std::vector<std::thread> all;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      all.emplace_back([&, t, now = std::uint64_t{0}]() mutable {
        try {
          for (std::size_t n = 0; n < answers_.size() && wrong[t].empty(); ++n) {
            const auto& [index, known] = answers_[(n + t * answers_.size() / wrong.size()) % answers_.size()];
            now = index;
            if (!(ask(source_, index) == known))
              wrong[t] = "sample " + std::to_string(index) + " was another one on another thread";
          }
        } catch (const thrown& e) { wrong[t] = "sample " + std::to_string(now) + ": " + e.how; }
      });
    }
    for (auto& t : all) t.join();
    for (const auto& w : wrong) {
      if (!w.empty()) broken(5, w);
    }
  }

  const source& source_;
  const source_check_options& options_;
  const std::uint64_t size_;
  std::vector<std::string> names_;
  std::optional<image_shape> shape_;
  std::vector<companion> companions_;
  bool seen_ = false;
  std::vector<std::uint64_t> indices_;
  std::vector<std::pair<std::uint64_t, answer>> answers_;  // with the index
  report report_;
};

}  // namespace

report check_source(const source& s, const source_check_options& options) { return checker(s, options).run(); }

}  // namespace troupe::testing
