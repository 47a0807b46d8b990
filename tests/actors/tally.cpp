#include "tally.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace troupe::test {

namespace {

void read(const view& labels, seen& into) {
  if (labels.type == element::int64) {
    into.labels.assign(labels.as<std::int64_t>(), labels.as<std::int64_t>() + labels.elements());
  } else {
    into.shares.assign(labels.as<float>(), labels.as<float>() + labels.elements());
  }
}

}  // namespace

seen read(const batch& b) {
  seen s{.epoch = b.epoch(), .number = b.number(), .why = b.why(), .indices = {}, .labels = {}, .shares = {}};
  s.indices.assign(b.indices().as<std::int64_t>(), b.indices().as<std::int64_t>() + b.rows());
  read(b.labels(), s);
  return s;
}

namespace {

class counting_learner final : public learner {
 public:
  explicit counting_learner(std::shared_ptr<tally_book> book) : book_(std::move(book)) { note(); }
  step_result step(const view&, const view& labels) override {
    note();
    if (book_->trained.size() == book_->throws_at) throw std::runtime_error("the model does not fit");
    seen s;
    read(labels, s);
    step_result r{.loss = book_->trained.size() == book_->nan_at ? std::nan("") : 1,
                  .finite = book_->trained.size() != book_->not_finite_at};
    if (r.finite) book_->trained.push_back(std::move(s));
    return r;
  }
  evaluation_result evaluate(const view&, const view& labels, std::int64_t) override {
    note();
    seen s;
    read(labels, s);
    const bool odd = book_->evaluated.size() == book_->evaluation_nan_at;
    book_->evaluated.push_back(std::move(s));
    return {.loss_sum = odd ? std::nan("") : double(labels.elements()), .correct = std::uint64_t(labels.elements())};
  }
  std::uint64_t save_checkpoint(const std::filesystem::path&, const std::map<std::string, std::string>& m) override {
    if (book_->disk_is_full) throw std::runtime_error("no space left");
    book_->checkpoints.push_back(m);
    return 1;
  }
  std::uint64_t save_weights(const std::filesystem::path&) override { return 1; }

 private:
  void note() { book_->threads.insert(std::this_thread::get_id()); }
  std::shared_ptr<tally_book> book_;
};

}  // namespace

model counting(std::shared_ptr<tally_book> book) {
  return {"counting", "a learner that counts",
          [book](const learner_setup&) { return std::make_unique<counting_learner>(book); }};
}

}  // namespace troupe::test
