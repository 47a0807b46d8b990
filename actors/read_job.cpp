#include <troupe/actors/read_job.hpp>

#include <troupe/actors/named_sample.hpp>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace troupe {

namespace {

// The bytes of one sample's files, or room for those that a stage of one's own will bring: charged to the budget as
// long as they live.
struct charged_bytes {
  std::shared_ptr<run_state> run;
  block_pool::block memory;
  std::size_t size = 0;

  // If this throws, the job has it still.
  charged_bytes(std::shared_ptr<run_state> r, std::size_t n, bool read)
      : run(std::move(r)), memory(read ? run->file_blocks.take(n) : block_pool::block{}), size(n) {}
  ~charged_bytes() {
    if (memory.capacity > 0) run->file_blocks.give_back(std::move(memory));
    run->read_ahead.give_back(size);
  }
  charged_bytes(const charged_bytes&) = delete;
  charged_bytes& operator=(const charged_bytes&) = delete;
};

file_range location(const run_state& run, const pass& p, const lease& places, std::uint32_t row, std::uint64_t index) {
  if (!run.streams(p.number)) return run.data(p.number).data->location(index);
  auto what = run.feed(p.number)->find(p.number, places.batch * p.batch_size + places.row + row, places.attempt);
  return {what ? std::move(what->path) : std::string()};
}

}  // namespace

std::string no_job_taken() noexcept try {
  const std::string so_far = "loader: the file layer took no job: ";
  try {
    throw;
  } catch (const std::exception& e) { return so_far + e.what(); } catch (...) {
    return so_far + "it threw something that is no std::exception";
  }
} catch (...) {
  return "out of memory";  // short enough for no memory to be needed
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
  if (!waits) give_up();
  counters::add(run_->loader.busy_ns, run_->now() - begun);
}

// On the thread that gave the room back.
void read_job::has_room(std::size_t bytes) {
  granted_ = bytes;
  auto wrong = post_again(*run_, *this);
  if (wrong.empty()) return;
  result_.failure = std::move(wrong);
  give_up();
}

// What the budget has granted and no bytes carry yet.
void read_job::give_room_back() {
  if (granted_ > 0) run_->read_ahead.give_back(std::exchange(granted_, 0));
}

void read_job::fail_at(const char* why) {
  give_room_back();
  const auto& places = places_[at_];
  add(unreadable(*run_, run_->at(places.pass), places, next_, why));
}

bool read_job::read_next() {
  const auto& places = places_[at_];
  if (pass_.batches == 0 || pass_.number != places.pass) pass_ = run_->at(places.pass);
  auto item = named(*run_, pass_, places, next_);
  if (item.bad || item.owner) {  // nobody knows what should be read, or it is here
    add(std::move(item));
    return true;
  }
  auto bad = found_ ? failure{} : find_all(item);
  std::size_t size = 0;
  for (const auto& p : parts_) size += p.extent.all();
  if (!bad && size > run_->read_ahead.limit())
    bad = {fault::too_large, "it takes " + std::to_string(size) + " bytes to read, read-ahead holds " +
                                 std::to_string(run_->read_ahead.limit()) +
                                 "; raise load.read_ahead_bytes or budget.memory_bytes (--memory)"};
  if (bad) {
    item.bad = std::make_shared<const failure>(std::move(bad));
    add(std::move(item));
    return true;
  }
  found_ = true;
  const auto all = granted_ > 0 ? granted_ : size + wanted_room(size);
  if (granted_ == 0 && all > 0 && !run_->read_ahead.try_take(all)) {
    set_aside();
    hand_over();
    run_->read_ahead.take(all, [again = shared_from_this(), all] { again->has_room(all); });
    return false;
  }
  granted_ = all;
  const auto part_of_it = [&](std::size_t n, bool read) {
    auto taken = n > 0 ? std::make_shared<charged_bytes>(run_, n, read) : nullptr;
    granted_ -= n;
    return taken;
  };
  const auto bytes = part_of_it(size, true), room = part_of_it(all - size, false);
  if (bad = read_all(item, bytes ? bytes->memory.data.get() : nullptr); bad)
    item.bad = std::make_shared<const failure>(std::move(bad));
  else
    take_parts(item, bytes, room);
  add(std::move(item));
  return true;
}

// Of those that have only a key, beside the bytes that are to be read.
std::size_t read_job::wanted_room(std::size_t read) const {
  const auto keys = std::size_t(std::count_if(parts_.begin(), parts_.end(), [](const part& p) { return p.keyed; }));
  if (keys == 0) return 0;
  const auto limit = run_->read_ahead.limit();
  return std::min(keys * run_->expected(pass_.number).next(limit), limit - read);
}

failure read_job::find_all(const encoded& item) {
  parts_.resize(1 + run_->data(pass_.number).further.companions);
  for (std::size_t n = 0; n < parts_.size(); ++n) {
    auto bad = find(n, item);
    if (bad) return bad;
  }
  return {};
}

// In the cache, in memory, or in a file, which is opened; or nowhere yet.
failure read_job::find(std::size_t picture, const encoded& item) {
  auto& p = parts_[picture];
  const auto& data = *run_->data(pass_.number).data;
  const auto of = picture == 0 ? sample_of{&data, item.index} : data.companion_of(item.index, picture - 1);
  if (picture > 0 && !run_->settings.stages.empty()) p.key = of.from->member(of.index);
  if (serve(picture, item.index)) return {};
  p.keyed = of.from->keyed();
  if (p.keyed) {
    p.raw = of.from->shape();
    return {};
  }
  p.bytes = of.from->pixels(of.index);
  if (!p.bytes.empty()) {
    p.raw = of.from->shape();
    return {};
  }
  run_->loader.workers[std::size_t(run_->files->slot())].begin(operation::opening, pass_.number, item.index,
                                                               run_->now());
  p.where = picture == 0 ? location(*run_, pass_, places_[at_], next_, item.index) : of.from->location(of.index);
  auto [file, bad] = run_->files->open(p.where.path);
  if (file) {
    p.file = std::move(file);
    p.extent = extent_of(p.where, *p.file);
    bad = std::move(p.extent.bad);
  }
  if (bad && picture > 0) bad.path = of.path();
  return std::move(bad);
}

// Of everything that lies in files.
failure read_job::read_all(const encoded& item, std::uint8_t* memory) {
  for (std::size_t n = 0; n < parts_.size(); ++n) {
    auto& p = parts_[n];
    if (p.file) {
      run_->loader.workers[std::size_t(run_->files->slot())].begin(operation::reading, pass_.number, item.index,
                                                                   run_->now());
      auto bad = read_range(*p.file, p.where, p.extent, {memory, p.extent.all()});
      if (bad && n > 0) bad.path = run_->data(pass_.number).data->companion_of(item.index, n - 1).path();
      if (bad) return bad;
      p.bytes = {memory, p.extent.bytes};
      p.raw = p.where.raw;
      memory += p.extent.all();
      if (worth_keeping(n)) keep(n, item.index);
    }
    counters::add(run_->loader.bytes_out, p.bytes.size());
  }
  return {};
}

void read_job::take_parts(encoded& item, const std::shared_ptr<const void>& read,
                          const std::shared_ptr<const void>& room) {
  const auto kept = [&](const part& p) { return p.keyed ? room : p.file && !p.bytes.empty() ? read : nullptr; };
  item.bytes = parts_.front().bytes;
  item.raw = parts_.front().raw;
  item.owner = kept(parts_.front());
  item.companions.reserve(parts_.size() - 1);
  for (std::size_t n = 1; n < parts_.size(); ++n) {
    auto& p = parts_[n];
    item.companions.push_back({p.bytes, p.raw, kept(p), std::move(p.key)});
  }
}

// Out of the cache: nothing is read, and nothing counts as read ahead.
bool read_job::serve(std::size_t picture, std::uint64_t index) {
  const auto* kept = run_->cache.find(run_->sample(pass_.number, index, picture));
  if (!kept) return false;
  auto& p = parts_[picture];
  p.bytes = {kept->data(), kept->filled()};
  if (kept->shape.height > 0) p.raw = kept->shape;
  if (picture == 0) counters::add(run_->served, 1);
  return true;
}

// Pictures that are to be kept decoded are kept by those who decode them; masks are kept as they are.
bool read_job::worth_keeping(std::size_t picture) const {
  const auto how = run_->settings.load.cache;
  const auto& further = run_->data(pass_.number).further;
  const bool mask = picture > 0 && further.masks != further_fields::none && picture - 1 == further.mask_companion;
  return how == cached::encoded || (how == cached::decoded && (parts_[picture].raw || mask));
}

void read_job::keep(std::size_t picture, std::uint64_t index) const {
  const auto& p = parts_[picture];
  auto fresh = run_->cache.reserve(p.bytes.size());
  if (!fresh) return;
  std::copy(p.bytes.begin(), p.bytes.end(), fresh->data());
  if (p.raw) fresh->shape = *p.raw;
  run_->cache.keep(run_->sample(pass_.number, index, picture), std::move(fresh));
}

void read_job::add(encoded item) {
  if (item.bad) counters::add(run_->loader.failures, 1);
  parts_.clear();
  found_ = false;
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

// The job is done, with whatever is left of it.
void read_job::give_up() {
  give_room_back();
  set_aside();
  for (; at_ < places_.size(); ++at_, next_ = 0) {
    auto rest = places_[at_];
    rest.row += next_;
    rest.rows -= next_;
    result_.unused.push_back(rest);
  }
  result_.last = true;
  hand_over();
}

}  // namespace troupe
