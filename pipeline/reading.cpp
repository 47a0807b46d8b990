#include <troupe/pipeline/reading.hpp>

#include <troupe/pipeline/run_state.hpp>

#include <stdexcept>
#include <string>

namespace troupe {

namespace {

// Whether a picture of its samples, of those that are wanted, is such a one.
bool has(const prepared_data& of, bool (*such)(const source&)) {
  if (!of.data) return false;
  if (such(*of.data)) return true;
  for (std::size_t c = 0; c < of.further.companions && of.data.size() > 0; ++c) {
    if (such(*of.data->companion_of(0, c).from)) return true;
  }
  return false;
}

}  // namespace

bool reads_files(const prepared_data& of) {
  return has(of, [](const source& from) { return !from.in_memory() && !from.keyed(); });
}

bool has_keys(const prepared_data& of) {
  return has(of, [](const source& from) { return from.keyed(); });
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

}  // namespace troupe
