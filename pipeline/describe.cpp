#include <troupe/observe/visible_text.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <locale>
#include <ostream>
#include <sstream>
#include <utility>

namespace troupe {

std::string pipeline::describe() const {
  const auto s = settings();
  std::ostringstream out;
  out.imbue(std::locale::classic());  // whatever the program has set
  out << (data_->keyed() ? "loader --keys--> " : "loader --encoded--> ");
  for (const auto& stage : s.stages) out << stage.name << " --encoded--> ";
  out << "augmenter x" << s.workers << " --sample--> batcher --batch--> "
      << (s.trained ? "trainer"
          : s.sink  ? s.sink->name
                    : "your loop")
      << "\n";
  out << "  data       " << visible(data_->describe()) << (load_.shuffle ? ", shuffled" : "");
  if (stream_ && load_.shuffle) out << " in a window of " << stream_->options().window;
  if (chosen_by_) out << ", chosen " << load_.sampling.name;
  out << ", seed " << s.load.seed;
  if (s.start.epoch > 0 || s.start.batch > 0) out << ", from epoch " << s.start.epoch << ", batch " << s.start.batch;
  out << "\n";
  if (evaluation_data_) out << "  evaluation " << visible(evaluation_data_->describe()) << "\n";
  out << "  transforms ";
  for (std::size_t i = 0; i < s.training.prepare->transforms().size(); ++i) {
    out << (i > 0 ? ", " : "") << s.training.prepare->transforms()[i].to_string();
  }
  for (std::size_t i = 0; i < s.batch_map.transforms().size(); ++i) {
    out << (i > 0 ? ", " : "\n  batch_map  ") << s.batch_map.transforms()[i].to_string();
  }
  out << "\n  batch      [" << batch_.size;
  for (const auto extent : s.fields.fields()[layout::images].row_shape) out << ", " << extent;
  const auto each = s.positions.batches_per_epoch();
  out << "] " << to_string(batch_.type) << ", "
      << (each > 0 || !stream_ ? std::to_string(each) : std::string("as many as come")) << " an epoch"
      << (batch_.drop_last ? ", the last one dropped if incomplete" : "")
      << (batch_.order == delivery::ready ? ", delivered as they are finished: their order depends on time" : "")
      << "\n";
  for (std::size_t f = layout::indices + 1; f < s.fields.fields().size(); ++f) {
    const auto& further = s.fields.fields()[f];
    out << (f == layout::indices + 1 ? "  with       " : ", ") << further.name << " [" << batch_.size;
    for (const auto extent : further.row_shape) out << ", " << extent;
    out << "] " << to_string(further.type) << (f + 1 == s.fields.fields().size() ? "\n" : "");
  }
  if (s.trained) {
    out << "  trainer    " << s.trained->about() << "; " << s.train.epochs
        << (s.train.epochs == 1 ? " epoch, " : " epochs, ") << s.train.optimizer.name << ", lr " << s.train.optimizer.lr
        << ", " << s.train.schedule << "\n";
  }
  out << "  threads    " << s.workers << " workers + " << (s.finishers > 0 ? 2 : 1) << ", ";
  if (s.own_actors() > 0) out << s.own_actors() << (s.own_actors() > 1 ? " actors" : " actor") << " of your own, ";
  const auto &least = s.knobs.least, &most = s.knobs.most;
  out << s.knobs.start.readers;
  if (most.readers > s.knobs.start.readers) out << " to " << most.readers;
  out << " reader" << (most.readers > 1 ? "s" : "");
  if (s.trained) out << ", trainer (" << s.trainer_threads << " intra-op)";
  out << ", monitor, supervisor, watchdog, 2 of CAF: " << s.threads() << "\n";
  if (s.share) {
    out << "  processors " << s.share.cpus() << ", shared with "
        << (budget_.share ? "the pipelines that were given the same share" : "the other pipelines of this process")
        << "\n";
  }
  if (!s.stateful.empty()) out << "  digest     not guaranteed: " << s.stateful << " is stateful\n";
  out << "  tuning     ";
  bool moves = false;
  const auto range = [&](const char* what, double from, double to, const char* unit) {
    if (from < to) out << (std::exchange(moves, true) ? ", " : "") << what << from << " to " << to << unit;
  };
  range("", least.workers, most.workers, " workers at work");
  range("", least.trainer_threads, most.trainer_threads, " intra-op threads");
  range("", least.readers, most.readers, " readers");
  range("", double(least.read_ahead_bytes >> 20), double(most.read_ahead_bytes >> 20), " MiB read ahead");
  range("chunks of ", 1e-3 * least.chunk_us, 1e-3 * most.chunk_us, " ms");
  out << (moves ? "" : "none") << "\n  memory     " << s.memory << "\n";
  return out.str();
}

std::ostream& operator<<(std::ostream& out, const pipeline& p) { return out << p.describe(); }

}  // namespace troupe
