#include <troupe/testing/stand.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>

namespace troupe::testing {

namespace {

constexpr std::uint64_t most_messages = 20'000;

std::uint64_t sum_of(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t h = 14695981039346656037ull;  // FNV-1a
  for (const auto b : bytes) h = (h ^ b) * 1099511628211ull;
  return h;
}

bool within(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) noexcept {
  const std::less_equal<> before;
  return before(whole.data(), part.data()) && before(part.data() + part.size(), whole.data() + whole.size());
}

gives<encoded>::behavior_type above_the_stage(gives<encoded>::pointer self, const std::shared_ptr<both_edges>& edges) {
  self->set_default_handler(caf::drop);
  return {[edges](const connect<encoded>& to) {
            if (edges->connected) edges->note(3, "it connected twice to the stage above");
            edges->connected = to.downstream;
          },
          [edges](const demand<encoded>& d) {
            for (const auto& places : d.places) edges->above.demanded(places, false);
            if (d.last) edges->above.demanded({}, true);
            edges->last = edges->last || d.last;
            for (const auto& places : d.places) {
              if (places.rows > 0) edges->pending.push_back(places);
            }
          },
          [edges](const cancel<encoded>&) {
            edges->above.cancelled();
            edges->cancelled = true;
          }};
}

takes<encoded>::behavior_type below_the_stage(takes<encoded>::pointer self, const std::shared_ptr<both_edges>& edges,
                                              const own_actor& stage) {
  self->set_default_handler(caf::drop);
  self->monitor(stage);
  self->set_down_handler([edges](caf::scheduled_actor* me, caf::down_msg& down) {
    edges->died = down.reason ? me->system().render(down.reason) : std::string("it left by itself");
  });
  return {[edges](const chunks<encoded>& what) {
            for (const auto& c : what.all) edges->arrived(c);
          },
          [edges](const unused<encoded>& u) {
            edges->below.answered(u.places, u.places.rows);
            if (!edges->gives_back)
              edges->note(6,
                          "it gave back places that nobody wanted back; what it cannot bring it sends with `bad` set");
          },
          [edges](const abandoned<encoded>& a) { edges->below.abandoned(a.places); },
          [edges](const end<encoded>&) { edges->below.ended(); },
          [edges](const failed<encoded>& why) { edges->failure += why.reason; }};
}

}  // namespace

void both_edges::arrived(const chunk<encoded>& what) {
  below.answered(what.places, what.items.size());
  if (below.rule() != 0) return;
  for (std::uint32_t row = 0; row < what.places.rows; ++row) {
    const auto& item = what.items[row];
    const auto index = index_of(what.places, row);
    if (item.index != index) {
      note(3, "the item of one place came for another: sample " + std::to_string(item.index) + " where " +
                  std::to_string(index) + " was due");
      return;
    }
    if (bad[index] && !item.bad) note(7, "a bad sample came out as a good one");
    if (item.bad) continue;
    if (!item.bytes.empty() && !item.owner) {
      note(2, "it sent bytes without the owner that keeps them");
      return;
    }
    kept.push_back(item);
    sums.push_back(0);
    const auto& [owner, bytes] = given[index];
    if (!bytes.empty() && within(item.bytes, bytes) && owner.expired()) {
      note(2, "it sent bytes of an item whose owner it has let go");
      kept.back().bytes = {};
    }
    sums.back() = sum_of(kept.back().bytes);
  }
}

void both_edges::look_back() {
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (sum_of(kept[i].bytes) != sums[i]) note(2, "the bytes of an item changed after it was sent");
  }
}

stand::stand(const spawn_stage& spawn, const check_options& options, std::uint32_t seed)
    : options_(options), random_(seed) {
  configure_for_tests(config_);
  system_ = std::make_unique<caf::actor_system>(config_);
  const auto source = system_->spawn(above_the_stage, edges_);
  above_ = caf::actor_cast<caf::actor>(source);
  try {
    stage_ = spawn(*system_, source);
    if (!stage_) throw std::invalid_argument("check_stage: the function spawned no actor");
  } catch (...) {
    take_down();
    throw;
  }
  const auto sink = system_->spawn(below_the_stage, edges_, stage_);
  below_ = caf::actor_cast<caf::actor>(sink);
  tell(stage_, connect<encoded>{sink});
}

stand::~stand() { take_down(); }

void stand::take_down() {
  if (stage_) caf::anon_send_exit(stage_, caf::exit_reason::kill);
  edges_->connected = nullptr;
  stage_ = nullptr;
  settle();
  for (auto* actor : {&above_, &below_}) {
    if (*actor) caf::anon_send_exit(*actor, caf::exit_reason::kill);
    *actor = nullptr;
  }
  settle();
  // Somebody else's actors that do not leave would keep the system for ever: then it is left behind.
  if (system_->registry().running() > 0 || scheduler().has_job()) (void)system_.release();  // NOLINT
}

caf::scheduler::test_coordinator& stand::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

void stand::turn(std::uint32_t messages) {
  auto& jobs = scheduler().jobs;
  for (; messages > 0 && !jobs.empty(); --messages) {
    if (++handled_ > most_messages) return edges_->note(0, "it never comes to rest");
    std::swap(jobs.front(), jobs[draw(std::uint32_t(jobs.size()))]);
    scheduler().run_once();
  }
}

void stand::settle() {
  turn(~std::uint32_t{0});
  for (int seconds = 0; seconds < 3; ++seconds) {
    scheduler().clock().advance_time(std::chrono::seconds(1));
    turn(~std::uint32_t{0});
  }
}

void stand::demand_some(std::uint32_t leases) {
  demand<encoded> d;
  for (; leases > 0; --leases) {
    const auto rows = 1 + draw(5);
    d.places.push_back({.batch = batch_,
                        .buffer = std::uint32_t(batch_ % 3),
                        .row = draw(4),
                        .rows = rows,
                        .attempt = draw(2),
                        .generation = std::uint32_t(1 + draw(3))});
    ++batch_;
    edges_->below.demanded(d.places.back(), false);
  }
  tell(stage_, std::move(d));
}

void stand::say_last() {
  edges_->below.demanded({}, true);
  tell(stage_, demand<encoded>{{}, true});
}

void stand::cancel_all() {
  edges_->gives_back = true;
  edges_->below.cancelled();
  tell(stage_, cancel<encoded>{});
}

encoded stand::make(std::uint64_t index, bool odd) {
  encoded item;
  item.index = index;
  item.label = std::int64_t(index % 10);
  const auto kind = odd ? draw(4) : 3;
  if (kind == 0) {
    item.bad = std::make_shared<const failure>(failure{fault::missing, "the file is not there"});
  } else if (!options_.keys.empty()) {
    item.key = options_.keys[draw(std::uint32_t(options_.keys.size()))];
    item.owner = std::make_shared<char>();  // as room is kept for it
  } else if (kind > 1 && !options_.payloads.empty()) {
    item.hold(options_.payloads[draw(std::uint32_t(options_.payloads.size()))]);
  } else {
    std::vector<std::uint8_t> bytes(kind == 1 ? draw(3) : 1 + draw(200));
    for (auto& b : bytes) b = std::uint8_t(draw(256));
    item.hold(std::move(bytes));
  }
  edges_->bad[index] = item.bad != nullptr;
  edges_->given[index] = {item.owner, item.bytes};
  return item;
}

bool stand::answer(bool in_parts, bool odd) {
  auto& pending = edges_->pending;
  if (!edges_->connected || ended_ || (pending.empty() && late_.empty())) return false;
  chunks<encoded> message;
  for (auto n = 1 + draw(2); n > 0 && !(pending.empty() && late_.empty()); --n) {
    auto& from = pending.empty() ? late_ : pending;
    const auto which = in_parts ? from.begin() + draw(std::uint32_t(from.size())) : from.begin();
    auto places = *which;
    if (in_parts && places.rows > 1) {
      places.rows = 1 + draw(places.rows - 1);
      which->row += places.rows;
      which->rows -= places.rows;
    } else {
      from.erase(which);
    }
    chunk<encoded> c{places, {}};
    for (std::uint32_t row = 0; row < places.rows; ++row)
      c.items.push_back(make(both_edges::index_of(places, row), odd));
    edges_->above.answered(places, places.rows);
    message.all.push_back(std::move(c));
  }
  tell(edges_->connected, std::move(message));
  return true;
}

void stand::give_back_all() {
  edges_->gives_back = true;
  if (!edges_->connected) return;
  if (ended_) return edges_->pending.clear();
  for (auto& places : {&edges_->pending, &late_}) {
    for (const auto& p : *places) {
      edges_->above.answered(p, p.rows);
      tell(edges_->connected, unused<encoded>{p});
    }
    places->clear();
  }
}

void stand::abandon_one() {
  auto& pending = edges_->pending;
  if (!edges_->connected || ended_ || pending.empty()) return;
  edges_->above.abandoned(pending.front());
  tell(edges_->connected, abandoned<encoded>{pending.front()});
  late_.push_back(pending.front());
  pending.erase(pending.begin());
}

void stand::fail(const std::string& why) {
  edges_->gives_back = true;
  if (edges_->connected) tell(edges_->connected, failed<encoded>{why});
}

void stand::end_source() {
  if (ended_ || !edges_->connected) return;
  ended_ = true;
  edges_->above.ended();
  tell(edges_->connected, end<encoded>{});
}

std::pair<int, std::string> stand::breach() {
  const auto& e = *edges_;
  if (e.rule != 0 || !e.breach.empty()) return {e.rule, e.breach};
  if (e.below.rule() != 0) return {e.below.rule(), e.below.breach()};
  if (e.above.rule() != 0) return {e.above.rule(), e.above.breach()};
  if (e.died && e.below.ends() == 0) return {7, "the actor died before its end: " + *e.died};
  return {0, {}};
}

bool stand::leaves() {
  if (!edges_->died) end_urgently(stage_);
  settle();
  return edges_->died.has_value();
}

}  // namespace troupe::testing
