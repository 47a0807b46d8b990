#pragma once
#include <troupe/augment/fault.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace troupe {

/// The one seam through which samples are read, so that no scheduler thread ever blocks on a disk. Jobs run on threads
/// of the layer; open and read are called there and may block. A test puts a layer in its place that answers inline and
/// injects faults.
class file_layer {
 public:
  /// A file that is open for reading. Closed by its destructor.
  class file {
   public:
    virtual ~file() = default;
    /// Bytes in the file, from fstat.
    virtual std::uint64_t size() const noexcept = 0;
    /// Fills `to` with what begins `from` bytes into the file. Fewer bytes than that are a failure: the file shrank.
    virtual failure read(std::span<std::uint8_t> to, std::uint64_t from = 0) = 0;
  };
  struct opened {
    std::unique_ptr<file> what;
    failure bad;  ///< missing, io, unsupported (no regular file)
  };

  virtual ~file_layer() = default;
  /// Runs a job on one of the threads, in the order of posting.
  virtual void post(std::function<void()> job) = 0;
  /// Opens a regular file. Pipes, sockets and devices are refused, not waited for.
  virtual opened open(const std::string& path) = 0;
  /// How many jobs can run at once now, and which of them this thread runs: 0 … concurrency() - 1.
  virtual int concurrency() const noexcept = 0;
  virtual int slot() const noexcept = 0;
  /// How many it may come to run at once, where somebody allows it; slots count up to there.
  virtual int most() const noexcept { return concurrency(); }
  /// From now on so many may, or most() where that is less; never fewer than there were. A layer of fixed size stays as
  /// it is. From any thread, before stop().
  virtual void allow(int jobs) { (void)jobs; }
  /// Waits for the jobs that run, drops those that do not yet, ends the threads. No job starts afterwards.
  virtual void stop() = 0;
};

/// Files of the operating system, read by a pool of threads; `most` of them where that is more and somebody allows it.
std::shared_ptr<file_layer> disk(int threads, int most = 0);

}  // namespace troupe
