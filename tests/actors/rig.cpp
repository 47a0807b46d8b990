#include "rig.hpp"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace troupe::test {

namespace {

class pixel_source final : public source {
 public:
  explicit pixel_source(std::uint64_t n, bool files) : bytes_(files ? 0 : n), n_(n), files_(files) {
    for (std::uint64_t i = 0; i < bytes_.size(); ++i) bytes_[i] = std::uint8_t(i);
    for (int c = 0; c < 10; ++c) names_.push_back("class " + std::to_string(c));
  }
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t i) const noexcept override { return std::int64_t(i % 10); }
  std::string path(std::uint64_t i) const override { return std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override {
    return files_ ? std::span<const std::uint8_t>{} : std::span(&bytes_[i], 1);
  }
  std::optional<image_shape> shape() const noexcept override {
    return files_ ? std::nullopt : std::optional(image_shape{1, 1, 1});
  }
  std::string describe() const override { return std::to_string(n_) + " pixels"; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::string> names_;
  std::uint64_t n_ = 0;
  bool files_ = false;
};

std::vector<std::uint8_t> png_of(std::uint8_t value) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = 2;
  image.format = PNG_FORMAT_RGB;
  const std::vector<std::uint8_t> pixels(12, value);
  std::vector<std::uint8_t> out(4096);
  png_alloc_size_t size = out.size();
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
    throw std::runtime_error("no test image");
  }
  out.resize(size);
  return out;
}

class paper final : public file_layer::file {
 public:
  explicit paper(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  failure read(std::span<std::uint8_t> to) override {
    std::memcpy(to.data(), bytes_.data(), to.size());
    return {};
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

dataset pixels(std::uint64_t n) { return dataset(std::make_shared<pixel_source>(n, false)); }
dataset files(std::uint64_t n) { return dataset(std::make_shared<pixel_source>(n, true)); }

void cabinet::post(std::function<void()> job) {
  jobs_.push_back(std::move(job));
  if (!hold) release();
}

void cabinet::release() {
  if (running_) return;
  running_ = true;
  while (!jobs_.empty()) {
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    job();
  }
  running_ = false;
}

file_layer::opened cabinet::open(const std::string& path) {
  const auto index = std::stoull(path);
  if (missing.count(index) > 0) return {nullptr, {fault::missing, "not there"}};
  auto bytes = png_of(std::uint8_t(index));
  bytes.resize(bytes.size() + padding);
  if (damaged.count(index) > 0) bytes.resize(bytes.size() / 2);
  return {std::make_unique<paper>(std::move(bytes)), {}};
}

seen read(const batch& b) {
  seen s{.epoch = b.epoch(), .number = b.number(), .why = b.why(), .indices = {}, .labels = {}};
  s.indices.assign(b.indices().as<std::int64_t>(), b.indices().as<std::int64_t>() + b.rows());
  s.labels.assign(b.labels().as<std::int64_t>(), b.labels().as<std::int64_t>() + b.rows());
  return s;
}

rig::rig(const pipeline& p, std::uint32_t shuffled, bool watched) : order_(shuffled), shuffled_(shuffled > 0) {
  configure_for_tests(config_);
  system_ = std::make_unique<caf::actor_system>(config_);
  auto settings = p.settings();
  settings.listeners.push_back([this](const alert& a) { alerts.push_back(a); });
  run_ = std::make_shared<run_state>(std::move(settings), disk_, [this] { return scheduler().clock().now(); });
  line_options o;
  o.detached = false;
  o.watched = watched;
  o.queue = queue_;
  o.started = [this](const line& l) { stages_ = l; };
  o.published = [this](outcome end) { over_ = std::move(end); };
  supervisor_ = system_->spawn(supervisor, run_, std::move(o));
}

rig::~rig() {
  if (!over_) {
    disk_->hold = false;
    disk_->release();
    stop();
    settle();
  }
  stages_ = {};
  supervisor_ = nullptr;
  settle();
}

caf::scheduler::test_coordinator& rig::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

void rig::run(std::size_t n) {
  auto& jobs = scheduler().jobs;
  for (; n > 0 && !jobs.empty(); --n) {
    if (shuffled_) std::swap(jobs.front(), jobs[order_() % jobs.size()]);
    scheduler().run_once();
  }
}

void rig::settle() { run(~std::size_t{0}); }

std::optional<batch> rig::pull() {
  settle();
  if (queue_->empty()) return std::nullopt;
  auto got = queue_->pop(run_->consumer_waits);
  if (!got.next) return std::nullopt;
  run_->accept(*got.next);
  tell(stages_.outlet, taken{1});
  return std::move(got.next);
}

std::vector<seen> rig::pull_all() {
  std::vector<seen> all;
  while (auto b = pull()) all.push_back(read(*b));
  settle();
  return all;
}

void rig::stop() { tell(supervisor_, stop_run{}); }
void rig::leave(std::uint64_t pass) {
  tell(stages_.batcher, troupe::leave{pass});
  const auto n = queue_->leave(pass);
  if (n > 0) tell(stages_.outlet, taken{n});
}

void rig::wait(std::chrono::milliseconds d) {
  using namespace std::chrono_literals;
  for (; d > 0ms; d -= 50ms) {
    scheduler().clock().advance_time(50ms);
    settle();
  }
}

namespace {

class counting_learner final : public learner {
 public:
  explicit counting_learner(std::shared_ptr<tally_book> book) : book_(std::move(book)) { note(); }
  step_result step(const view&, const view& labels) override {
    note();
    if (book_->trained.size() == book_->throws_at) throw std::runtime_error("the model does not fit");
    seen s;
    s.labels.assign(labels.as<std::int64_t>(), labels.as<std::int64_t>() + labels.elements());
    step_result r{.loss = 1, .finite = book_->trained.size() != book_->not_finite_at};
    if (r.finite) book_->trained.push_back(std::move(s));
    return r;
  }
  evaluation_result evaluate(const view&, const view& labels) override {
    note();
    seen s;
    s.labels.assign(labels.as<std::int64_t>(), labels.as<std::int64_t>() + labels.elements());
    book_->evaluated.push_back(std::move(s));
    return {.loss_sum = 1.0 * double(labels.elements()), .correct = std::uint64_t(labels.elements())};
  }
  std::uint64_t save_checkpoint(const std::filesystem::path&, const std::map<std::string, std::string>& m) override {
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
