#pragma once
// What brings the bytes of samples that have only a key: the files of a cabinet, whose numbers are the keys.
#include <troupe/actors/stage.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cabinet.hpp"

namespace troupe::test {

/// What it has, and what it does wrong: by the numbers of keys, or at the n-th message with items.
struct depot {
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  cabinet files;
  std::set<std::string> unknown, forgotten;  ///< says that it has none; says nothing
  std::uint64_t dies_at = never, throws_at = never, leaves_at = never, keeps_at = never, gives_back_at = never;
  bool late = false;  ///< answers in parts and in an order of its own, some messages later

  std::size_t most_padding = 0;  ///< files are longer by up to so much, each by as much as its number says

  std::vector<std::uint8_t> get(const std::string& key) {
    if (most_padding > 0) files.padding = std::stoull(key) * 2'654'435'761 % most_padding;
    auto [file, bad] = files.open(key);
    if (!file) return {};
    std::vector<std::uint8_t> bytes(file->size());
    if (file->read(bytes, 0)) return {};
    return bytes;
  }

  void bring(encoded& item) {
    if (item.bad) return;
    if (unknown.count(item.key) > 0) {
      item.bad = std::make_shared<const failure>(failure{fault::missing, "no such key"});
      return;
    }
    if (item.to_bring() && forgotten.count(item.key) == 0) item.hold(get(item.key));
    for (auto& c : item.companions) {
      if (c.to_bring() && forgotten.count(c.key) == 0) c.hold(get(c.key));
    }
  }
};

struct depot_state : own_stage_state {
  static inline const char* name = "depot";
  depot_state() = default;
  void arrived(chunks<encoded>& what);
  void demanded(const demand<encoded>& d);
  void ended(const end<encoded>& e);

  std::shared_ptr<depot> of;

 private:
  void answer_one();
  std::uint64_t seen_ = 0;
  std::vector<chunk<encoded>> held_;
  std::mt19937 order_{7};
};

/// As an actor, and as a function for the workers.
spawn_stage brings_from(std::shared_ptr<depot> of);
item_handler fetches_from(std::shared_ptr<depot> of);

}  // namespace troupe::test
