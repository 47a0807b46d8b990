#include <troupe/sources/hold_out.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <troupe/sources/chosen.hpp>
#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

std::uint64_t identity(const source& data, std::uint64_t index, std::uint64_t seed) {
  if (const auto pixels = data.pixels(index); !pixels.empty()) {
    return XXH3_64bits_withSeed(pixels.data(), pixels.size(), seed);
  }
  const auto name = data.member(index);
  return XXH3_64bits_withSeed(name.data(), name.size(), seed);
}

}  // namespace

parted hold_out(const dataset& data, double fraction, std::uint64_t seed) {
  std::ostringstream written;
  written << fraction;
  if (!data) throw std::invalid_argument("hold_out: the data set is empty-handed");
  if (!(fraction > 0 && fraction < 1)) {
    throw std::invalid_argument("hold_out: fraction must be above 0 and below 1, got " + written.str());
  }
  const auto below = std::uint64_t(std::ldexp(fraction, 64));
  std::vector<std::uint64_t> rest, held;
  for (std::uint64_t i = 0; i < data.size(); ++i) (identity(*data, i, seed) < below ? held : rest).push_back(i);

  const auto how = " (" + written.str() + ", seed " + std::to_string(seed) + ")";
  auto without = grouped(rest.size()) + " without those held out" + how;
  auto with = grouped(held.size()) + " held out" + how;
  return {{std::make_shared<chosen_source>(data, std::move(rest), std::move(without))},
          {std::make_shared<chosen_source>(data, std::move(held), std::move(with))}};
}

}  // namespace troupe
