#include <troupe/pipeline/stream_feed.hpp>

#include <algorithm>

namespace troupe {

std::optional<given_sample> stream_feed::find(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt) const {
  std::lock_guard lock(mutex_);
  if (attempt > 0) {
    const auto found = stand_ins_.find({pass, position});
    return found == stand_ins_.end() ? std::nullopt : std::optional(found->second);
  }
  const auto found = own_.find({pass, position / plan_.views});
  return found == own_.end() ? std::nullopt : std::optional(found->second.what);
}

void stream_feed::keep(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt, given_sample what) {
  given_sample before;  // given back outside the lock
  std::lock_guard lock(mutex_);
  if (attempt > 0) {
    before = std::exchange(stand_ins_[{pass, position}], std::move(what));
  } else {
    own_[{pass, position / plan_.views}] = {std::move(what), plan_.views, plan_.views};
  }
}

void stream_feed::answered(std::uint64_t pass, std::uint64_t position, std::uint32_t attempt, bool again) {
  given_sample own, other;  // given back outside the lock
  std::lock_guard lock(mutex_);
  if (const auto found = stand_ins_.find({pass, position}); found != stand_ins_.end()) {
    other = std::move(found->second);
    stand_ins_.erase(found);
  }
  const auto found = own_.find({pass, position / plan_.views});
  if (found == own_.end()) return;
  auto& of = found->second;
  if (attempt == 0 && --of.unanswered == 0) own = std::exchange(of.what, {});
  if (!again && --of.unfinished == 0) own_.erase(found);
}

void stream_feed::asked_again(std::uint64_t pass, std::uint64_t position) {
  std::lock_guard lock(mutex_);
  if (const auto found = own_.find({pass, position / plan_.views}); found != own_.end()) ++found->second.unfinished;
}

void stream_feed::left_empty(std::uint64_t pass, std::uint64_t position) {
  given_sample own;  // given back outside the lock
  std::lock_guard lock(mutex_);
  const auto found = own_.find({pass, position / plan_.views});
  if (found == own_.end() || --found->second.unfinished > 0) return;
  own = std::move(found->second.what);
  own_.erase(found);
}

void stream_feed::clear() {
  std::map<key, waiting> own;
  std::map<key, given_sample> stand_ins;
  std::lock_guard lock(mutex_);
  own.swap(own_);
  stand_ins.swap(stand_ins_);
}

void stream_feed::pulled(std::uint64_t pass, std::uint64_t samples, bool ended) {
  std::lock_guard lock(mutex_);
  auto& of = courses_[pass];
  of.pulled = samples;
  of.ended = of.ended || ended || (plan_.limit > 0 && samples >= plan_.limit);
  const auto beyond = samples * plan_.views % plan_.batch_size;
  const bool news = of.ended || beyond == 0 || beyond == plan_.views;
  if (news && news_) news_();  // under the lock: after on_news({}) returned, it is never called again
}

void stream_feed::note(std::uint64_t pass, const shuffle_quality& q) {
  std::lock_guard lock(mutex_);
  courses_[pass].quality = q;
}

std::optional<shuffle_quality> stream_feed::quality(std::uint64_t pass) const {
  std::lock_guard lock(mutex_);
  const auto found = courses_.find(pass);
  return found == courses_.end() ? std::nullopt : found->second.quality;
}

void stream_feed::bound(pass& p) const {
  std::lock_guard lock(mutex_);
  const auto found = courses_.find(p.number);
  if (!p.open_ended || found == courses_.end() || !found->second.ended) return;
  p.open_ended = false;
  p.positions = std::min(p.positions, found->second.pulled * p.views);
  p.batches = plan_.drop_last ? p.positions / p.batch_size : (p.positions + p.batch_size - 1) / p.batch_size;
}

bool stream_feed::decided(const pass& p, std::uint64_t batch) const {
  std::lock_guard lock(mutex_);
  const auto found = courses_.find(p.number);
  if (!p.open_ended) return true;
  const auto there = found == courses_.end() ? 0 : found->second.pulled * p.views;
  return there >= (batch + 1) * p.batch_size + (plan_.drop_last ? p.batch_size : 1);
}

std::optional<std::uint64_t> stream_feed::first_open(std::uint64_t pass) const {
  std::lock_guard lock(mutex_);
  const auto found = own_.lower_bound({pass, 0});
  return found == own_.end() || found->first.first != pass ? std::nullopt : std::optional(found->first.second);
}

std::uint64_t stream_feed::samples() const {
  std::lock_guard lock(mutex_);
  auto most = plan_.samples;
  for (const auto& [pass, of] : courses_) most = std::max(most, of.pulled);
  return most;
}

std::string stream_feed::name(std::uint64_t pass, std::uint64_t number) const {
  auto text = name_ + "[" + std::to_string(number) + "]";
  std::lock_guard lock(mutex_);
  const auto is = [&](const given_sample& d) { return d.item.index == number && !(d.name.empty() && d.path.empty()); };
  for (auto at = own_.lower_bound({pass, 0}); at != own_.end() && at->first.first == pass; ++at) {
    if (is(at->second.what)) return at->second.what.name.empty() ? at->second.what.path : at->second.what.name;
  }
  for (auto at = stand_ins_.lower_bound({pass, 0}); at != stand_ins_.end() && at->first.first == pass; ++at) {
    if (is(at->second)) return at->second.name.empty() ? at->second.path : at->second.name;
  }
  return text;
}

void stream_feed::on_news(std::function<void()> call) {
  std::lock_guard lock(mutex_);
  news_ = std::move(call);
}

}  // namespace troupe
