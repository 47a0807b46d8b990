#pragma once
// What CAF's mailboxes and scheduler order, said to the thread sanitizer: the stock library is not instrumented, so
// without this every message looks like a race. Without the sanitizer there is nothing here.
#include <troupe/pipeline/caf.hpp>

#include <cstddef>
#include <utility>

#if defined(__SANITIZE_THREAD__)
#define TROUPE_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TROUPE_THREAD_SANITIZER
#endif
#endif

#if defined(TROUPE_THREAD_SANITIZER)
extern "C" {
void __tsan_acquire(void*);
void __tsan_release(void*);
}
#endif

namespace troupe {

/// What this thread has done so far comes before what follows an `ordered_after` of the same address elsewhere.
inline void ordered_before([[maybe_unused]] const void* p) {
#if defined(TROUPE_THREAD_SANITIZER)
  __tsan_release(const_cast<void*>(p));
#endif
}
inline void ordered_after([[maybe_unused]] const void* p) {
#if defined(TROUPE_THREAD_SANITIZER)
  __tsan_acquire(const_cast<void*>(p));
#endif
}

#if defined(TROUPE_THREAD_SANITIZER)
/// An actor that says what its mailbox orders: who sends comes before who receives, one turn before the next.
template <class Base>
class ordered : public Base {
 public:
  using Base::Base;
  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    ordered_before(this->ctrl());
    Base::launch(unit, lazy, hide);
  }
  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    ordered_before(this->ctrl());
    Base::enqueue(std::move(what), unit);
  }
  void initialize() override {
    Base::initialize();
    ordered_before(this->ctrl());  // the handlers that were just made
  }
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t messages) override {
    ordered_after(this->ctrl());
    return Base::resume(unit, messages);
  }
  bool cleanup(caf::error&& reason, caf::execution_unit* unit) override {
    ordered_after(this->ctrl());  // what is still in the mailbox is dropped here
    return Base::cleanup(std::move(reason), unit);
  }
};
#endif

/// The pointer to oneself in a stage with this interface and state.
#if defined(TROUPE_THREAD_SANITIZER)
template <class Interface, class State>
using self_of = ordered<caf::stateful_actor<State, typename Interface::base>>*;
#else
template <class Interface, class State>
using self_of = typename Interface::template stateful_pointer<State>;
#endif

}  // namespace troupe
