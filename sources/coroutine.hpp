#pragma once
#include <troupe/sources/generated.hpp>

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace troupe {

/// A C++20 coroutine that yields samples. Give `generated()` a function that calls it: parameters are best taken by
/// value, since the coroutine runs on after the call.
///
///     troupe::coroutine digits(std::uint64_t epoch) {
///       for (std::int64_t n = 0; n < 10; ++n) co_yield {drawn(n, epoch), n};
///     }
class coroutine {
 public:
  struct promise_type;
  using handle = std::coroutine_handle<promise_type>;
  struct promise_type {
    std::optional<yielded> at;
    std::exception_ptr thrown;

    coroutine get_return_object() { return coroutine(handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(yielded sample) {
      at = std::move(sample);
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { thrown = std::current_exception(); }
  };

  coroutine(coroutine&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  coroutine& operator=(coroutine&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~coroutine() {
    if (handle_) handle_.destroy();
  }

  /// Runs on to the next `co_yield`: its sample, or nothing at the end. What the coroutine throws comes out here.
  std::optional<yielded> operator()() {
    if (!handle_ || handle_.done()) return std::nullopt;
    auto& promise = handle_.promise();
    promise.at.reset();
    handle_.resume();
    if (promise.thrown) std::rethrow_exception(std::exchange(promise.thrown, {}));
    return std::move(promise.at);
  }

 private:
  explicit coroutine(handle h) noexcept : handle_(h) {}
  handle handle_;
};

}  // namespace troupe
