#include "rig.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace troupe::test {

namespace {

caf::resumable* job_of(const caf::actor_addr& actor) {
  const auto alive = caf::actor_cast<caf::strong_actor_ptr>(actor);
  return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(alive));
}

}  // namespace

rig::rig(const pipeline& p, std::uint32_t shuffled, bool watched) : order_(shuffled), shuffled_(shuffled > 0) {
  configure_for_tests(config_);
  system_ = std::make_unique<caf::actor_system>(config_);
  auto settings = p.settings();
  settings.listeners.push_back([this](const alert& a) { alerts.push_back(a); });
  run_ = std::make_shared<run_state>(std::move(settings), disk_, [this] {
    if (on_clock) on_clock();
    return scheduler().clock().now();
  });
  line_options o;
  o.detached = false;
  o.watched = watched;
  o.queue = queue_;
  // A witness on every edge: whatever a test looks at, the protocol is watched as well.
  o.below_loader = [this](const gives<encoded>& above) { return observe(above, edges.encoded); };
  o.below_stages = [this](const gives<encoded>& above) { return observe(above, edges.own); };
  o.below_augmenter = [this](const gives<sample>& above) { return observe(above, edges.sample); };
  o.below_batcher = [this](const gives<batch>& above) { return observe(above, edges.batch); };
  o.hired = [this](const worker_actor& worker) { workers_.push_back(worker.address()); };
  o.started = [this](const line& l) { stages_ = l; };
  o.published = [this](outcome end) { over_ = std::move(end); };
  supervisor_ = system_->spawn(supervisor, run_, std::move(o));
}

rig::~rig() {
  try {
    take_down();
  } catch (const std::exception& e) { std::fputs(e.what(), stderr); }
  // Where a test failed in the middle somebody may be left, whom the system would wait for.
  if (actors() > 0) static_cast<void>(system_.release());
}

void rig::take_down() {
  frozen_.clear();
  on_clock = on_turn = {};
  breaches_throw = false;
  if (!over_) {
    disk_->hold = false;
    disk_->release();
    stop();
    settle();
  }
  if (over_ && over_->how == ending::wedged) end_stages();
  stages_ = {};
  supervisor_ = nullptr;
  disk_->stop();
  settle();
}

// What a wedged run leaves behind.
void rig::end_stages() {
  end_urgently(stages_.loader);
  for (const auto& s : stages_.own) end_urgently(s);
  end_urgently(stages_.augmenter);
  end_urgently(stages_.batcher);
  end_urgently(stages_.consumer);
  end_urgently(stages_.monitor);
}

template <class T>
gives<T> rig::observe(const gives<T>& above, const std::shared_ptr<edge_book>& book) {
  return gives<T>{system_->spawn(witness<T>, run_, above, book)};
}

caf::scheduler::test_coordinator& rig::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

void rig::run(std::size_t n) {
  auto& jobs = scheduler().jobs;
  for (; n > 0; --n) {
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (frozen_.count(jobs[i]) == 0) ready.push_back(i);
    }
    if (ready.empty()) return;
    const auto next = ready[shuffled_ ? order_() % ready.size() : 0];
    std::swap(jobs.front(), jobs[next]);
    if (on_turn) on_turn();
    scheduler().run_once();
    if (!breaches_throw) continue;
    for (const auto& book : {edges.encoded, edges.own, edges.sample, edges.batch}) {
      if (!book->breach().empty()) throw std::logic_error("a breach of the protocol: " + book->breach());
    }
  }
}

void rig::kill(std::size_t worker) { end_urgently(caf::actor_cast<worker_actor>(workers_.at(worker))); }
void rig::freeze(std::size_t worker) { frozen_.insert(job_of(workers_.at(worker))); }
void rig::thaw(std::size_t worker) { frozen_.erase(job_of(workers_.at(worker))); }
void rig::freeze_consumer() { frozen_.insert(job_of(stages_.consumer.address())); }
void rig::thaw_consumer() { frozen_.erase(job_of(stages_.consumer.address())); }
void rig::give_up(std::uint32_t worker) { tell(supervisor_, worker_hangs{worker}); }

void rig::settle() { run(~std::size_t{0}); }

std::optional<batch> rig::pull() {
  settle();
  return take();
}

std::optional<batch> rig::take() {
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

void rig::stand_still(std::chrono::milliseconds d) {
  scheduler().clock().advance_time(d);
  settle();
}

}  // namespace troupe::test
