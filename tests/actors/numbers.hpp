#pragma once
// Streams of numbers: sample n is one grey pixel of value n, or file n of a cabinet, and its label is n modulo 10.
#include <troupe/sources/coroutine.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "whole.hpp"

namespace troupe::test {

struct number_options {
  std::uint64_t n = 60;
  bool as_files = false;
  std::set<std::uint64_t> empty = {};               ///< these have no bytes
  std::uint64_t throws_at = ~std::uint64_t{0};      ///< in epoch 1
  std::function<void(std::uint64_t)> on_pull = {};  ///< called with each number before it is yielded
  std::size_t padding = 0;                          ///< bytes of the name
};

inline coroutine count_up(std::uint64_t epoch, std::shared_ptr<const number_options> o) {
  for (std::uint64_t i = 0; i < o->n; ++i) {
    if (o->on_pull) o->on_pull(i);
    if (epoch == 1 && i == o->throws_at) throw std::runtime_error("the well is dry");
    yielded y({}, std::int64_t(i % 10));
    if (o->as_files) {
      y.path = std::to_string(i);
    } else if (o->empty.count(i) == 0) {
      y.bytes = {std::uint8_t(i)};
    }
    y.name.resize(o->padding, 'x');
    co_yield std::move(y);
  }
}

inline stream numbers(number_options o, stream_options s = {}) {
  if (!o.as_files) s.shape = image_shape{1, 1, 1};
  if (s.classes.empty()) {
    for (int c = 0; c < 10; ++c) s.classes.push_back(std::to_string(c));
  }
  return generated([kept = std::make_shared<const number_options>(std::move(o))](
                       std::uint64_t epoch) { return count_up(epoch, kept); },
                   std::move(s));
}

}  // namespace troupe::test
