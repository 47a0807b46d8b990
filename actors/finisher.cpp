#include <troupe/actors/finisher.hpp>

#include <exception>
#include <utility>

namespace troupe {

namespace {

batch_rows rows_of(const run_state& run, const lease& rows) {
  const auto& prepare = *run.settings.training.prepare;
  const auto at = [&](std::size_t field) { return run.memory->row(rows.buffer, field, rows.row); };
  batch_rows b{.rows = rows.rows, .shape = prepare.shape(), .format = prepare.format(), .images = at(layout::images)};
  const auto& labels = run.settings.fields.fields()[layout::labels];
  if (labels.type == element::int64) {
    b.class_of = reinterpret_cast<std::int64_t*>(at(layout::labels));
  } else {
    b.classes = std::size_t(labels.row_shape[0]);
    b.labels = reinterpret_cast<float*>(at(layout::labels));
  }
  b.indices = reinterpret_cast<const std::int64_t*>(at(layout::indices));
  return b;
}

}  // namespace

finisher_state::~finisher_state() {
  if (run) run->batcher.workers[number].end();
}

void finisher_state::finish(const finish_batch& what) {
  const auto begun = run->now();
  run->batcher.workers[number].begin(operation::finishing, what.rows.pass, what.rows.batch, begun);
  auto wrong = transform(what.rows);
  run->batcher.workers[number].end();
  counters::add(run->batcher.busy_ns, run->now() - begun);
  self->send(batcher, batch_finished{what.rows, std::move(wrong)});
}

std::string finisher_state::transform(const lease& rows) {
  try {
    const auto& list = run->settings.batch_map;
    const auto b = rows_of(*run, rows);
    memory_.resize(list.scratch_bytes(b.row_bytes(), b.classes));
    const auto of = run->at(rows.pass);
    const auto& training = run->settings.training;
    list.run(b, of.seed, of.epoch, rows.batch, memory_.data(), nullptr,
             training.unconverted ? &training.prepare->conversion() : nullptr);
    return {};
  } catch (const std::exception& e) { return e.what(); } catch (...) {
    return "an exception that is no std::exception";
  }
}

finisher_actor::behavior_type finisher(self_of<finisher_actor, finisher_state> self, std::shared_ptr<run_state> run,
                                       batcher_actor batcher, std::uint32_t number) {
  settle(self, std::move(run));
  self->state.batcher = std::move(batcher);
  self->state.number = number;
  // Without the batcher nobody waits for what it does.
  self->template monitor<caf::message_priority::high>(self->state.batcher);
  self->set_down_handler(
      [self](caf::scheduled_actor*, caf::down_msg&) { self->quit(caf::exit_reason::user_shutdown); });
  return {on(self, &finisher_state::finish)};
}

}  // namespace troupe
