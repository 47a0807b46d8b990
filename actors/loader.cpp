#include <troupe/actors/loader.hpp>

#include <troupe/actors/read_job.hpp>

#include <utility>

namespace troupe {

namespace {
constexpr std::uint64_t supplied = 8;  // samples read for each worker
}

void loader_state::connected(const connect<encoded>& to) { downstream_ = to.downstream; }

void loader_state::demanded(const demand<encoded>& d) {
  if (ended_) return;
  for (const auto& places : d.places) {
    counters::add(run->loader.demanded, places.rows);
    rows_out_ += places.rows;
    if (!stop_->load() && run->data(places.pass).data->shape()) {
      hand_over(places);
    } else {
      unread_.push_back(places);
    }
  }
  last_ = last_ || d.last;
  read_more();
  end_if_done();
}

void loader_state::hand_over(const lease& places) {
  const auto& data = run->data(places.pass).data;
  const auto shape = data->shape();
  if (pass_.batches == 0 || pass_.number != places.pass) pass_ = run->at(places.pass);
  chunk<encoded> ready{places, {}};
  ready.items.reserve(places.rows);
  for (std::uint32_t row = 0; row < places.rows; ++row) {
    auto& item = ready.items.emplace_back(named(*run, pass_, places, row));
    item.bytes = data->pixels(item.index);
    item.raw = shape;
  }
  rows_out_ -= places.rows;
  counters::add(run->loader.answered, places.rows);
  counters::add(run->loader.items_out, places.rows);
  counters::add(run->loader.bytes_out, places.rows * shape->bytes());
  self->send(downstream_, std::move(ready));
}

// While the workers are well supplied, one reader is enough and leaves them the processors. While they are not, twice
// as many jobs as readers are out: none waits for this actor, and few files are open at once.
int loader_state::reads_at_once() const {
  const auto waiting = run->loader.items_out.load() - run->augmenter.items_out.load();
  return waiting < supplied * std::uint64_t(run->settings.workers) ? 2 * run->files->concurrency() : 1;
}

void loader_state::read_more() {
  if (stop_->load()) {
    for (const auto& places : unread_) {
      rows_out_ -= places.rows;
      counters::add(run->loader.answered, places.rows);
      self->send(downstream_, unused<encoded>{places});
    }
    unread_.clear();
  }
  for (; !unread_.empty() && reading_ < reads_at_once(); unread_.pop_front()) {
    ++reading_;
    auto job = std::make_shared<read_job>(run, loader_actor{self}, unread_.front(), stop_);
    run->files->post([job] { job->go(); });
  }
}

void loader_state::was_read(read_done& result) {
  const auto rows = result.what.places.rows;
  rows_out_ -= rows;
  counters::add(run->loader.answered, rows);
  if (result.unused) {
    self->send(downstream_, unused<encoded>{result.what.places});
  } else {
    counters::add(run->loader.items_out, rows);
    self->send(downstream_, std::move(result.what));
  }
  if (result.last) --reading_;
  read_more();
  end_if_done();
}

void loader_state::cancelled(const cancel<encoded>&) {
  stop_->store(true);
  last_ = true;
  read_more();
  end_if_done();
}

void loader_state::end_if_done() {
  if (!last_ || ended_ || rows_out_ > 0) return;
  ended_ = true;
  self->send(downstream_, end<encoded>{});
}

loader_actor::behavior_type loader(self_of<loader_actor, loader_state> self, std::shared_ptr<run_state> run) {
  settle(self, std::move(run));
  return {on(self, &loader_state::connected), on(self, &loader_state::demanded), on(self, &loader_state::cancelled),
          on(self, &loader_state::was_read)};
}

}  // namespace troupe
