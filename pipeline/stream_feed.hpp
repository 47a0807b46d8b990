#pragma once
#include <troupe/pipeline/encoded.hpp>
#include <troupe/pipeline/lease.hpp>
#include <troupe/pipeline/plan.hpp>
#include <troupe/sources/shuffle_window.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace troupe {

/// A sample of a stream at its offset, from when it was drawn until its rows are filled: a worker that dies or hangs
/// may want it once more, and it cannot be pulled again.
struct given_sample {
  encoded item;      ///< its bytes, or what is wrong with it
  std::string path;  ///< where its bytes are to be read from, if it has none
  std::string name;
};

/// What a run knows of its stream: how far it came, and what was drawn and is not yet a finished row. Safe from any
/// thread; pulling is not done here.
class stream_feed {
 public:
  explicit stream_feed(const plan::options& o, std::string name) noexcept : plan_(o), name_(std::move(name)) {}

  /// What was drawn for a row, by its position in the pass and its attempt; nothing: not yet, or it is done with.
  std::optional<given_sample> find(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt) const;
  /// For all views of the sample at attempt 0, for this row alone at a further one.
  void keep(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt, given_sample what);
  /// A row came down: it stays as it is, or (`again`) the next attempt is asked for.
  void answered(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt, bool again);
  /// A row that was to stay as it is goes with the other views of its sample: the next attempt is asked for.
  void asked_again(std::uint64_t pass, std::uint64_t position);
  /// A row that waited for the other views of its sample stays empty.
  void left_empty(std::uint64_t pass, std::uint64_t position);
  /// Nobody asks for anything any more.
  void clear();

  /// So many samples of that pass were pulled; `ended`: and there are no more.
  void pulled(std::uint64_t pass, std::uint64_t samples, bool ended);
  /// What its windowed shuffle came to, when that is known.
  void note(std::uint64_t pass, const shuffle_quality& q);
  std::optional<shuffle_quality> quality(std::uint64_t pass) const;

  /// Bounds a training pass by what is known of its end.
  void bound(pass& p) const;
  /// Whether it is known if that batch of a pass is the last one to be delivered.
  bool decided(const pass& p, std::uint64_t batch) const;
  /// The first offset of a pass whose rows are not all done with; nothing where all are that were kept.
  std::optional<std::uint64_t> first_open(std::uint64_t pass) const;
  /// The samples that the longest epoch had so far, or those that the stream says it has.
  std::uint64_t samples() const;
  /// What messages call a sample: the name it came with, while it is here; otherwise `generator[17]`.
  std::string name(std::uint64_t pass, std::uint64_t number) const;

  /// What to call when the end of a pass, or whether a batch is the last one, may have become known; on the thread that
  /// learns it. An empty function: nothing any more.
  void on_news(std::function<void()> call);

 private:
  struct waiting {
    given_sample what;
    std::uint64_t unanswered = 0, unfinished = 0;  // rows
  };
  struct course {
    std::uint64_t pulled = 0;
    bool ended = false;
    std::optional<shuffle_quality> quality;
  };
  using key = std::pair<std::uint64_t, std::uint64_t>;  // pass, and offset or position

  const plan::options plan_;
  const std::string name_;
  mutable std::mutex mutex_;
  std::map<key, waiting> own_;             // by offset
  std::map<key, given_sample> stand_ins_;  // by position
  std::map<std::uint64_t, course> courses_;
  std::function<void()> news_;
};

}  // namespace troupe
