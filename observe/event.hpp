#pragma once
#include <string>

namespace troupe {

/// Something that happened: a line of `events.jsonl` as a value.
struct event {
  std::string name;  ///< start, first_batch, step, epoch, checkpoint, alert, end …
  double t_s = 0;    ///< seconds since the start of the run
  std::string line;  ///< all of it, one JSON object without a line break
};

}  // namespace troupe
