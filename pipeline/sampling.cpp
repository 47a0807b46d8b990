#include <troupe/pipeline/sampling.hpp>

#include <troupe/pipeline/alias_table.hpp>
#include <troupe/pipeline/group_walk.hpp>
#include <troupe/pipeline/interleaving.hpp>
#include <troupe/pipeline/permutation.hpp>

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

[[noreturn]] void reject(const std::string& what, const std::string& allowed, const std::string& got) {
  throw std::invalid_argument("load: sampling " + what + " must be " + allowed + ", got " + got);
}

std::string written(double w) {
  std::ostringstream text;
  text << w;
  return text.str();
}

/// Every group once in each round, in another order each round.
class rounds {
 public:
  rounds(std::uint64_t groups, bool shuffled) noexcept : groups_(groups), shuffled_(shuffled) {}
  interleaving::turn at(std::uint64_t position, std::uint64_t seed) const noexcept {
    const auto round = position / groups_, place = position % groups_;
    if (!shuffled_) return {place, round};
    return {permutation(groups_, {.seed = ~seed, .epoch = round})(place), round};
  }

 private:
  std::uint64_t groups_ = 1;
  bool shuffled_ = false;
};

class proportions {
 public:
  explicit proportions(const std::vector<double>& weights) : turns_(weights) {}
  interleaving::turn at(std::uint64_t position, std::uint64_t) const noexcept { return turns_.at(position); }

 private:
  interleaving turns_;
};

/// Groups take turns. A replacement is of the same group; where that has shown nothing readable eight times, of
/// whichever group a random position would show, so that one hopeless group does not end the run.
template <class Turns>
class by_group final : public sampler {
 public:
  by_group(Turns turns, group_walk walk) : turns_(std::move(turns)), walk_(std::move(walk)) {}

  std::uint64_t index(const sample_key& key, std::uint64_t position) const noexcept override {
    if (key.attempt == 0) {
      const auto turn = turns_.at(position, key.seed);
      return walk_.shown(turn.who, turn.rank, key.seed);
    }
    auto draw = choices(key);
    const auto group = turns_.at(key.attempt <= 8 ? position : draw.word() >> 1, key.seed).who;
    return walk_.any(group, draw);
  }

 private:
  Turns turns_;
  group_walk walk_;
};

class by_table final : public sampler {
 public:
  explicit by_table(const std::vector<double>& weights) : table_(weights) {}
  std::uint64_t index(const sample_key& key, std::uint64_t) const noexcept override {
    auto draw = choices(key);
    const auto column = draw.word(), height = draw.word();
    return table_(column, height);
  }

 private:
  alias_table table_;
};

std::shared_ptr<const sampler> classes_of(const dataset& data, bool shuffle) {
  if (data.classes() == 0) throw std::invalid_argument("load: by_class needs labels, the samples have none");
  std::vector<std::uint64_t> places(data.classes() + 1);  // counting sort: where each class begins
  for (std::uint64_t i = 0; i < data.size(); ++i) {
    const auto label = data->label(i);
    if (label < 0 || std::uint64_t(label) >= data.classes()) {
      reject("by_class: the label of " + data->path(i), "0 ... " + std::to_string(data.classes() - 1),
             std::to_string(label));
    }
    ++places[std::size_t(label) + 1];
  }
  for (std::size_t c = 1; c < places.size(); ++c) places[c] += places[c - 1];
  std::vector<std::uint64_t> ends;
  for (std::size_t c = 1; c < places.size(); ++c) {
    if (places[c] > places[c - 1]) ends.push_back(places[c]);
  }
  std::vector<std::uint64_t> members(data.size());
  for (std::uint64_t i = 0; i < data.size(); ++i) members[places[std::size_t(data->label(i))]++] = i;
  const rounds turns(ends.size(), shuffle);
  return std::make_shared<by_group<rounds>>(turns, group_walk(std::move(members), std::move(ends), shuffle));
}

std::shared_ptr<const sampler> parts_of(const dataset& data, const std::vector<double>& weights, bool shuffle) {
  auto ends = data->part_ends();
  if (ends.size() != weights.size()) {
    reject("by_part: the number of weights", std::to_string(ends.size()) + ", the parts of these data",
           std::to_string(weights.size()));
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] == (i == 0 ? 0 : ends[i - 1])) {
      throw std::invalid_argument("load: sampling by_part: part " + std::to_string(i) + " has no samples");
    }
  }
  return std::make_shared<by_group<proportions>>(proportions(weights), group_walk({}, std::move(ends), shuffle));
}

std::shared_ptr<const sampler> table_of(const dataset& data, const std::vector<double>& weights) {
  if (weights.size() != data.size()) {
    reject("by_weight: the number of weights", std::to_string(data.size()) + ", one for each sample",
           std::to_string(weights.size()));
  }
  bool some = false;
  for (std::uint64_t i = 0; i < weights.size(); ++i) {
    if (!std::isfinite(weights[i]) || weights[i] < 0) {
      reject("by_weight: the weight of " + data->path(i), "finite and >= 0", written(weights[i]));
    }
    some = some || weights[i] > 0;
  }
  if (!some) throw std::invalid_argument("load: sampling by_weight: every weight is 0");
  return std::make_shared<by_table>(weights);
}

}  // namespace

sampling by_class() { return {"by class", classes_of}; }

sampling by_part(std::vector<double> weights) {
  std::string name = "by part";
  for (const auto w : weights) {
    if (!std::isfinite(w) || w <= 0) {
      throw std::invalid_argument("by_part: a weight must be > 0, got " + written(w));
    }
  }
  for (std::size_t i = 0; i < weights.size(); ++i) name += (i == 0 ? " " : " : ") + written(weights[i]);
  return {std::move(name), [weights = std::move(weights)](const dataset& data, bool shuffle) {
            return parts_of(data, weights, shuffle);
          }};
}

sampling by_weight() {
  return {"by weight", [](const dataset& data, bool) {
            std::vector<double> weights(data.size());
            for (std::uint64_t i = 0; i < data.size(); ++i) weights[i] = data->weight(i);
            return table_of(data, weights);
          }};
}

sampling by_weight(std::vector<double> weights) {
  return {"by weight", [weights = std::move(weights)](const dataset& data, bool) { return table_of(data, weights); }};
}

}  // namespace troupe
