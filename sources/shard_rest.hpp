#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe {

/// What a shard holds beside its samples, counted: nothing is left out in silence.
struct shard_rest {
  struct part {
    std::uint64_t count = 0;
    std::string first;  ///< the name of the first of them

    void note(const std::string& name, std::uint64_t n = 1) {
      if (count == 0) first = name;
      count += n;
    }
    void add(const part& other) {
      if (other.count > 0) note(other.first, other.count);
    }
  };
  static constexpr std::size_t parts = 5;

  part without_picture;  ///< keys
  part further;          ///< pictures and labels of a key that has one already
  part foreign;          ///< members that are neither a picture nor a label
  part skipped;          ///< links, devices, names that point outside
  part behind;           ///< bytes behind the end of the archive

  std::array<part*, parts> all() noexcept { return {&without_picture, &further, &foreign, &skipped, &behind}; }
  std::array<const part*, parts> all() const noexcept {
    return {&without_picture, &further, &foreign, &skipped, &behind};
  }
  /// Adds that of a further shard. Names become those that samples have in messages: `shards-0003.tar[readme.md]`.
  void add(const shard_rest& of, const std::string& shard);
  /// For a person: "; 2 keys without a picture passed by (a.tar[readme.txt])", and so on; nothing where nothing was.
  std::string describe() const;
};

}  // namespace troupe
