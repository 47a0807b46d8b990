#pragma once
#include <troupe/pipeline/ledger.hpp>
#include <troupe/sources/shuffle_window.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe {

/// How a run ended.
enum class ending : std::uint8_t {
  completed,  ///< every position of the plan was disposed of
  stopped,    ///< somebody asked for it
  failed,     ///< it could not go on; `reason` says why
  wedged,     ///< a stage did not let go within the shutdown deadline; its memory and thread are left behind
};
const char* to_string(ending e) noexcept;

/// One training epoch, as it was measured.
struct epoch_result {
  std::uint64_t epoch = 0;
  double loss = 0;                      ///< mean over the rows of training
  double accuracy = 0;                  ///< 0 … 1, on the training rows as they came
  std::optional<double> test_loss;      ///< of the evaluation pass, where there was one
  std::optional<double> test_accuracy;  ///< 0 … 1
  double images_per_s = 0;              ///< training rows by the time from its first batch to its last
};

/// What a cache was good for.
struct cache_use {
  std::uint64_t samples = 0;  ///< kept
  std::uint64_t bytes = 0;    ///< that they take
  std::uint64_t served = 0;   ///< rows that came out of it, unread or not decoded
};

/// What is left when a run is over. `wait()` returns one; it throws nowhere but in a listener.
struct outcome {
  ending how = ending::completed;
  std::string reason;     ///< one sentence where it failed or wedged: stage, file, remedy
  bool bad_data = false;  ///< it failed because of the data, not of the program
  troupe::dispositions dispositions;
  std::uint64_t bad_samples = 0;       ///< that could not be read or decoded, each counted once
  std::vector<std::string> first_bad;  ///< the first of them, at most five: "photos/cat/7.jpg (truncated)"
  std::string events_lost;    ///< why lines of events.jsonl or quarantine.jsonl were not written; empty: all were
  std::uint64_t damaged = 0;  ///< rows that were filled although their file is damaged; 0 in strict mode
  cache_use cache;
  std::uint64_t steps = 0;  ///< weight updates
  std::vector<epoch_result> epochs;
  std::optional<shuffle_quality> shuffle;        ///< of the last epoch of a stream that was given whole
  std::string checkpoint;                        ///< the file written last; empty where none was
  std::string best_weights;                      ///< best.safetensors, where there is one
  std::string digest;                            ///< over every delivered batch in order, where it was asked for
  std::string stateful;                          ///< what makes that digest one that is not guaranteed; empty: nothing
  std::chrono::duration<double> elapsed{0};      ///< start() to the end
  std::chrono::duration<double> delivering{0};   ///< start() to the last delivery
  std::chrono::duration<double> training{0};     ///< first batch to last weight update
  std::chrono::duration<double> first_batch{0};  ///< start() to the first delivery

  bool ok() const noexcept { return how == ending::completed; }
};

std::ostream& operator<<(std::ostream& out, const outcome& o);

/// Thrown by the `++` of a loop over batches when the run has failed, so that no loop ends short in silence.
class run_failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace troupe
