#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// The epochs that a run has finished since the last look, read from its own events.jsonl: the file is what anybody
/// else sees of a run, too.
class epoch_feed {
 public:
  explicit epoch_feed(std::filesystem::path events_file) : file_(std::move(events_file)) {}
  /// One sentence a finished epoch: "epoch 2 of 5: loss 0.301, accuracy 89.2 %, test accuracy 90.1 %, 7,912 img/s".
  std::vector<std::string> finished(std::uint64_t epochs);

 private:
  std::filesystem::path file_;
  std::streamoff read_ = 0;
};

}  // namespace troupe
