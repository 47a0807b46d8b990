#include <troupe/observe/verdict.hpp>

#include <algorithm>

namespace troupe {

namespace {

constexpr double most = 0.7;  // of its time: who is busy as long as that is the wall

double busy(const snapshot& now, const snapshot& earlier, const std::string& stage) {
  const auto* s = now.find(stage);
  const auto* before = earlier.find(stage);
  return s == nullptr ? 0 : s->busy_s - (before == nullptr ? 0 : before->busy_s);
}

bool of_the_line(const std::string& stage) {
  return stage == "loader" || stage == "augmenter" || stage == "batcher" || stage == "trainer" || stage == "consumer";
}

double waiting_input(const snapshot& now, const snapshot& earlier, const std::string& stage) {
  const auto* s = now.find(stage);
  const auto* before = earlier.find(stage);
  return s == nullptr ? 0 : s->waiting_input_s - (before == nullptr ? 0 : before->waiting_input_s);
}

}  // namespace

verdict judge(const snapshot& now, const snapshot& earlier) {
  verdict v;
  const auto elapsed = std::max(1e-9, (now.at - earlier.at).count());
  const auto* pool = now.find("augmenter");
  const auto workers = pool == nullptr ? 1.0 : double(std::max(1u, pool->workers));
  const auto* pool_before = earlier.find("augmenter");
  const auto in_workers = pool == nullptr || pool->worker_s <= 0
                              ? elapsed * workers
                              : std::max(1e-9, pool->worker_s - (pool_before == nullptr ? 0 : pool_before->worker_s));
  const bool trains = now.find("trainer") != nullptr;
  const bool sinks = !now.stages.empty() && !of_the_line(now.stages.back().stage);
  const std::string last = trains ? "trainer" : sinks ? now.stages.back().stage : "consumer";
  // The consumer limits where it hardly ever waits; otherwise the augmenters where they hardly ever wait for bytes.
  const auto consumer_share = std::clamp(1 - waiting_input(now, earlier, last) / elapsed, 0.0, 1.0);
  const auto augmenter_share = std::clamp(busy(now, earlier, "augmenter") / in_workers, 0.0, 1.0);
  const auto starved = std::clamp(waiting_input(now, earlier, "augmenter") / in_workers, 0.0, 1.0);
  const auto reading = busy(now, earlier, "loader") / elapsed;  // of one reader's time: with several, more than 1
  // A stage of one's own: in the workers, where it takes most of their time; as an actor, where it always has something
  // to do while they wait.
  const stage_snapshot* own = nullptr;
  double own_share = 0;
  for (const auto& s : now.stages) {
    if (of_the_line(s.stage) || s.stage == last) continue;
    const auto share = std::clamp(busy(now, earlier, s.stage) / (s.pooled ? in_workers : elapsed), 0.0, 1.0);
    const bool wall =
        s.pooled ? share >= augmenter_share / 2 && augmenter_share >= most : share >= most && starved > augmenter_share;
    if (wall && share > own_share) own = &s, own_share = share;
  }
  if (own != nullptr && consumer_share < most) {
    v.limiting = own->stage;
    v.share = own_share;
    v.advice = own->pooled
                   ? "Your stage " + own->stage +
                         " takes most of the workers' time: make it cheaper, or give it more processors"
                   : "Your stage " + own->stage +
                         " is one actor, and the workers wait for it: as a function it would run in all of them";
  } else if (consumer_share >= augmenter_share && consumer_share >= starved) {
    v.limiting = last;
    v.share = consumer_share;
    v.advice = trains ? "The trainer is the wall: a smaller model or image, or more processors for it, would help; "
                        "faster input would not"
                      : "Your loop is the wall: it asks for the next batch later than it is ready";
  } else if (augmenter_share >= most || (augmenter_share >= starved && reading >= most)) {
    v.limiting = "augmenter";
    v.share = augmenter_share;
    v.advice =
        "Decoding and augmentation are the wall: more processors, smaller stored images or fewer transforms would help";
  } else if (now.buffers == 1) {
    v.limiting = "memory";
    v.share = 1 - augmenter_share;
    v.advice =
        "There is room for one batch in memory, so nothing overlaps: a larger memory budget or a smaller batch would "
        "help";
  } else if (reading < most) {
    v.limiting = "coordination";
    v.share = 1 - augmenter_share;
    v.advice =
        "Neither the processors nor the disk are the wall: samples are so small that passing them on is. Larger "
        "batches would help; more workers would not";
  } else {
    v.limiting = "loader";
    v.share = starved;
    v.advice = "Reading is the wall: a faster disk, more readers or a larger read-ahead would help";
  }
  return v;
}

}  // namespace troupe
