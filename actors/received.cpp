#include <troupe/actors/received.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace troupe {

charged::~charged() {
  what.reset();
  if (size > 0) run->read_ahead.give_back(size);
}

namespace {

bool within(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) noexcept {
  const std::less_equal<> before;
  return !part.empty() && before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

// The room that was kept goes where there are bytes instead, those of a memory that the stage keeps itself as well.
template <class Picture>
failure charge_one(const std::shared_ptr<run_state>& run, std::uint64_t pass, Picture& made, const received& before) {
  const auto size = made.bytes.size();
  const bool nothing_new = !made.owner || within(made.bytes, before.bytes);
  if (!nothing_new && size > run->read_ahead.limit())
    return {fault::too_large, "it made " + std::to_string(size) + " bytes, read-ahead holds " +
                                  std::to_string(run->read_ahead.limit()) +
                                  "; raise load.read_ahead_bytes or budget.memory_bytes (--memory)"};
  if (before.room) run->expected(pass).came(size);
  if (nothing_new) return {};
  if (made.owner == before.room) made.owner.reset();
  auto owner = std::make_shared<charged>(run, std::move(made.owner));
  if (size > 0) run->read_ahead.charge(owner->size = size);
  made.owner = std::move(owner);
  return {};
}

}  // namespace

void charge(const std::shared_ptr<run_state>& run, const std::string& stage, std::uint64_t pass, encoded& made,
            const received& before, std::span<const received> companions) {
  if (made.bad) return;
  auto bad = charge_one(run, pass, made, before);
  for (std::size_t c = 0; c < made.companions.size() && !bad; ++c)
    bad = charge_one(run, pass, made.companions[c], c < companions.size() ? companions[c] : received{});
  if (!bad) return;
  made.bad = refused_by(stage, std::move(bad));
  made.bytes = {};
  made.raw.reset();
  made.owner.reset();
  made.companions.clear();
}

}  // namespace troupe
