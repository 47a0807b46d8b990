#include <troupe/actors/read_job.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace troupe {

namespace {

// The bytes of one file, charged to the budget as long as they live.
struct charged_bytes {
  std::shared_ptr<run_state> run;
  block_pool::block memory;
  std::size_t size = 0;

  charged_bytes(std::shared_ptr<run_state> r, std::size_t n)  // if this throws, the charge is still the job's
      : run(std::move(r)), memory(run->file_blocks.take(n)), size(n) {}
  ~charged_bytes() {
    run->file_blocks.give_back(std::move(memory));
    run->read_ahead.give_back(size);
  }
  charged_bytes(const charged_bytes&) = delete;
  charged_bytes& operator=(const charged_bytes&) = delete;
};

shared_failure because(fault reason, std::string detail) {
  return std::make_shared<const failure>(failure{reason, std::move(detail)});
}

file_range location(const run_state& run, const pass& p, const lease& places, std::uint32_t row, std::uint64_t index) {
  if (!run.streams(p.number)) return run.data(p.number).data->location(index);
  auto what = run.feed->find(p.number, places.batch * p.batch_size + places.row + row, places.attempt);
  return {what ? std::move(what->path) : std::string()};
}

}  // namespace

encoded named(const run_state& run, const pass& p, const lease& places, std::uint32_t row) {
  encoded item;
  const auto position = places.batch * p.batch_size + places.row + row;
  if (run.streams(p.number)) {
    if (auto what = run.feed->find(p.number, position, places.attempt)) return std::move(what->item);
    return item;  // the run is being stopped
  }
  item.index = p.index(position, places.attempt);
  item.label = run.data(p.number).data->label(item.index);
  return item;
}

read_job::read_job(std::shared_ptr<run_state> run, loader_actor report_to, std::vector<lease> places,
                   std::shared_ptr<std::atomic<bool>> stop)
    : run_(std::move(run)), report_to_(std::move(report_to)), places_(std::move(places)), stop_(std::move(stop)) {}

void read_job::go() {
  const auto begun = run_->now();
  auto& slot = run_->loader.workers[std::size_t(run_->files->slot())];
  bool waits = false;
  while (!waits && at_ < places_.size() && !stop_->load(std::memory_order_relaxed)) {
    try {
      waits = !read_next();
    } catch (const std::exception& e) {  // no memory, or a source or file layer of somebody's own
      fail_at(e.what());
    } catch (...) { fail_at("a source or a file layer threw something that is no std::exception"); }
    if (!waits && items_.empty() && !run_->well_supplied())
      leave_to_others();  // a job that waits may be somebody else's
  }
  slot.end();
  if (!waits) {
    if (at_ < places_.size()) give_up();
    result_.last = true;
    hand_over();
  }
  counters::add(run_->loader.busy_ns, run_->now() - begun);
}

// What the budget has granted and no bytes carry yet.
void read_job::give_room_back() {
  if (granted_ > 0) run_->read_ahead.give_back(std::exchange(granted_, 0));
}

void read_job::fail_at(const char* why) {
  give_room_back();
  const auto& places = places_[at_];
  auto item = named(*run_, run_->at(places.pass), places, next_);
  item.bad = because(fault::io, why);
  add(std::move(item));
}

bool read_job::read_next() {
  const auto& places = places_[at_];
  if (pass_.batches == 0 || pass_.number != places.pass) pass_ = run_->at(places.pass);
  auto item = named(*run_, pass_, places, next_);
  auto& slot = run_->loader.workers[std::size_t(run_->files->slot())];
  if (!file_) {
    if (item.bad || item.owner || serve(item)) {
      add(std::move(item));
      return true;
    }
    slot.begin(operation::opening, pass_.number, item.index, run_->now());
    where_ = location(*run_, pass_, places, next_, item.index);
    auto [file, bad] = run_->files->open(where_.path);
    if (!file) {
      item.bad = std::make_shared<const failure>(std::move(bad));
      add(std::move(item));
      return true;
    }
    file_ = std::move(file);
  }
  auto extent = extent_of(where_, *file_);
  const auto size = extent.all();
  if (extent.bad) {
    item.bad = std::make_shared<const failure>(std::move(extent.bad));
    add(std::move(item));
    return true;
  }
  if (size > run_->read_ahead.limit()) {
    item.bad = because(fault::too_large, "it takes " + std::to_string(size) + " bytes to read, read-ahead holds " +
                                             std::to_string(run_->read_ahead.limit()) + "; raise it or --memory");
    add(std::move(item));
    return true;
  }
  if (granted_ == 0 && !run_->read_ahead.try_take(size)) {
    set_aside();
    hand_over();
    auto again = shared_from_this();
    run_->read_ahead.take(size, [again, size] {
      again->granted_ = size;
      again->run_->files->post([again] { again->go(); });
    });
    return false;
  }
  granted_ = size;
  slot.begin(operation::reading, pass_.number, item.index, run_->now());
  auto bytes = std::make_shared<charged_bytes>(run_, size);
  granted_ = 0;
  if (auto bad = read_range(*file_, where_, extent, {bytes->memory.data.get(), size}); bad) {
    item.bad = std::make_shared<const failure>(std::move(bad));
  } else {
    item.bytes = {bytes->memory.data.get(), extent.bytes};
    item.raw = where_.raw;
    item.owner = std::move(bytes);
    counters::add(run_->loader.bytes_out, extent.bytes);
    if (run_->settings.load.cache == cached::encoded || (item.raw && run_->settings.load.cache == cached::decoded))
      keep(item);
  }
  add(std::move(item));
  return true;
}

// Out of the cache: nothing is read, and nothing counts as read ahead.
bool read_job::serve(encoded& item) const {
  const auto* kept = run_->cache.find(run_->sample(pass_.number, item.index));
  if (!kept) return false;
  item.bytes = {kept->data(), kept->filled()};
  if (kept->shape.height > 0) item.raw = kept->shape;
  counters::add(run_->loader.bytes_out, kept->filled());
  counters::add(run_->served, 1);
  return true;
}

void read_job::keep(const encoded& item) const {
  auto fresh = run_->cache.reserve(item.bytes.size());
  if (!fresh) return;
  std::copy(item.bytes.begin(), item.bytes.end(), fresh->data());
  if (item.raw) fresh->shape = *item.raw;
  run_->cache.keep(run_->sample(pass_.number, item.index), std::move(fresh));
}

void read_job::add(encoded item) {
  if (item.bad) counters::add(run_->loader.failures, 1);
  file_.reset();
  items_.push_back(std::move(item));
  if (++next_ < places_[at_].rows) return;
  set_aside();
  next_ = 0;
  ++at_;
}

// What was read of the lease at hand.
void read_job::set_aside() {
  if (items_.empty()) return;
  auto part = places_[at_];
  part.row += next_ - std::uint32_t(items_.size());
  part.rows = std::uint32_t(items_.size());
  result_.read.all.push_back({part, std::exchange(items_, {})});
}

void read_job::hand_over() {
  if (result_.last || !result_.read.all.empty()) tell(report_to_, std::exchange(result_, {}));
}

// The workers need it sooner than one reader could read it.
void read_job::leave_to_others() {
  result_.unread.assign(places_.begin() + std::ptrdiff_t(at_), places_.end());
  places_.resize(at_);
}

void read_job::give_up() {
  give_room_back();
  set_aside();
  for (; at_ < places_.size(); ++at_, next_ = 0) {
    auto rest = places_[at_];
    rest.row += next_;
    rest.rows -= next_;
    result_.unused.push_back(rest);
  }
}

}  // namespace troupe
