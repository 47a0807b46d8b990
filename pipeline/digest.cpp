#include <troupe/pipeline/digest.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>
#include <new>

namespace troupe {

struct digest::state {
  XXH3_state_t* hash = XXH3_createState();
  state() {
    if (hash == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(hash);
  }
  ~state() { XXH3_freeState(hash); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
};

digest::digest() : state_(std::make_unique<state>()) {}
digest::~digest() = default;

void digest::add(const batch& b) {
  std::lock_guard lock(mutex_);
  for (std::size_t f = 0; f < b.fields().fields().size(); ++f) {
    const auto v = b.field(f);
    XXH3_128bits_update(state_->hash, v.data, std::size_t(v.elements()) * size_of(v.type));
  }
}

std::string digest::text() const {
  std::lock_guard lock(mutex_);
  const auto h = XXH3_128bits_digest(state_->hash);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(h.high64),
                static_cast<unsigned long long>(h.low64));
  return text;
}

}  // namespace troupe
