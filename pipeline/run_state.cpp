#include <troupe/pipeline/run_state.hpp>

#include <cmath>
#include <exception>

namespace troupe {

namespace {

// Hung workers are replaced by spares, at most one each.
std::size_t with_spares(int workers) { return 2 * std::size_t(workers); }

boost::json::object to_json(const alert& a) {
  boost::json::object o;
  o["alert"] = a.name;
  o["severity"] = to_string(a.severity);
  o["stage"] = a.stage;
  if (a.worker) o["worker"] = *a.worker;
  if (a.index) o["index"] = *a.index;
  if (!a.path.empty()) o["path"] = a.path;
  if (!a.op.empty()) o["op"] = a.op;
  if (a.elapsed_s) o["elapsed_s"] = *a.elapsed_s;
  if (a.value) o["value"] = *a.value;
  if (a.limit) o["limit"] = *a.limit;
  if (!a.kind.empty()) o["class"] = a.kind;
  o["message"] = a.message;
  if (!a.suggestion.empty()) o["suggestion"] = a.suggestion;
  if (!a.action.empty()) o["action"] = a.action;
  if (a.cleared) o["cleared"] = true;
  return o;
}

// A listener is being called.
struct being_told {
  explicit being_told(run_state& r) noexcept : run(r) {
    run.listener_thread = std::this_thread::get_id();
    run.listener_since_ns = std::max<std::int64_t>(1, run.now().time_since_epoch().count());
  }
  ~being_told() {
    run.listener_since_ns = 0;
    run.listener_thread = std::thread::id{};
  }
  being_told(const being_told&) = delete;
  being_told& operator=(const being_told&) = delete;
  run_state& run;
};

std::unique_ptr<stream_feed> feed_of(const prepared_data& data, const plan::options& passes) {
  return data.from ? std::make_unique<stream_feed>(passes, data.from->options().name) : nullptr;
}

}  // namespace

run_state::run_state(run_settings s, std::shared_ptr<file_layer> layer, clock clock_now)
    : settings(std::move(s)),
      files(std::move(layer)),
      now(std::move(clock_now)),
      started(now()),
      memory(std::make_shared<ring>(settings.fields, settings.batch.size, settings.memory.buffers)),
      read_ahead(settings.memory.read_ahead_bytes, settings.knobs.start.read_ahead_bytes,
                 std::size_t(settings.workers) + std::size_t(settings.knobs.start.readers)),
      tuning(settings.knobs.start),
      file_blocks(settings.memory.read_ahead_bytes),
      large_scratch(settings.memory.shared_scratch_bytes, settings.memory.shared_scratch_bytes,
                    with_spares(settings.workers)),
      cache(settings.memory.cache_bytes),
      marks(settings.memory.marks_bytes),
      books(std::make_shared<ledger>()),
      training_feed(feed_of(settings.training, settings.positions.described())),
      evaluation_feed(feed_of(settings.evaluation, settings.positions.of_evaluation())),
      loader(std::size_t(files->most())),
      augmenter(with_spares(settings.workers)),
      batcher(std::size_t(std::max(1, settings.finishers))),
      consumer(1),
      events(settings.output.directory, now),
      cursor_(settings.start) {
  for (std::size_t n = 0; n < with_spares(settings.workers); ++n)
    seats.emplace_back(settings.share.in_turns(), cpu_used);
  for (const auto& listen : settings.event_listeners) {
    events.listen([this, listen](const event& e) { call(listen, e); });
  }
  passed_.begin(settings.start.batch);
  epoch_now = settings.start.epoch;
  boost::json::array stages{"loader"};
  for (std::size_t n = 0; n < settings.stages.size(); ++n) {
    own.emplace_back(n < settings.stages_in_line ? 1 : with_spares(settings.workers));
    stages.emplace_back(settings.stages[n].name);
  }
  for (const auto& stage : {std::string("augmenter"), std::string("batcher"), settings.consumer_name()})
    stages.emplace_back(stage);
  events.post("start", {{"plan",
                         {{"stages", std::move(stages)},
                          {"threads",
                           {{"workers", settings.workers},
                            {"readers", settings.knobs.start.readers},
                            {"intra_op", settings.trained ? settings.trainer_threads : 0}}},
                          {"buffers", settings.memory.buffers},
                          {"order", settings.batch.order == delivery::ready ? "ready" : "in_order"},
                          {"memory_bound_bytes", settings.memory.bound_bytes()}}},
                        {"samples", settings.positions.described().samples},
                        {"classes", settings.training.data.classes()},
                        {"seed", settings.load.seed},
                        {"digest_guaranteed", settings.stateful.empty()},
                        {"stateful", settings.stateful},
                        {"versions", settings.versions}});
}

bool run_state::well_supplied() const noexcept {
  // Read for each worker, where the read-ahead is what it usually is.
  const auto samples =
      16 * std::max<std::uint64_t>(1, tuning.read_ahead_bytes.load(std::memory_order_relaxed) / usual_read_ahead_bytes);
  const auto done = augmenter.items_out.load(std::memory_order_relaxed) + lost_rows.load(std::memory_order_relaxed);
  return loader.items_out.load(std::memory_order_relaxed) >= done + samples * std::uint64_t(settings.workers);
}

bool run_state::names_stage(const std::string& sentence) const {
  const auto name = sentence.substr(0, sentence.find(':'));
  return std::any_of(settings.stages.begin(), settings.stages.end(),
                     [&](const own_stage& s) { return s.name == name; });
}

void run_state::rests(std::uint32_t worker) noexcept {
  augmenter.workers[worker].end();
  for (auto n = settings.stages_in_line; n < own.size(); ++n) own[n].workers[worker].end();
}

double run_state::sample_ns() const noexcept {
  const auto items = augmenter.items_out.load(std::memory_order_relaxed);
  return items == 0 ? 0 : double(augmenter.busy_ns.load(std::memory_order_relaxed)) / double(items);
}

std::uint32_t run_state::chunk_rows() const noexcept {
  const double chunk_ns = 1e3 * tuning.chunk_us.load(std::memory_order_relaxed);
  const auto size = std::uint32_t(settings.batch.size);
  if (settings.augment.chunk > 0) return std::min(size, std::uint32_t(settings.augment.chunk));
  const auto each_ns = sample_ns();
  if (each_ns == 0) return 1;
  return std::uint32_t(std::clamp(std::ceil(chunk_ns / std::max(each_ns, 1.0)), 1.0, double(size)));
}

std::string run_state::path(std::uint64_t pass, std::uint64_t index) const {
  const auto& from = data(pass).data;
  try {
    if (streams(pass)) return feed(pass)->name(pass, index);
    return index < from.size() ? from->path(index) : std::string();
  } catch (...) {  // NOLINT(bugprone-empty-catch): who asks reports of something else, and needs a name all the same
  }
  auto text = "sample " + std::to_string(index);
  try {
    text += " of " + from->describe();
  } catch (...) {  // NOLINT(bugprone-empty-catch): as above
  }
  return text + ", which its source could not name";
}

void run_state::on_news(const std::function<void()>& call) const {
  for (const auto* f : {&training_feed, &evaluation_feed})
    if (*f) (*f)->on_news(call);
}

void run_state::clear_feeds() const {
  for (const auto* f : {&training_feed, &evaluation_feed})
    if (*f) (*f)->clear();
}

const prepared_data& run_state::data(std::uint64_t pass) const noexcept {
  const bool evaluation = settings.evaluation.data && pass % 2 == 1;
  return evaluation ? settings.evaluation : settings.training;
}

std::uint64_t run_state::sample(std::uint64_t pass, std::uint64_t index, std::size_t picture) const noexcept {
  const auto first = picture * (settings.training.data.size() + settings.evaluation.data.size());
  return first + (&data(pass) == &settings.training ? index : settings.training.data.size() + index);
}

void run_state::accept(const batch& b) {
  const auto after = std::max<std::int64_t>(1, std::chrono::nanoseconds(now() - started).count());
  std::int64_t none = 0;
  if (first_delivery_ns.compare_exchange_strong(none, after, std::memory_order_relaxed)) {
    const auto in_ms = [](const auto& ns) { return 1e-6 * double(ns); };
    events.post(
        "first_batch",
        {{"elapsed_ms", in_ms(after)},
         {"busy_ms", {{"loader", in_ms(loader.busy_ns.load())}, {"augmenter", in_ms(augmenter.busy_ns.load())}}}});
  }
  last_delivery_ns.store(after, std::memory_order_relaxed);
  epoch_now.store(b.epoch(), std::memory_order_relaxed);
  pass_now.store(b.pass(), std::memory_order_relaxed);
  pass_by(b);
  b.accept();
  counters::add(consumer.items_in, b.rows());
  if (settings.output.digest) digest_.add(b);
}

cursor run_state::stands_at() const {
  std::lock_guard lock(cursor_mutex_);
  return cursor_;
}

void run_state::stand_at(std::uint64_t epoch, std::uint64_t batch) {
  std::lock_guard lock(cursor_mutex_);
  cursor_.epoch = epoch;
  cursor_.batch = batch;
  passed_.begin(batch);
}

void run_state::pass_by(const batch& b) {
  if (b.last() || b.why() == purpose::evaluation) return stand_at(b.epoch() + 1, 0);
  std::lock_guard lock(cursor_mutex_);
  if (cursor_.epoch != b.epoch()) passed_.begin(0);
  passed_.add(b.number());
  cursor_.epoch = b.epoch();
  cursor_.batch = passed_.next();
}

void run_state::note_tuning(std::vector<tuning_move> moves, const tuner& by) {
  for (const auto& m : moves) {
    events.post("tuning", {{"what", to_string(m.what)},
                           {"from", m.from},
                           {"to", m.to},
                           {"why", m.why},
                           {"before", m.before},
                           {"after", m.after},
                           {"kept", m.kept}});
  }
  tuning.add(std::move(moves), by);
}

void run_state::raise(alert a) {
  events.post("alert", to_json(a));
  std::lock_guard lock(alerts_mutex_);
  alerts_.push_back(std::move(a));
}

void run_state::tell_listeners() {
  std::vector<alert> raised;
  {
    std::lock_guard lock(alerts_mutex_);
    raised.swap(alerts_);
  }
  for (const auto& a : raised) {
    for (const auto& listen : settings.listeners) {
      if (events.muted()) return;
      call(listen, a);
    }
  }
}

// A listener's trouble is its own: the watch goes on.
template <class Said>
void run_state::call(const std::function<void(const Said&)>& listener, const Said& what) {
  try {
    const being_told now_told(*this);
    listener(what);
  } catch (const std::exception& e) { listener_failed(e.what()); } catch (...) {
    listener_failed("an exception that is no std::exception");
  }
}

void run_state::listener_failed(const char* why) {
  if (said_listener_failed_.exchange(true)) return;
  raise({.name = "listener_failed",
         .stage = "monitor",
         .message = std::string("a listener of alerts or events threw: ") + why,
         .suggestion = "Catch it there; it is called for the next ones, and this is said once"});
}

void run_state::note_crash(const std::string& stage, const std::string& what) {
  std::lock_guard lock(crash_mutex_);
  crashes_[stage] = stage + ": " + what;
}

std::string run_state::crash(const std::string& stage) const {
  std::lock_guard lock(crash_mutex_);
  const auto found = crashes_.find(stage);
  return found == crashes_.end() ? std::string() : found->second;
}

}  // namespace troupe
