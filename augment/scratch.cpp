#include <troupe/augment/scratch.hpp>

#include <troupe/augment/recipe.hpp>

namespace troupe {

scratch::scratch() : parts_(std::make_unique<parts>()) {}
scratch::~scratch() = default;
scratch::scratch(scratch&&) noexcept = default;
scratch& scratch::operator=(scratch&&) noexcept = default;

std::size_t scratch::bytes() const noexcept { return parts_->memory.held() + parts::resident_bytes; }

void scratch::allow(std::size_t bytes) noexcept { parts_->allowed_bytes = bytes; }
std::size_t scratch::wanted() const noexcept { return parts_->wanted_bytes; }
bool scratch::damaged() const noexcept { return parts_->damaged; }
std::span<const scan_mark> scratch::marks() const noexcept { return parts_->marks; }
std::size_t scratch::most_marks() const noexcept { return parts_->marks.empty() ? 0 : parts_->baseline.most_marks(); }

void scratch::trim(std::size_t keep_bytes) noexcept {
  if (bytes() > keep_bytes) parts_->memory.release();
}

}  // namespace troupe
