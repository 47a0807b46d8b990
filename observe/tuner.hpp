#pragma once
#include <troupe/observe/knobs.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// What a tuner goes by: counts and times since the start of a run, in seconds; those of workers and readers are sums
/// over all of them.
struct tuner_look {
  std::uint64_t rows = 0;   ///< delivered so far,
  double delivered_at = 0;  ///< and when the last of them were
  std::uint64_t pass = 0;   ///< in which they were: rates of two passes are never compared
  bool training = true;     ///< false: an evaluation, in which nothing is moved
  double consumer_waited = 0;
  double workers_busy = 0, workers_starved = 0, reading = 0;
};

/// One step that a tuner tried, and what came of it.
struct tuning_move {
  knob what = knob::workers;
  double from = 0, to = 0;       ///< its values
  std::string why;               ///< who waited for whom
  double before = 0, after = 0;  ///< rows a second
  bool kept = false;             ///< it helped beyond noise; otherwise it was taken back
};

/// Moves the knobs of a run, one step at a time, to where it is fastest. It is told what a monitor sees at each look
/// and has no clock and no thread of its own.
///
///     tuner t(range, 2 * batch_rows);
///     if (t.look(seen)) apply(t.now());
///
/// A step follows from who waits: when the trainer starves, workers gain, or readers where the workers wait for files;
/// when batches wait for the trainer, the trainer gains. It is tried for some windows and kept where the median rate
/// rose beyond the noise of the windows before it; otherwise it is taken back, and not tried again until the load has
/// changed: until the rate has stood elsewhere for as many windows.
class tuner {
 public:
  /// A window lasts a quarter of a second, and as long as it takes to deliver `window_rows`.
  explicit tuner(const knob_range& range, std::uint64_t window_rows);

  /// True: the knobs are to stand as now() says.
  bool look(const tuner_look& seen);
  const knobs& now() const noexcept { return now_; }
  /// Nothing is left to be tried, as long as the load stays.
  bool settled() const noexcept { return settled_; }
  /// What was decided since this was asked last.
  std::vector<tuning_move> take_moves() { return std::exchange(moves_, {}); }
  /// The relative change of the rate by one worker more than there are now; nothing until that was tried.
  std::optional<double> gain_from_one_more_worker() const;

 private:
  struct window {
    double rate = 0;                                                // rows a second
    double consumer_waits = 0, busy = 0, starved = 0, reading = 0;  // shares: of its time, of each worker's, reader's
  };
  struct estimate {
    double rate = 0, error = 0;  // the median and its standard error
  };
  struct step {
    knob what = knob::workers;
    int way = 1;  // up or down
    std::string why = {};
    bool same(const step& s) const noexcept { return what == s.what && way == s.way; }
  };
  bool close_window(const tuner_look& seen);
  bool judge_trial();
  bool finish_trial(const estimate& after, bool kept);
  bool try_next();
  bool load_changed() const;
  void keep_newest();
  std::vector<step> candidates() const;
  bool refused(const step& s) const;
  estimate estimated() const;

  const knob_range range_;
  const std::uint64_t window_rows_;
  knobs now_, before_;               // before the step that is being tried
  std::optional<tuner_look> begun_;  // the window at hand
  std::vector<window> windows_;      // the newest, all with the knobs as they are now
  int left_out_ = 3;                 // windows still to pass until what is in flight was made with these knobs
  estimate reference_;               // before the step, or where it settled
  std::optional<step> trying_;
  std::vector<step> refused_;
  std::map<int, double> rate_of_workers_;
  std::vector<tuning_move> moves_;
  bool settled_ = false;
};

}  // namespace troupe
