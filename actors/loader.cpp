#include <troupe/actors/loader.hpp>

#include <troupe/actors/named_sample.hpp>
#include <troupe/actors/puller.hpp>
#include <troupe/actors/read_job.hpp>

#include <exception>
#include <utility>

namespace troupe {

namespace {
constexpr std::uint64_t most_at_once = 128;  // files that one job reads
}

void loader_state::connected(const connect<encoded>& to) { downstream_ = to.downstream; }

void loader_state::demanded(const demand<encoded>& d) {
  if (ended_) return;
  chunks<encoded> ready;
  for (const auto& places : d.places) {
    counters::add(run->loader.demanded, places.rows);
    rows_out_ += places.rows;
    if (run->streams(places.pass)) {
      unpulled_.push_back(places);
    } else if (!stop_->load() && run->data(places.pass).data->in_memory()) {
      ready.all.push_back(from_memory(places));
    } else {
      unread_.push_back(places);
    }
  }
  if (!ready.all.empty()) self->send(downstream_, std::move(ready));
  last_ = last_ || d.last;
  read_more();
  end_if_done();
}

chunk<encoded> loader_state::from_memory(const lease& places) {
  const auto& of = run->data(places.pass);
  const auto shape = of.data->shape();
  if (pass_.batches == 0 || pass_.number != places.pass) pass_ = run->at(places.pass);
  chunk<encoded> ready{places, {}};
  ready.items.reserve(places.rows);
  std::size_t bytes = 0;
  for (std::uint32_t row = 0; row < places.rows; ++row) {
    auto& item = ready.items.emplace_back();
    const auto fails = [&](const char* why) {
      counters::add(run->loader.failures, 1);
      item = unreadable(*run, pass_, places, row, why);
    };
    try {
      item = named(*run, pass_, places, row);
      item.bytes = of.data->pixels(item.index);
      item.raw = shape;
      for (std::size_t c = 0; c < of.further.companions; ++c) {
        const auto [from, index] = of.data->companion_of(item.index, c);
        item.companions.push_back({from->pixels(index), from->shape(), nullptr});
      }
    } catch (const std::exception& e) { fails(e.what()); } catch (...) {
      fails("a source threw something that is no std::exception");
    }
    bytes += item.bytes.size();
  }
  rows_out_ -= places.rows;
  counters::add(run->loader.answered, places.rows);
  counters::add(run->loader.items_out, places.rows);
  counters::add(run->loader.bytes_out, bytes);
  return ready;
}

// While the workers are well supplied, one reader is enough and leaves them the processors: it reads some files in a
// row before it says so. While they are not, twice as many jobs as readers are out: none waits for this actor, and few
// files are open at once. Readers that a step of tuning brought and the next one took back stay, without a job.
int loader_state::reads_at_once() const {
  if (run->well_supplied()) return 1;
  const auto readers = run->files->concurrency();
  return readers_ < readers ? readers_ : 2 * readers;
}

void loader_state::obey_tuning() {
  const auto now = run->tuning.now();
  if (now.readers == readers_ && now.read_ahead_bytes == enough_) return;
  readers_ = now.readers;
  enough_ = now.read_ahead_bytes;
  run->files->allow(readers_);
  run->read_ahead.aim(enough_, std::size_t(run->settings.workers) + std::size_t(readers_));
}

std::vector<lease> loader_state::next_to_read() {
  std::vector<lease> next;
  std::uint64_t rows = 0;
  do {
    rows += unread_.front().rows;
    next.push_back(unread_.front());
    unread_.pop_front();
  } while (!unread_.empty() && run->well_supplied() && rows + unread_.front().rows <= most_at_once);
  return next;
}

// Whoever pulls takes all that is wanted by now.
void loader_state::pull_more() {
  if (pulling_ || unpulled_.empty()) return;
  pulling_ = true;
  if (!puller_) puller_ = std::make_shared<puller>(run, loader_actor{self}, stop_);
  puller_->pull({unpulled_.begin(), unpulled_.end()});
  unpulled_.clear();
}

void loader_state::read_more() {
  if (stop_->load()) {
    for (auto* waiting : {&unread_, &unpulled_}) {
      for (const auto& places : *waiting) give_back(places);
      waiting->clear();
    }
  }
  pull_more();
  obey_tuning();
  while (!unread_.empty() && reading_ < reads_at_once()) {
    ++reading_;
    auto job = std::make_shared<read_job>(run, loader_actor{self}, next_to_read(), stop_);
    run->files->post([job] { job->go(); });
  }
}

void loader_state::give_back(const lease& places) {
  rows_out_ -= places.rows;
  counters::add(run->loader.answered, places.rows);
  self->send(downstream_, unused<encoded>{places});
}

void loader_state::was_read(read_done& result) {
  for (const auto& what : result.read.all) {
    rows_out_ -= what.places.rows;
    counters::add(run->loader.answered, what.places.rows);
    counters::add(run->loader.items_out, what.places.rows);
  }
  if (!result.read.all.empty()) self->send(downstream_, std::move(result.read));
  if (!result.failure.empty() && !stop_->exchange(true)) self->send(downstream_, failed<encoded>{result.failure});
  if (result.pulled && result.last && stop_->load()) run->clear_feeds();  // what came after the first time
  for (const auto& places : result.unused) give_back(places);
  unread_.insert(result.pulled ? unread_.end() : unread_.begin(), result.unread.begin(), result.unread.end());
  if (result.last) result.pulled ? void(pulling_ = false) : void(--reading_);
  read_more();
  end_if_done();
}

void loader_state::cancelled(const cancel<encoded>&) {
  stop_->store(true);
  last_ = true;
  run->clear_feeds();            // whoever pulls may wait for its room
  run->read_ahead.let_all_in();  // and a stage may keep what it has until the end
  read_more();
  end_if_done();
}

void loader_state::end_if_done() {
  if (!last_ || ended_ || rows_out_ > 0 || pulling_) return;
  ended_ = true;
  run->loader.ended.store(true);
  puller_.reset();
  run->clear_feeds();
  self->send(downstream_, end<encoded>{});
}

loader_actor::behavior_type loader(self_of<loader_actor, loader_state> self, std::shared_ptr<run_state> run) {
  settle(self, std::move(run));
  return {on(self, &loader_state::connected), on(self, &loader_state::demanded), on(self, &loader_state::cancelled),
          on(self, &loader_state::was_read)};
}

}  // namespace troupe
