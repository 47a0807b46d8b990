#include <troupe/models/options.hpp>

namespace troupe {
namespace {

optimizer checked(optimizer o) {
  check(o);
  return o;
}

}  // namespace

optimizer sgd(double lr, double momentum, double weight_decay) { return checked({"sgd", lr, momentum, weight_decay}); }
optimizer adam(double lr, double weight_decay) { return checked({"adam", lr, 0, weight_decay}); }
optimizer adamw(double lr, double weight_decay) { return checked({"adamw", lr, 0, weight_decay}); }

}  // namespace troupe
