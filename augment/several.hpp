#pragma once
#include <troupe/augment/transform.hpp>

#include <vector>

namespace troupe {

/// Several transforms as one.
transform compose(std::vector<transform> transforms);
/// All of them with probability p, otherwise none. Reports `applied`.
transform random_apply(std::vector<transform> transforms, double p = 0.5);
/// One of them; `p` are their weights, the same for all where it is empty. Reports `choice`, counted from 0.
transform random_choice(std::vector<transform> transforms, std::vector<double> p = {});
/// All of them in a random order. Reports `order`.
transform random_order(std::vector<transform> transforms);

}  // namespace troupe
