#include <troupe/sources/slice.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

#include <troupe/sources/open.hpp>

#include "contains.hpp"
#include "shelf.hpp"

using namespace troupe;
using names = std::vector<std::string>;

TEST_CASE("take and skip part a data set, whatever the number", "[sources][law]") {
  const auto data = on_shelf(10);
  for (std::uint64_t n : {0, 1, 4, 9, 10, 11, 1000}) {
    auto both = members(take(data, n));
    const auto behind = members(skip(data, n));
    both.insert(both.end(), behind.begin(), behind.end());
    CHECK(both == members(data));
    CHECK(take(data, n).size() == std::min<std::uint64_t>(n, 10));
  }
}

TEST_CASE("shards are disjoint, cover everything, and their sizes differ by at most one", "[sources][law]") {
  for (int size : {0, 1, 5, 10, 97}) {
    const auto data = on_shelf(size);
    for (std::uint64_t n : {1, 2, 3, 7, 100}) {
      std::multiset<std::string> all;
      std::uint64_t least = UINT64_MAX, most = 0;
      for (std::uint64_t i = 0; i < n; ++i) {
        const auto part = members(shard(data, i, n));
        all.insert(part.begin(), part.end());
        least = std::min<std::uint64_t>(least, part.size());
        most = std::max<std::uint64_t>(most, part.size());
      }
      const auto whole = members(data);
      CHECK(all == std::multiset<std::string>(whole.begin(), whole.end()));
      CHECK(most - least <= 1);
    }
  }
}

TEST_CASE("repeat shows everything k times, and the parts of parts are what they say", "[sources]") {
  const auto data = on_shelf(4);
  CHECK(members(repeat(data, 2)) == names{"a/0", "a/1", "a/2", "a/3", "a/0", "a/1", "a/2", "a/3"});
  CHECK(members(skip(take(repeat(shard(data, 1, 2), 3), 5), 1)) == names{"a/3", "a/1", "a/3", "a/1"});
}

TEST_CASE("a sample says of itself what it said in its own source", "[sources][law]") {
  for (bool in_memory : {false, true}) {
    const auto data = on_shelf({"cat", "dog"}, {"cat/1", "dog/1", "cat/22", "dog/333"}, in_memory);
    const auto part = shard(data, 1, 2);
    CHECK(part.class_names() == data.class_names());
    CHECK(part->shape() == data->shape());
    for (std::uint64_t i = 0; i < part.size(); ++i) {
      const auto there = 1 + 2 * i;
      CHECK(part->label(i) == data->label(there));
      CHECK(part->path(i) == data->path(there));
      CHECK(part->member(i) == data->member(there));
      CHECK(part->weight(i) == data->weight(there));
      CHECK(part->pixels(i).data() == data->pixels(there).data());
      CHECK(part->pixels(i).size() == data->pixels(there).size());
    }
  }
}

TEST_CASE("each part prints itself behind its source", "[sources]") {
  const auto data = on_shelf(4000);
  CHECK(take(data, 1000)->describe() == "shelf: 4000 samples, take 1,000");
  CHECK(take(data, 5000)->describe() == "shelf: 4000 samples, take 5,000 (there are 4,000)");
  CHECK(skip(data, 1000)->describe() == "shelf: 4000 samples, skip 1,000: 3,000 samples");
  CHECK(repeat(shard(data, 0, 4), 2)->describe() ==
        "shelf: 4000 samples, shard 0 of 4: 1,000 samples, repeat 2: 2,000 samples");
}

TEST_CASE("other samples are another fingerprint, the same ones the same", "[sources]") {
  const auto data = on_shelf(10);
  CHECK(fingerprint(take(data, 10)) == fingerprint(data));
  CHECK(fingerprint(take(data, 9)) != fingerprint(data));
  CHECK(fingerprint(shard(data, 0, 2)) != fingerprint(shard(data, 1, 2)));
  CHECK(fingerprint(repeat(data, 2)) != fingerprint(data));
}

TEST_CASE("a part that cannot be is refused, with what it must be", "[sources]") {
  const auto data = on_shelf(10);
  CHECK_THROWS_WITH(shard(data, 3, 3), "shard: i must be 0 ... 2, got 3");
  CHECK_THROWS_WITH(shard(data, 0, 0), "shard: n must be >= 1, got 0");
  CHECK_THROWS_WITH(repeat(data, 0), "repeat: k must be >= 1, got 0");
  CHECK_THROWS_WITH(repeat(data, UINT64_MAX), contains("fewer than 2^64 samples"));
  CHECK_THROWS_AS(take({}, 3), std::invalid_argument);
}
