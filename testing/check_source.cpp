#include <troupe/testing/check_source.hpp>

#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace troupe::testing {

namespace {

const char* const rules[] = {"",
                             "size, shape and classes do not change",
                             "every label is that of a class",
                             "every path names something",
                             "a shape says how many bytes of pixels every sample has",
                             "several threads get the same answers"};

struct answer {
  std::int64_t label = 0;
  std::string path, member;
  std::span<const std::uint8_t> pixels;

  bool operator==(const answer& o) const noexcept {
    return label == o.label && path == o.path && member == o.member && pixels.data() == o.pixels.data() &&
           pixels.size() == o.pixels.size();
  }
};

answer ask(const source& s, std::uint64_t index) {
  return {s.label(index), s.path(index), s.member(index), s.pixels(index)};
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
    } catch (const std::exception& e) { broken(5, std::string("it threw: ") + e.what()); }
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
    if (!seen_) shape_ = source_.shape(), seen_ = true;
    if (source_.shape() != shape_) broken(1, "its shape changed");
    if (shape_ && (shape_->height < 1 || shape_->width < 1 || (shape_->channels != 1 && shape_->channels != 3)))
      broken(4, "its shape needs sides of at least 1 and 1 or 3 channels");
  }

  void look_at(std::uint64_t index) {
    const auto a = ask(source_, index);
    const auto of = "sample " + std::to_string(index);
    const bool single = source_.labels() == label_kind::classes;
    if ((single || a.label != -1) && (a.label < 0 || std::uint64_t(a.label) >= names_.size()))
      broken(2, of + " has label " + std::to_string(a.label) + ", there are " + std::to_string(names_.size()) +
                    " classes");
    if (a.path.empty()) broken(3, of + " has no path");
    const auto wanted = shape_ && source_.in_memory() ? shape_->bytes() : 0;
    if (a.pixels.size() != wanted)
      broken(4, of + " has " + std::to_string(a.pixels.size()) + " bytes of pixels, its shape says " +
                    std::to_string(wanted));
    const auto again = ask(source_, index);
    if (again.label != a.label) broken(2, of + " changed its label");
    if (again.path != a.path || again.member != a.member) broken(3, of + " changed its path");
    if (again.pixels.data() != a.pixels.data()) broken(4, of + " changed the address of its pixels");
    answers_.push_back(a);
  }

  // Each thread begins elsewhere, so that they meet at different samples.
  void ask_at_once() {
    std::vector<std::string> wrong(std::size_t(std::max(1, options_.threads)));
    std::vector<std::thread> all;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      all.emplace_back([&, t] {
        try {
          for (std::size_t n = 0; n < indices_.size() && wrong[t].empty(); ++n) {
            const auto at = (n + t * indices_.size() / wrong.size()) % indices_.size();
            if (!(ask(source_, indices_[at]) == answers_[at]))
              wrong[t] = "sample " + std::to_string(indices_[at]) + " was another one on another thread";
          }
        } catch (const std::exception& e) { wrong[t] = std::string("it threw: ") + e.what(); }
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
  bool seen_ = false;
  std::vector<std::uint64_t> indices_;
  std::vector<answer> answers_;
  report report_;
};

}  // namespace

report check_source(const source& s, const source_check_options& options) { return checker(s, options).run(); }

}  // namespace troupe::testing
