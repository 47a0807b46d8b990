#include <troupe/augment/mixed_rows.hpp>

#include <troupe/augment/blend_rows.hpp>
#include <troupe/augment/implementation.hpp>

#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

namespace troupe {

namespace {

std::string text_of(const drawn::value& v) {
  const auto* whole = std::get_if<std::int64_t>(&v);
  return whole ? std::to_string(*whole) : spelled(std::get<double>(v));
}

}  // namespace

mixed_rows::mixed_rows(const char* name, double alpha, draw_for draws) : name_(name), alpha_(alpha), draws_(draws) {
  if (!(alpha > 0 && alpha <= 1e6))
    throw std::invalid_argument(name_ + ": alpha must be above 0 and at most 1000000, got " + spelled(alpha));
}

std::string mixed_rows::to_string() const {
  return name_ + "(alpha=" + spelled(alpha_) + (draws_ == draw_for::sample ? ", draw_for=sample" : "") + ")";
}

std::size_t mixed_rows::scratch_bytes(std::size_t row_bytes, std::size_t classes) const {
  return (row_bytes + 63) / 64 * 64 + classes * sizeof(float);
}

void mixed_rows::apply(const batch_rows& b, const batch_transform::step& s) const {
  if (b.labels == nullptr) throw std::invalid_argument(name_ + ": labels must be [N, C] float32, got class numbers");
  if (b.rows == 0) return;
  std::vector<share> shares(draws_ == draw_for::batch ? 1 : b.rows);
  for (share& one : shares) one = draw(b, s.random);
  if (s.report) say(shares, *s.report);
  mix(b, shares, s);
  kernels::blend_rows(b.labels, b.rows, b.classes, element::float32, weights(shares),
                      s.memory + scratch_bytes(b.row_bytes(), 0));
}

std::vector<double> mixed_rows::weights(const std::vector<share>& shares) {
  std::vector<double> own;
  own.reserve(shares.size());
  for (const share& one : shares) own.push_back(one.own);
  return own;
}

// One value each; where every row drew its own, a list of them in the order of the rows.
void mixed_rows::say(const std::vector<share>& shares, drawn& report) const {
  if (draws_ == draw_for::batch) return note(report, shares.front());
  drawn all;
  for (const share& one : shares) {
    drawn row;
    note(row, one);
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (all.values.size() == i) all.values.emplace_back(row.values[i].first, std::string());
      auto& text = std::get<std::string>(all.values[i].second);
      text += (text.empty() ? "" : ", ") + text_of(row.values[i].second);
    }
  }
  report.values.insert(report.values.end(), all.values.begin(), all.values.end());
}

}  // namespace troupe
