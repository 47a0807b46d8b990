#include <troupe/observe/tuner.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace troupe {

namespace {

constexpr double window_s = 0.25;
constexpr int on_their_way = 2;      // windows, until all batches were made with the knobs as they are
constexpr std::size_t enough = 5;    // windows, for a median and its error
constexpr std::size_t at_most = 20;  // where it is noisy, or not yet clear whether a step helps
constexpr double noisy = 0.04;       // relative
constexpr double least_rise = 0.02;  // relative: less is not worth a move
constexpr double sure = 2.5;         // standard errors
constexpr double changed = 0.1;      // relative: the load is another one
constexpr double starves = 0.05;     // of its time that a consumer waits
constexpr double most_of_the_time = 0.7;
constexpr double often = 0.5;
constexpr double room_to_spare = 0.9;  // of the time of workers that would be left

double median(std::vector<double> v) {
  const auto middle = v.begin() + std::ptrdiff_t(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

}  // namespace

tuner::tuner(const knob_range& range, std::uint64_t window_rows)
    : range_(range), window_rows_(window_rows), now_(range.start) {}

bool tuner::look(const tuner_look& seen) {
  if (!close_window(seen)) return false;
  if (trying_) return judge_trial();
  if (windows_.size() < enough) return false;
  if (settled_ && load_changed()) {
    keep_newest();
    refused_.clear();
    rate_of_workers_.clear();
    settled_ = false;
  }
  const auto known = estimated();
  return windows_.size() < at_most && sure * known.error > noisy * known.rate ? false : try_next();
}

void tuner::keep_newest() { windows_.erase(windows_.begin(), windows_.end() - std::ptrdiff_t(enough)); }

// True: there is one more. Rates are taken from delivery to delivery, so that the size of a batch is no noise.
bool tuner::close_window(const tuner_look& seen) {
  if (!seen.training || seen.rows == 0) {
    begun_.reset();
    return false;
  }
  if (!begun_ || begun_->pass != seen.pass) {
    begun_ = seen;
    return false;
  }
  const auto elapsed = seen.delivered_at - begun_->delivered_at;
  const auto rows = seen.rows - begun_->rows;
  if (elapsed < window_s || rows < window_rows_) return false;
  const auto from = *std::exchange(begun_, seen);
  if (left_out_ > 0) {
    --left_out_;
    return false;
  }
  const auto share = [](double spent, double of) { return std::clamp(spent / of, 0.0, 1.0); };
  if (windows_.size() == at_most) windows_.erase(windows_.begin());
  windows_.push_back({.rate = double(rows) / elapsed,
                      .consumer_waits = share(seen.consumer_waited - from.consumer_waited, elapsed),
                      .busy = share(seen.workers_busy - from.workers_busy, elapsed * now_.workers),
                      .starved = share(seen.workers_starved - from.workers_starved, elapsed * now_.workers),
                      .reading = share(seen.reading - from.reading, elapsed * now_.readers)});
  return true;
}

// By the median absolute deviation (times 1.4826 the standard deviation of a normal distribution, of whose median the
// error is 1.2533 / sqrt(n) of that).
tuner::estimate tuner::estimated() const {
  std::vector<double> rates, apart;
  for (const auto& w : windows_) rates.push_back(w.rate);
  const auto middle = median(rates);
  for (const auto r : rates) apart.push_back(std::abs(r - middle));
  return {middle, 1.4826 * 1.2533 * median(apart) / std::sqrt(double(rates.size()))};
}

bool tuner::judge_trial() {
  const auto after = estimated();
  // That of few windows may be small by chance: the greater one counts for both.
  const auto error = std::sqrt(2) * std::max(reference_.error, after.error);
  const auto noise = std::max(least_rise * reference_.rate, sure * error);
  const auto harmed = [&](const window& w) { return w.rate < (1 - changed) * reference_.rate - noise; };
  if (windows_.size() >= 2 && std::all_of(windows_.begin(), windows_.end(), harmed)) return finish_trial(after, false);
  if (windows_.size() < enough) return false;
  const bool helps = after.rate > reference_.rate + noise;
  const bool unclear = !helps && after.rate > reference_.rate;
  if (unclear && windows_.size() < at_most) return false;
  return finish_trial(after, helps);
}

bool tuner::finish_trial(const estimate& after, bool kept) {
  const auto tried = *std::exchange(trying_, std::nullopt);
  moves_.push_back(
      {tried.what, value(before_, tried.what), value(now_, tried.what), tried.why, reference_.rate, after.rate, kept});
  if (tried.what == knob::workers) {
    rate_of_workers_[before_.workers] = reference_.rate;
    rate_of_workers_[now_.workers] = after.rate;
  } else if (kept) {
    rate_of_workers_.clear();
  }
  if (kept) {
    reference_ = after;
    keep_newest();
    refused_.clear();  // others may help now; or the way back, should it have been the load that changed
    return false;
  }
  refused_.push_back(tried);
  now_ = before_;
  windows_.clear();
  left_out_ = on_their_way;
  return true;
}

bool tuner::try_next() {
  for (auto& next : candidates()) {
    const auto to = stepped(now_, next.what, next.way, range_);
    if (to == now_ || refused(next)) continue;
    reference_ = estimated();
    before_ = std::exchange(now_, to);
    trying_ = std::move(next);
    windows_.clear();
    left_out_ = on_their_way;
    settled_ = false;
    return true;
  }
  if (!std::exchange(settled_, true)) reference_ = estimated();
  return false;
}

bool tuner::refused(const step& s) const {
  return std::any_of(refused_.begin(), refused_.end(), [&](const step& other) { return other.same(s); });
}

bool tuner::load_changed() const {
  const auto least = std::max(changed * reference_.rate, 2 * sure * reference_.error);
  const auto rose = [&](const window& w) { return w.rate > reference_.rate + least; };
  const auto fell = [&](const window& w) { return w.rate < reference_.rate - least; };
  const auto newest = windows_.end() - std::ptrdiff_t(enough);
  return std::all_of(newest, windows_.end(), rose) || std::all_of(newest, windows_.end(), fell);
}

// In the order in which they are tried.
std::vector<tuner::step> tuner::candidates() const {
  window mean;
  for (const auto& w : windows_) {
    const auto n = double(windows_.size());
    mean.consumer_waits += w.consumer_waits / n;
    mean.busy += w.busy / n;
    mean.starved += w.starved / n;
    mean.reading += w.reading / n;
  }
  if (mean.consumer_waits <= starves) {
    const std::string why =
        "batches wait for their consumer, which waits " + percent(mean.consumer_waits) + " of its time";
    std::vector<step> all{{knob::trainer_threads, 1, why}};
    const auto fewer = stepped(now_, knob::workers, -1, range_).workers;
    if (mean.busy * now_.workers <= room_to_spare * fewer) all.push_back({knob::workers, -1, why});
    all.push_back({knob::trainer_threads, -1, why});
    return all;
  }
  const std::string late = "the consumer waits for batches " + percent(mean.consumer_waits) + " of its time, ";
  if (mean.busy >= most_of_the_time) {
    const auto why = late + "workers are busy " + percent(mean.busy) + " of theirs";
    return {{knob::workers, 1, why}, {knob::trainer_threads, -1, why}};
  }
  if (mean.reading >= often) {
    const auto why = late + "workers wait for files " + percent(mean.starved) + " of theirs";
    return {{knob::readers, 1, why}, {knob::read_ahead_bytes, 1, why}};
  }
  const auto why = late + "neither workers nor readers are busy most of theirs";
  return {{knob::chunk_us, 1, why}, {knob::chunk_us, -1, why}};
}

std::optional<double> tuner::gain_from_one_more_worker() const {
  const auto here = rate_of_workers_.find(now_.workers);
  const auto more = rate_of_workers_.upper_bound(now_.workers);
  if (here == rate_of_workers_.end() || more == rate_of_workers_.end() || here->second <= 0) return std::nullopt;
  return (more->second / here->second - 1) / double(more->first - here->first);
}

}  // namespace troupe
