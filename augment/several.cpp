#include <troupe/augment/several.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/known_transforms.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace troupe {

namespace {

class group : public transform::implementation {
 public:
  group(std::string name, std::vector<transform> parts)
      : implementation(kind::several), name_(std::move(name)), parts_(std::move(parts)) {
    if (parts_.empty()) throw std::invalid_argument(name_ + ": transforms must be at least one, got none");
    for (const transform& t : parts_)
      if (t->what == kind::normalization)
        throw std::invalid_argument(name_ + ": normalize must be the last transform of the whole list, got " +
                                    t.to_string());
  }

  std::string name() const override { return name_; }
  std::string to_string() const override {
    std::string list;
    for (const transform& t : parts_) list += (list.empty() ? "" : ", ") + t.to_string();
    const std::string more = arguments();
    return name_ + "([" + list + "]" + (more.empty() ? "" : ", " + more) + ")";
  }
  std::span<const transform> parts() const noexcept override { return parts_; }

 protected:
  virtual std::string arguments() const { return ""; }
  /// What all of them in a row make of a size.
  std::optional<extent> through_all(std::optional<extent> size) const {
    for (const transform& t : parts_) size = t->result(size);
    return size;
  }
  /// What each alone makes of it, where that is the same.
  std::optional<extent> by_any(std::optional<extent> size) const {
    const auto first = parts_.front()->result(size);
    for (const transform& t : parts_)
      if (t->result(size) != first) return {};
    return first;
  }

 private:
  std::string name_;
  std::vector<transform> parts_;
};

std::vector<std::size_t> all_of(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

class in_a_row final : public group {
 public:
  using group::group;
  void choose(const transform::step&, std::vector<std::size_t>& next) const override { next = all_of(parts().size()); }
  outcome_list outcomes() const override { return {all_of(parts().size())}; }
  std::optional<extent> result(std::optional<extent> size) const override { return through_all(size); }
  bool certain() const override {
    for (const transform& t : parts())
      if (!t->certain()) return false;
    return true;
  }
};

class perhaps final : public group {
 public:
  perhaps(std::vector<transform> parts, double p) : group("random_apply", std::move(parts)), p_(p) {
    check_probability("random_apply", p);
  }
  void choose(const transform::step& s, std::vector<std::size_t>& next) const override {
    const bool now = s.random.chance(p_);
    s.note("applied", now);
    if (now) next = all_of(parts().size());
  }
  outcome_list outcomes() const override { return {{}, all_of(parts().size())}; }
  std::optional<extent> result(std::optional<extent> size) const override {
    return through_all(size) == size ? size : std::nullopt;
  }

 private:
  std::string arguments() const override { return "p=" + spelled(p_); }
  double p_ = 0.5;
};

class one_of_them final : public group {
 public:
  one_of_them(std::vector<transform> parts, std::vector<double> p)
      : group("random_choice", std::move(parts)), weights_(std::move(p)) {
    if (weights_.empty()) return;
    double sum = 0;
    for (const double w : weights_) {
      if (!(w >= 0) || !std::isfinite(w))
        throw std::invalid_argument("random_choice: p must be weights >= 0, got " + spelled(w));
      sum += w;
    }
    if (!std::isfinite(sum))
      throw std::invalid_argument("random_choice: p must be weights, and their sum must be finite");
    if (weights_.size() != this->parts().size() || !(sum > 0))
      throw std::invalid_argument("random_choice: p must be a weight for each of the " +
                                  std::to_string(this->parts().size()) + " transforms, not all 0, got " +
                                  std::to_string(weights_.size()));
  }
  void choose(const transform::step& s, std::vector<std::size_t>& next) const override {
    const std::size_t n = parts().size();
    std::size_t chosen = 0;
    if (weights_.empty()) {
      chosen = s.random.below(std::uint32_t(n));
    } else {
      double at = s.random.uniform(0, std::accumulate(weights_.begin(), weights_.end(), 0.0));
      while (chosen + 1 < n && (at -= weights_[chosen]) >= 0) ++chosen;
    }
    s.note("choice", std::int64_t(chosen));
    next.push_back(chosen);
  }
  outcome_list outcomes() const override {
    outcome_list each;
    for (const std::size_t part : all_of(parts().size())) each.push_back({part});
    return each;
  }
  std::optional<extent> result(std::optional<extent> size) const override { return by_any(size); }

 private:
  std::string arguments() const override {
    std::string text;
    for (const double w : weights_) text += (text.empty() ? "p=(" : ", ") + spelled(w);
    return text.empty() ? text : text + ")";
  }
  std::vector<double> weights_;
};

class in_any_order final : public group {
 public:
  using group::group;
  void choose(const transform::step& s, std::vector<std::size_t>& next) const override {
    next = all_of(parts().size());
    for (std::size_t i = next.size() - 1; i > 0; --i) std::swap(next[i], next[s.random.below(std::uint32_t(i) + 1)]);
    if (!s.report) return;
    std::string order;
    for (const std::size_t i : next) order += (order.empty() ? "" : " ") + std::to_string(i);
    s.note("order", order);
  }
  // All orders of a few; of more, those that begin with each of them.
  outcome_list outcomes() const override {
    outcome_list orders;
    auto order = all_of(parts().size());
    if (order.size() <= 4) {
      do orders.push_back(order);
      while (std::next_permutation(order.begin(), order.end()));
    } else {
      for (std::size_t i = 0; i < order.size(); ++i, std::rotate(order.begin(), order.begin() + 1, order.end())) {
        orders.push_back(order);
        orders.emplace_back(order.rbegin(), order.rend());
      }
    }
    return orders;
  }
  // The size follows where the last one that changes it makes the same of whatever comes.
  std::optional<extent> result(std::optional<extent> size) const override {
    const auto after = through_all(size);
    for (const transform& t : parts())
      if ((t->result(size) != size && t->result(size) != after) || t->result(after) != after) return {};
    return after;
  }
};

}  // namespace

transform compose(std::vector<transform> transforms) {
  return transform(std::make_shared<in_a_row>("compose", std::move(transforms)));
}
transform random_apply(std::vector<transform> transforms, double p) {
  return transform(std::make_shared<perhaps>(std::move(transforms), p));
}
transform random_choice(std::vector<transform> transforms, std::vector<double> p) {
  return transform(std::make_shared<one_of_them>(std::move(transforms), std::move(p)));
}
transform random_order(std::vector<transform> transforms) {
  return transform(std::make_shared<in_any_order>("random_order", std::move(transforms)));
}

transform compose_from(const spec_call& call) {
  call.allow({"transforms"});
  return compose(make_transforms(call.calls("transforms", 0)));
}

transform random_apply_from(const spec_call& call) {
  call.allow({"transforms", "p"});
  return random_apply(make_transforms(call.calls("transforms", 0)), call.number("p", 1, 0.5));
}

transform random_choice_from(const spec_call& call) {
  call.allow({"transforms", "p"});
  return random_choice(make_transforms(call.calls("transforms", 0)),
                       call.find("p", 1) ? call.numbers("p", 1) : std::vector<double>{});
}

transform random_order_from(const spec_call& call) {
  call.allow({"transforms"});
  return random_order(make_transforms(call.calls("transforms", 0)));
}

}  // namespace troupe
