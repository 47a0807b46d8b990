#include <troupe/actors/outlet.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {
// Batches asked for before the loop wants them, so that it need not wait for a message.
constexpr std::uint32_t batches_before = 2;
}  // namespace

bool outlet_queue::push(batch b) {
  std::lock_guard lock(mutex_);
  if (b.pass() < wanted_from_) {
    b.drop(skip_reason::left);
    return false;
  }
  batches_.push_back(std::move(b));
  changed_.notify_one();
  return true;
}

void outlet_queue::end() {
  std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

std::uint32_t outlet_queue::fail(const std::string& reason) {
  std::deque<batch> dropped;  // their buffers go back outside the lock
  std::lock_guard lock(mutex_);
  dropped.swap(batches_);
  if (failure_.empty()) failure_ = reason;
  changed_.notify_all();
  return std::uint32_t(dropped.size());
}

std::uint32_t outlet_queue::clear() {
  std::deque<batch> dropped;  // as in `fail`
  std::lock_guard lock(mutex_);
  dropped.swap(batches_);
  return std::uint32_t(dropped.size());
}

std::uint32_t outlet_queue::leave(std::uint64_t pass) {
  std::deque<batch> dropped;
  std::lock_guard lock(mutex_);
  wanted_from_ = std::max(wanted_from_, pass + 1);
  while (!batches_.empty() && batches_.front().pass() <= pass) {
    batches_.front().drop(skip_reason::left);
    dropped.push_back(std::move(batches_.front()));
    batches_.pop_front();
  }
  return std::uint32_t(dropped.size());
}

bool outlet_queue::empty() const {
  std::lock_guard lock(mutex_);
  return batches_.empty();
}

bool outlet_queue::over() const {
  std::lock_guard lock(mutex_);
  return ended_ && batches_.empty() && failure_.empty();
}

outlet_queue::result outlet_queue::pop(std::atomic<bool>& waits, std::uint64_t of) {
  std::unique_lock lock(mutex_);
  auto ready = [&] { return !batches_.empty() || ended_ || !failure_.empty(); };
  if (!ready()) {
    waits.store(true);
    changed_.wait(lock, ready);
    waits.store(false);
  }
  result r;
  if (!failure_.empty()) {
    r.failure = failure_;
  } else if (!batches_.empty() && batches_.front().pass() <= of) {
    r.next = std::move(batches_.front());
    batches_.pop_front();
  }
  return r;
}

// What comes before `close` is delivered: whoever fails the run says so before that, so that nothing is lost in
// silence.
void outlet_state::arrived(chunks<batch>& what) {
  if (closed_) return;
  for (auto& c : what.all) {
    for (auto& b : c.items) {
      if (queue->push(std::move(b))) {
        ++out_;
      } else {
        self->send(upstream, demand<batch>{1});
      }
    }
  }
}

void outlet_state::ended(const end<batch>&) {
  ended_ = true;
  queue->end();
  finish_if_done();
}

void outlet_state::upstream_failed(const failed<batch>& why) { out_ -= queue->fail(why.reason); }

void outlet_state::closed(const close&) {
  closed_ = true;
  out_ -= queue->clear();
  finish_if_done();
}

void outlet_state::was_taken(const taken& t) {
  out_ -= t.batches;
  if (!ended_) self->send(upstream, demand<batch>{t.batches});
  finish_if_done();
}

void outlet_state::finish_if_done() {
  if (!ended_ || finished_ || out_ > 0) return;
  finished_ = true;
  self->send(supervisor, finished{});
}

outlet_actor::behavior_type outlet(self_of<outlet_actor, outlet_state> self, std::shared_ptr<run_state> run,
                                   gives<batch> upstream, supervisor_actor supervisor,
                                   std::shared_ptr<outlet_queue> queue) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.upstream = std::move(upstream);
  state.supervisor = std::move(supervisor);
  state.queue = std::move(queue);
  self->send(state.upstream, connect<batch>{self});
  self->send(state.upstream, demand<batch>{batches_before});
  return {on(self, &outlet_state::arrived),  on(self, &outlet_state::came_back),       on(self, &outlet_state::lost),
          on(self, &outlet_state::ended),    on(self, &outlet_state::upstream_failed), on(self, &outlet_state::closed),
          on(self, &outlet_state::was_taken)};
}

}  // namespace troupe
