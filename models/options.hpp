#pragma once
// Inline, since troupe::core checks what it is given, and troupe::models what it learns with.
#include <troupe/models/learner.hpp>

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace troupe {

namespace options {

template <class Value>
void require(bool right, const char* option, const char* allowed, const Value& got) {
  if (right) return;
  std::ostringstream text;
  text << "train: " << option << " must be " << allowed << ", got " << got;
  throw std::invalid_argument(text.str());
}

inline bool not_negative(double x) { return std::isfinite(x) && x >= 0; }

}  // namespace options

/// Refuses what cannot be trained with: throws std::invalid_argument naming the option, what is allowed and what was
/// given.
inline void check(const optimizer& o) {
  options::require(o.name == "sgd" || o.name == "adam" || o.name == "adamw", "optimizer", "sgd, adam or adamw", o.name);
  options::require(std::isfinite(o.lr) && o.lr > 0, "lr", "> 0", o.lr);
  options::require(o.momentum >= 0 && o.momentum < 1, "momentum", "at least 0 and below 1", o.momentum);
  options::require(options::not_negative(o.weight_decay), "weight_decay", ">= 0", o.weight_decay);
}

/// The same.
inline void check(const train_options& o) {
  check(o.optimizer);
  options::require(o.epochs >= 1, "epochs", ">= 1", o.epochs);
  options::require(o.schedule == "constant" || o.schedule == "cosine" || o.schedule == "one_cycle", "schedule",
                   "constant, cosine or one_cycle", o.schedule);
  options::require(options::not_negative(o.warmup_epochs) && o.warmup_epochs <= o.epochs, "warmup_epochs",
                   "0 to epochs", o.warmup_epochs);
  options::require(o.schedule != "one_cycle" || o.warmup_epochs == 0, "warmup_epochs",
                   "0 with one_cycle, which warms up by itself", o.warmup_epochs);
  options::require(o.label_smoothing >= 0 && o.label_smoothing < 1, "label_smoothing", "at least 0 and below 1",
                   o.label_smoothing);
  options::require(options::not_negative(o.clip_norm), "clip_norm", ">= 0 (0: not clipped)", o.clip_norm);
}

/// The same for what the trainer fills in: shape, steps an epoch, threads.
inline void check(const learner_setup& s) {
  check(s.train);
  options::require(s.channels >= 1, "channels", ">= 1", s.channels);
  options::require(s.height >= 1, "height", ">= 1", s.height);
  options::require(s.width >= 1, "width", ">= 1", s.width);
  options::require(s.steps_per_epoch >= 1, "steps_per_epoch", ">= 1", s.steps_per_epoch);
  options::require(s.threads >= 1, "threads", ">= 1", s.threads);
}

}  // namespace troupe
