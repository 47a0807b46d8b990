#pragma once
// Data sets without a disk, and the file layer that reads them.
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>

namespace troupe::test {

/// n grey images of one pixel, whose labels are their index modulo 10.
dataset pixels(std::uint64_t n);
/// n files named 0, 1, 2 …, to be read through `cabinet`.
dataset files(std::uint64_t n);
/// n masks named m0, m1, m2 …, to be read through `cabinet`.
dataset masks(std::uint64_t n);

/// A file layer without a disk or a thread: answers inline with small PNG images; a fault may be put on any file.
class cabinet : public file_layer {
 public:
  std::set<std::uint64_t> missing, damaged;
  std::set<std::uint64_t> missing_masks, damaged_masks;  ///< files m0, m1 …: grey, with a pattern
  std::size_t padding = 0;                               ///< bytes after the image, to fill a budget with
  std::uint32_t extent = 2;                              ///< width and height of the images
  bool interlaced = false;                               ///< they need scratch for all of their pixels
  std::function<void(std::uint64_t)> on_open;            ///< called with the number of a file
  std::function<void()> on_post;                         ///< called before a job is taken
  bool hold = false;                                     ///< jobs wait until `release()`
  void release();
  bool reads() const { return running_; }  ///< a job is under way, on whatever thread gave it room

  void post(std::function<void()> job) override;
  opened open(const std::string& path) override;
  int concurrency() const noexcept override { return 1; }
  int slot() const noexcept override { return 0; }
  void stop() override { jobs_.clear(); }

 private:
  std::deque<std::function<void()>> jobs_;
  bool running_ = false;
};

}  // namespace troupe::test
