#include <troupe/pipeline/running_pipeline.hpp>

#include <troupe/actors/monitor.hpp>
#include <troupe/observe/process.hpp>
#include <troupe/pipeline/running_parts.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe {

running_pipeline::running_pipeline(run_settings settings, std::shared_ptr<file_layer> files)
    : parts_(std::make_unique<parts>(std::move(settings), std::move(files))) {}

running_pipeline::running_pipeline(running_pipeline&&) noexcept = default;

running_pipeline& running_pipeline::operator=(running_pipeline&& other) noexcept {
  if (this != &other) {
    running_pipeline before(std::move(*this));
    parts_ = std::move(other.parts_);
  }
  return *this;
}

running_pipeline::~running_pipeline() {
  if (parts_) parts::end(std::move(parts_));
}

outcome running_pipeline::wait() { return parts_->wait(); }
bool running_pipeline::wait_for(std::chrono::milliseconds duration) { return parts_->wait_for(duration); }
void running_pipeline::stop() { parts_->stop(); }

const memory_plan& running_pipeline::memory() const noexcept { return parts_->run->settings.memory; }
troupe::cursor running_pipeline::cursor() const { return parts_->run->stands_at(); }
dispositions running_pipeline::dispositions() const {
  return parts_->wait_for({}) ? parts_->wait().dispositions : parts_->run->books->read();
}

snapshot running_pipeline::snapshot() const {
  auto s = take_snapshot(*parts_->run);
  s.resident_bytes = read_process_memory().resident_bytes;
  s.peak_resident_bytes = std::max(s.peak_resident_bytes, s.resident_bytes);
  return s;
}

verdict running_pipeline::limiting() const {
  auto v = judge(take_snapshot(*parts_->run));
  v.gain_from_one_more_worker = tuning().gain_from_one_more_worker;
  return v;
}

tuning_report running_pipeline::tuning() const { return parts_->run->tuning.report(); }

progress running_pipeline::progress() const {
  const auto& run = *parts_->run;
  const auto& s = run.settings;
  troupe::progress p;
  p.delivered = run.consumer.items_in;
  p.epochs = s.positions.described().epochs;
  p.images_per_s = run.images_per_s;
  p.resident_bytes = read_process_memory().resident_bytes;
  p.bound_bytes = s.memory.bound_bytes();
  p.over = parts_->wait_for(std::chrono::milliseconds(0));
  const auto elapsed = std::chrono::duration<double>(run.now() - run.started).count();
  if (p.images_per_s == 0 && elapsed > 0) p.images_per_s = double(p.delivered) / elapsed;
  double share = 0;  // of the run that is done
  if (s.trained) {
    p.epoch = run.training.epoch;
    p.step = run.training.step;
    const auto each = s.positions.batches_per_epoch();
    if (each > 0) p.steps = each * p.epochs - (p.epochs > 0 ? each * s.start.epoch + s.start.batch : 0);
    if (p.step > 0) p.loss = run.training.loss;
    if (p.steps > 0) share = double(p.step) / double(p.steps);
  } else {
    p.epoch = run.epoch_now;
    const auto of = s.positions.expected();
    const auto rows = std::min(of.positions, of.batches * of.batch_size);
    const auto before = rows * s.start.epoch + s.start.batch * of.batch_size;
    if (rows * p.epochs > before) share = std::min(1.0, double(p.delivered) / double(rows * p.epochs - before));
  }
  if (share > 0) p.seconds_left = std::max(0.0, elapsed / share - elapsed);
  if (p.delivered > 0) p.limiting = limiting().limiting;
  return p;
}

running_pipeline::epoch_range running_pipeline::epoch() {
  const auto& s = parts_->run->settings;
  if (s.trained) throw std::logic_error("epoch: this run has a trainer, which takes the batches; leave train() out");
  if (s.sink) throw std::logic_error("epoch: this run has a sink, which takes the batches; leave sink() out");
  if (parts_->looping) throw std::logic_error("epoch: the loop over the epoch before is still open; leave it first");
  const auto n = parts_->next_epoch++;
  parts_->looping = true;
  if (parts_->queue->over()) return {*parts_, {}};
  const auto passes = s.positions.passes();
  if (passes && s.positions.pass_of_epoch(n) >= *passes) return {*parts_, {}};
  return {*parts_, s.positions.at(s.positions.pass_of_epoch(n))};
}

running_pipeline::epoch_range::iterator running_pipeline::epoch_range::begin() {
  if (of_.batches == 0) over_ = true;
  if (!over_ && !std::exchange(begun_, true)) advance();
  return iterator(this);
}

void running_pipeline::epoch_range::advance() {
  const bool was_last = now_ && now_.last();
  now_ = {};
  auto& run = *run_->run;
  if (was_last) {
    over_ = true;
    return;
  }
  const auto begun = run.now();
  auto [next, failure] = run_->queue->pop(run.consumer_waits, of_.number);
  over_ = !next;
  if (!failure.empty()) throw run_failed(failure);
  if (over_) return;
  now_ = std::move(*next);
  counters::add(run.consumer.waiting_input_ns, run.now() - begun);
  run.accept(now_);
  counters::add(run.consumer.items_out, now_.rows());
  tell(run_->stages.outlet, taken{1});  // after it was counted: the run may be over with this message
}

running_pipeline::epoch_range::~epoch_range() {
  run_->looping = false;
  if (over_ || of_.batches == 0) return;
  if (now_ && now_.last()) return;
  run_->run->stand_at(of_.epoch + 1, 0);
  tell(run_->stages.batcher, leave{of_.number});
  const auto dropped = run_->queue->leave(of_.number);
  if (dropped > 0) tell(run_->stages.outlet, taken{dropped});
}

}  // namespace troupe
