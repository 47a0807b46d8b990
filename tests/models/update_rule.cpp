#include <troupe/models/update_rule.hpp>

#include <cmath>

#include "../catch.hpp"

using troupe::update_rule;

TEST_CASE("sgd without momentum takes the gradient and the decay times the rate", "[models]") {
  update_rule rule(troupe::sgd(0.1, 0, 0.5), {2});
  std::vector<float> w = {1, -2};
  const std::vector<float> g = {3, 4};
  rule.begin(0.1);
  rule.apply(0, 0, 2, w.data(), g.data(), 0.5F);
  CHECK(w[0] == Approx(1 - 0.1 * (1.5 + 0.5)));
  CHECK(w[1] == Approx(-2 - 0.1 * (2 - 1)));
  CHECK(rule.kept().empty());
}

TEST_CASE("momentum adds up what came before", "[models]") {
  update_rule rule(troupe::sgd(0.1, 0.9, 0), {1});
  float w = 0;
  const float g = 1;
  for (int k = 0; k < 3; ++k) {
    rule.begin(0.1);
    rule.apply(0, 0, 1, &w, &g, 1);
  }
  CHECK(w == Approx(-0.1 * (1 + 1.9 + 2.71)));
  CHECK(rule.state(0, 0)[0] == Approx(2.71));
  CHECK(rule.steps() == 3);
}

TEST_CASE("the first step of adam has the size of the rate, whatever the gradient", "[models]") {
  for (const float g : {1e-3F, 1.0F, -1e4F}) {
    update_rule rule(troupe::adam(0.01), {1});
    float w = 0;
    rule.begin(0.01);
    rule.apply(0, 0, 1, &w, &g, 1);
    CHECK(w == Approx(std::copysign(0.01, -g)).epsilon(1e-4));
  }
}

TEST_CASE("adamw shrinks weights apart from the gradient, adam through it", "[models]") {
  const float none = 0;
  float w = 2;
  update_rule decoupled(troupe::adamw(0.1, 0.5), {1});
  decoupled.begin(0.1);
  decoupled.apply(0, 0, 1, &w, &none, 1);
  CHECK(w == Approx(2 * (1 - 0.1 * 0.5)));
  w = 2;
  update_rule coupled(troupe::adam(0.1, 0.5), {1});
  coupled.begin(0.1);
  coupled.apply(0, 0, 1, &w, &none, 1);
  CHECK(w == Approx(2 - 0.1));
}

TEST_CASE("parts of a parameter are updated as the whole would be", "[models]") {
  std::vector<float> whole(1000), parts, g(1000);
  for (std::size_t i = 0; i < g.size(); ++i) whole[i] = static_cast<float>(i), g[i] = std::sin(static_cast<float>(i));
  parts = whole;
  update_rule a(troupe::adamw(0.1), {1000}), b(troupe::adamw(0.1), {1000});
  a.begin(0.1);
  b.begin(0.1);
  a.apply(0, 0, 1000, whole.data(), g.data(), 1);
  b.apply(0, 700, 1000, parts.data(), g.data(), 1);
  b.apply(0, 0, 700, parts.data(), g.data(), 1);
  CHECK(whole == parts);
}
