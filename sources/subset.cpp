#include <troupe/sources/subset.hpp>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include <troupe/sources/chosen.hpp>
#include <troupe/sources/grouped.hpp>

namespace troupe {

dataset subset(dataset data, std::vector<std::uint64_t> indices) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < data.size()) continue;
    throw std::invalid_argument("subset: an index must be < " + std::to_string(data.size()) + ", got " +
                                std::to_string(indices[i]) + " at place " + std::to_string(i));
  }
  if (!data) throw std::invalid_argument("subset: the data set is empty-handed");
  auto said = counted(indices.size(), "sample") + " of them";
  return {std::make_shared<chosen_source>(std::move(data), std::move(indices), std::move(said))};
}

std::string candidate::class_name() const {
  const auto& names = from_->class_names();
  const auto k = label();
  return k >= 0 && std::uint64_t(k) < names.size() ? names[std::size_t(k)] : std::string();
}

std::uint64_t candidate::bytes() const {
  if (const auto pixels = from_->pixels(index_); !pixels.empty()) return pixels.size();
  if (from_->keyed()) return 0;
  const auto where = from_->location(index_);
  if (where.size) return *where.size;
  std::error_code failed;
  const auto size = std::filesystem::file_size(where.path, failed);
  return failed ? 0 : size;
}

dataset filter(const dataset& data, const std::function<bool(const candidate&)>& keep, const std::string& named) {
  if (!data) throw std::invalid_argument("filter: the data set is empty-handed");
  if (!keep) throw std::invalid_argument("filter: there is no function that says what to keep");
  std::vector<std::uint64_t> kept;
  for (std::uint64_t i = 0; i < data.size(); ++i) {
    if (keep(candidate(*data, i))) kept.push_back(i);
  }
  auto said =
      grouped(kept.size()) + " of " + grouped(data.size()) + " kept" + (named.empty() ? "" : " (" + named + ")");
  return {std::make_shared<chosen_source>(data, std::move(kept), std::move(said))};
}

}  // namespace troupe
