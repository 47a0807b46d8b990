#include <troupe/models/options.hpp>

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace troupe {
namespace {

template <class Value>
void require(bool right, const char* option, const char* allowed, const Value& got) {
  if (right) return;
  std::ostringstream text;
  text << "train: " << option << " must be " << allowed << ", got " << got;
  throw std::invalid_argument(text.str());
}

bool not_negative(double x) { return std::isfinite(x) && x >= 0; }

optimizer checked(optimizer o) {
  check(o);
  return o;
}

}  // namespace

optimizer sgd(double lr, double momentum, double weight_decay) { return checked({"sgd", lr, momentum, weight_decay}); }
optimizer adam(double lr, double weight_decay) { return checked({"adam", lr, 0, weight_decay}); }
optimizer adamw(double lr, double weight_decay) { return checked({"adamw", lr, 0, weight_decay}); }

void check(const optimizer& o) {
  require(o.name == "sgd" || o.name == "adam" || o.name == "adamw", "optimizer", "sgd, adam or adamw", o.name);
  require(std::isfinite(o.lr) && o.lr > 0, "lr", "> 0", o.lr);
  require(o.momentum >= 0 && o.momentum < 1, "momentum", "at least 0 and below 1", o.momentum);
  require(not_negative(o.weight_decay), "weight_decay", ">= 0", o.weight_decay);
}

void check(const train_options& o) {
  check(o.optimizer);
  require(o.epochs >= 1, "epochs", ">= 1", o.epochs);
  require(o.schedule == "constant" || o.schedule == "cosine" || o.schedule == "one_cycle", "schedule",
          "constant, cosine or one_cycle", o.schedule);
  require(not_negative(o.warmup_epochs) && o.warmup_epochs <= o.epochs, "warmup_epochs", "0 to epochs",
          o.warmup_epochs);
  require(o.schedule != "one_cycle" || o.warmup_epochs == 0, "warmup_epochs",
          "0 with one_cycle, which warms up by itself", o.warmup_epochs);
  require(o.label_smoothing >= 0 && o.label_smoothing < 1, "label_smoothing", "at least 0 and below 1",
          o.label_smoothing);
  require(not_negative(o.clip_norm), "clip_norm", ">= 0 (0: not clipped)", o.clip_norm);
}

void check(const learner_setup& s) {
  check(s.train);
  require(s.channels >= 1, "channels", ">= 1", s.channels);
  require(s.height >= 1, "height", ">= 1", s.height);
  require(s.width >= 1, "width", ">= 1", s.width);
  require(s.steps_per_epoch >= 1, "steps_per_epoch", ">= 1", s.steps_per_epoch);
  require(s.threads >= 1, "threads", ">= 1", s.threads);
}

}  // namespace troupe
