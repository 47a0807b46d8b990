#pragma once
#include <troupe/augment/generator.hpp>

#include <span>

namespace troupe {

/// Normal with mean 0 and standard deviation 1. Box and Muller, Annals of Mathematical Statistics 29 (1958).
double normal(generator& g) noexcept;
/// Gamma with this shape, > 0, and scale 1. Marsaglia and Tsang: "A simple method for generating gamma variables", ACM
/// TOMS 26 (2000).
double gamma(generator& g, double shape) noexcept;
/// Beta: 0 … 1.
double beta(generator& g, double a, double b) noexcept;
/// Weights that sum to 1, by the symmetric Dirichlet distribution.
void dirichlet(generator& g, double alpha, std::span<double> weights) noexcept;

}  // namespace troupe
