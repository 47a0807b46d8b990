#pragma once
#include <troupe/sources/source.hpp>

#include <cstdint>

namespace troupe {

// Parts of a data set by the numbers of its samples. None of them costs memory, and each can be applied to any other:
// `take(shard(photos, 0, 4), 100)`.

/// The first n samples, or all where there are fewer. Class folders are in the order of their classes, so these are of
/// the first class; `load_options::limit` takes n from everywhere.
dataset take(dataset data, std::uint64_t n);
/// All but the first n samples.
dataset skip(dataset data, std::uint64_t n);
/// Part i of n, i from 0 … n-1: samples i, i + n, i + 2n …, so that every class is in every part. Parts are disjoint,
/// cover everything, and their sizes differ by at most one.
dataset shard(dataset data, std::uint64_t i, std::uint64_t n);
/// Everything, k times over in one epoch. Each showing is augmented by itself. k >= 1.
dataset repeat(dataset data, std::uint64_t k);

}  // namespace troupe
