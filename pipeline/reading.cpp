#include <troupe/pipeline/reading.hpp>

#include <troupe/pipeline/run_state.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace troupe {

namespace {

// Whether a picture of its samples, of those that are wanted, is such a one: a source and a companion are asked alike.
template <class Such>
bool has(const prepared_data& of, Such such) {
  if (!of.data) return false;
  if (such(of.data->in_memory(), of.data->keyed())) return true;
  const auto& all = of.data->companions();
  const auto wanted = all.begin() + std::ptrdiff_t(of.further.companions);
  return std::any_of(all.begin(), wanted, [&](const companion& c) { return such(c.in_memory, c.keyed); });
}

}  // namespace

bool reads_files(const prepared_data& of) {
  return has(of, [](bool in_memory, bool keyed) { return !in_memory && !keyed; });
}

bool has_keys(const prepared_data& of) {
  return has(of, [](bool, bool keyed) { return keyed; });
}

void check_keys(const run_settings& s) {
  for (const auto* of : {&s.training, &s.evaluation}) {
    if (!has_keys(*of)) continue;
    const std::string who = of == &s.training ? "load: " : "evaluate: ";
    if (s.stages.empty())
      throw std::invalid_argument(who + "samples are keys, and nobody brings their bytes: " + of->data->describe() +
                                  "; say .stage(name, what brings them by encoded::key)");
    if (s.load.cache != cached::none)
      throw std::invalid_argument(who +
                                  "cache must be none for keys: nothing is read that could be kept; let the stage that "
                                  "brings the bytes keep them");
  }
}

void check_stream(const run_settings& s) {
  if (s.load.cache != cached::none && (s.training.from || s.evaluation.from))
    throw std::invalid_argument(std::string("load: cache must be none where ") +
                                (s.training.from ? "load()" : "evaluate()") +
                                " has a generator, whose samples never come again; leave it out");
  if (!s.training.from) return;
  if (s.load.sampling.make)
    throw std::invalid_argument(
        "load: sampling " + s.load.sampling.name +
        " needs random access, which a generator has not; let it yield them as often as wanted");
  if (s.batch.drop_last && s.memory.buffers == 1)
    throw std::invalid_argument(
        "batch: drop_last of a generator needs two buffers, got 1; give more memory or buffers");
  const auto& t = s.train;
  if (s.trained && s.positions.batches_per_epoch() == 0 && (t.schedule != "constant" || t.warmup_epochs > 0))
    throw std::invalid_argument(
        "train: schedule must be constant, without warm-up, where a generator does not say how "
        "many samples it has, got " +
        t.schedule + "; say {.samples = N} to generated()");
}

}  // namespace troupe
