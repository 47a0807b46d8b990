#include <troupe/actors/trainer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

constexpr std::uint32_t ahead = 2;  // batches asked for: one in hand, one at hand
constexpr std::chrono::seconds say_every{1};

double seconds(steady_time::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

void trainer_state::made_ready(const prepare&) {
  const auto& s = run->settings;
  const auto shape = s.training.prepare->shape();
  learner_ =
      s.trained->make({.train = s.train,
                       .channels = shape.channels,
                       .height = shape.height,
                       .width = shape.width,
                       .steps_per_epoch = std::int64_t(std::max<std::uint64_t>(1, s.positions.batches_per_epoch())),
                       .smallest_batch = std::int64_t(s.positions.smallest_batch()),
                       .seed = s.load.seed,
                       .threads = s.trainer_threads});
  if (!learner_) throw std::runtime_error(s.trained->name() + ": its function made no learner");
  threads_ = s.trainer_threads;
  waits_since_ = run->now();
  run->consumer_waits.store(true);
}

void trainer_state::arrived(chunks<batch>& what) {
  for (auto& c : what.all) {
    for (auto& b : c.items) {
      if (!run->ending.load() && !halted_) consume(b);
      b = {};  // dropped where it was not consumed; its buffer goes back before the next one is asked for
      self->send(upstream, demand<batch>{1});
    }
  }
}

void trainer_state::consume(const batch& b) {
  const auto begun = run->now();
  if (step_ == 0 && training_.rows == 0) first_batch_ = begun;
  counters::add(run->consumer.waiting_input_ns, begun - waits_since_);
  run->consumer_waits.store(false);
  run->accept(b);
  if (pass_ && pass_->number != b.pass()) end_pass();
  if (!pass_ || pass_->number != b.pass()) pass_ = run->at(b.pass());
  auto& doing = run->consumer.workers[0];
  const bool training = b.why() == purpose::training;
  doing.begin(training ? operation::training : operation::evaluating, b.pass(), b.number(), begun);
  training ? train(b) : evaluate(b);
  doing.end();
  if (b.last() && !halted_) end_pass();
  waits_since_ = run->now();
  run->consumer_waits.store(true);
  counters::add(run->consumer.busy_ns, waits_since_ - begun);
  counters::add(run->consumer.items_out, b.rows());
}

void trainer_state::train(const batch& b) {
  if (training_.rows == 0) training_.from = run->now();
  if (const auto wanted = run->tuning.trainer_threads.load(std::memory_order_relaxed); wanted != threads_)
    learner_->use_threads(threads_ = wanted);
  const auto r = learner_->step(b.images(), b.labels());
  if (next_epoch_ != b.epoch() || step_ == 0) {
    const auto& start = run->settings.start;
    passed_.begin(start.epoch == b.epoch() ? start.batch : 0);
  }
  next_epoch_ = b.epoch();
  if (!r.finite || !std::isfinite(r.loss)) {
    weights_unsure_ = r.finite;
    char message[160];
    std::snprintf(message, sizeof message,
                  "the loss or a gradient was not finite at epoch %llu, step %llu (loss %g, lr %g)",
                  static_cast<unsigned long long>(b.epoch()), static_cast<unsigned long long>(step_), r.loss, r.lr);
    return halt(operation::training, r.loss, message,
                r.finite ? "the run stops; the learner did not say that it left the weights alone"
                         : "the step was not applied and the run stops");
  }
  ++step_;
  passed_.add(b.number());
  training_.rows += b.rows();
  training_.correct += r.correct;
  training_.loss += r.loss * b.rows();
  training_.to = run->now();
  auto& figures = run->training;
  figures.epoch.store(b.epoch());
  figures.step.store(step_);
  figures.loss.store(r.loss);
  figures.lr.store(r.lr);
  figures.grad_norm.store(r.grad_norm);
  say_step(r, b.rows());
  std::lock_guard lock(run->result_mutex);
  run->result.steps = step_;
  run->result.training = training_.to - first_batch_;
}

void trainer_state::halt(operation at, double loss, const char* message, const char* action) {
  halted_ = true;
  run->raise({.name = "non_finite",
              .severity = severity::error,
              .stage = name,
              .op = to_string(at),
              .value = loss,
              .message = message,
              .suggestion = "Lower optimizer.lr (--lr), add warm-up or clip the gradient",
              .action = action});
  self->send(supervisor,
             run_failure{std::string("trainer: ") + message + "; lower optimizer.lr (--lr), or add warm-up"});
}

void trainer_state::say_step(const step_result& r, std::uint32_t rows) {
  rows_since_said_ += rows;
  const auto now = run->now();
  if (step_ > 1 && now - last_said_ < say_every) return;
  boost::json::object o;
  o["epoch"] = run->training.epoch.load();
  o["step"] = step_;
  o["loss"] = r.loss;
  o["lr"] = r.lr;
  o["grad_norm"] = r.grad_norm;
  if (step_ > 1) o["images_per_s"] = double(rows_since_said_) / seconds(now - last_said_);
  run->events.post("step", o);
  last_said_ = now;
  rows_since_said_ = 0;
}

void trainer_state::evaluate(const batch& b) {
  const auto views = run->settings.positions.described().evaluation_views;
  const auto r = learner_->evaluate(b.images(), b.labels(), std::int64_t(views));
  if (!std::isfinite(r.loss_sum)) {
    char message[160];
    std::snprintf(message, sizeof message,
                  "the loss of an evaluation was not finite at epoch %llu, batch %llu (loss %g)",
                  static_cast<unsigned long long>(b.epoch()), static_cast<unsigned long long>(b.number()), r.loss_sum);
    return halt(operation::evaluating, r.loss_sum, message, "the run stops");
  }
  evaluation_.rows += b.rows() / views;
  evaluation_.correct += r.correct;
  evaluation_.loss += r.loss_sum;
}

void trainer_state::end_pass() {
  const auto of = std::exchange(pass_, std::nullopt);
  if (!of) return;
  if (of->why == purpose::training) {
    next_epoch_ = of->epoch + 1;
    passed_.begin(0);
    if (run->settings.evaluation.data) return;  // its evaluation completes the epoch
  }
  epoch_result e;
  e.epoch = of->epoch;
  if (training_.rows > 0) {
    e.loss = training_.loss / double(training_.rows);
    e.accuracy = double(training_.correct) / double(training_.rows);
    e.images_per_s = double(training_.rows) / std::max(1e-9, seconds(training_.to - training_.from));
  }
  if (evaluation_.rows > 0) {
    e.test_loss = evaluation_.loss / double(evaluation_.rows);
    e.test_accuracy = double(evaluation_.correct) / double(evaluation_.rows);
  }
  training_ = evaluation_ = {};
  const auto d = run->books->read();
  boost::json::object o{
      {"epoch", e.epoch}, {"loss", e.loss}, {"accuracy", e.accuracy}, {"images_per_s", e.images_per_s}};
  if (e.test_loss) o["test_loss"] = *e.test_loss;
  if (e.test_accuracy) o["test_accuracy"] = *e.test_accuracy;
  o["dispositions"] = {
      {"delivered", d.delivered}, {"replaced", d.replaced}, {"skipped", d.skipped()}, {"filtered", d.filtered()}};
  const auto trained = run->settings.positions.pass_of_epoch(of->epoch);
  if (const auto q = run->streams(trained) ? run->feed(trained)->quality(trained) : std::nullopt; q) {
    o["samples"] = q->samples;
    o["window"] = q->window;
    o["mean_displacement"] = q->mean_displacement;
  }
  o["resident_bytes"] = run->resident_bytes.load();
  run->events.post("epoch", o);
  {
    std::lock_guard lock(run->result_mutex);
    run->result.epochs.push_back(e);
  }
  if (e.test_accuracy) save_best(*e.test_accuracy);
}

void trainer_state::save_best(double score) {
  if (!run->events.keeps() || score <= best_score_) return;
  best_score_ = score;
  const auto file = run->events.directory() / "best.safetensors";
  try {
    learner_->save_weights(file);
  } catch (const std::exception& e) {
    checkpoint_failed(e);
    return;
  }
  std::lock_guard lock(run->result_mutex);
  run->result.best_weights = file.string();
}

void trainer_state::checkpoint_failed(const std::exception& e) {
  run->raise({.name = "checkpoint_failed",
              .severity = severity::error,
              .stage = name,
              .message = e.what(),
              .suggestion = "Make room, or give another folder (output.directory, --out)",
              .action = ended_ ? "the run ends without it" : "training goes on"});
}

void trainer_state::save_checkpoint() {
  if (!run->events.keeps() || step_ == 0) return;
  const auto begun = run->now();
  run->consumer.workers[0].begin(operation::saving, 0, 0, begun);
  const auto file = run->events.directory() / ("checkpoint-" + std::to_string(step_) + ".safetensors");
  // The cursor: seed, epoch and batch say where the run goes on.
  std::map<std::string, std::string> notes(run->settings.notes.begin(), run->settings.notes.end());
  notes["seed"] = std::to_string(run->settings.load.seed);
  notes["epoch"] = std::to_string(next_epoch_);
  notes["batch"] = std::to_string(passed_.next());
  notes["step"] = std::to_string(step_);
  const auto bytes = learner_->save_checkpoint(file, notes);
  if (best_score_ < 0) save_best(0);
  run->consumer.workers[0].end();
  run->events.post(
      "checkpoint",
      {{"path", file.string()}, {"step", step_}, {"bytes", bytes}, {"elapsed_ms", 1e3 * seconds(run->now() - begun)}});
  std::lock_guard lock(run->result_mutex);
  run->result.checkpoint = file.string();
}

void trainer_state::ended(const end<batch>&) {
  if (std::exchange(ended_, true)) return;
  run->consumer_waits.store(false);
  try {
    if (!run->ending.load() && !halted_) end_pass();  // where the last batches of an evaluation could not be read
    if (!weights_unsure_) save_checkpoint();
  } catch (const std::exception& e) {
    run->consumer.workers[0].end();
    checkpoint_failed(e);
    self->send(supervisor, run_failure{std::string("trainer: ") + e.what()});
  }
  learner_.reset();
  self->send(supervisor, finished{});
}

trainer_actor::behavior_type trainer(self_of<trainer_actor, trainer_state> self, std::shared_ptr<run_state> run,
                                     gives<batch> upstream, supervisor_actor supervisor) {
  settle(self, std::move(run));
  auto& state = self->state;
  state.upstream = std::move(upstream);
  state.supervisor = std::move(supervisor);
  self->send(self, prepare{});
  self->send(state.upstream, connect<batch>{self});
  self->send(state.upstream, demand<batch>{ahead});
  return {on(self, &trainer_state::made_ready), on(self, &trainer_state::arrived),
          on(self, &trainer_state::came_back),  on(self, &trainer_state::lost),
          on(self, &trainer_state::ended),      on(self, &trainer_state::upstream_failed),
          on(self, &trainer_state::closed)};
}

}  // namespace troupe
