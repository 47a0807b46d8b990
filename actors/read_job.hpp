#pragma once
#include <troupe/pipeline/messages.hpp>
#include <troupe/pipeline/run_state.hpp>
#include <troupe/sources/file_range.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace troupe {

/// What the run fails of, where the file layer took no job for the exception at hand.
std::string no_job_taken() noexcept;

/// Has the file layer let a job go on that has waited for room. What the run fails of where the layer cannot; empty: it
/// will, and the job is in other hands.
template <class Job>
std::string post_again(const run_state& run, Job& job) noexcept {
  try {
    run.files->post([again = job.shared_from_this()] { again->go(); });
    return {};
  } catch (...) { return no_job_taken(); }
}

/// Reads the files of some leases, in order, on a thread of the file layer: of each sample its picture, and its mask or
/// further pictures. Bytes are charged to the read-ahead budget, all of a sample's at once, before they are read; a job
/// never waits for room while it holds rows that it has not handed over, so that readers cannot lock each other out.
/// Where samples have only a key, nothing is read: the room that they are expected to take is charged, so that no more
/// are asked for than will fit.
class read_job : public std::enable_shared_from_this<read_job> {
 public:
  read_job(std::shared_ptr<run_state> run, loader_actor report_to, std::vector<lease> places,
           std::shared_ptr<std::atomic<bool>> stop);

  /// Reads on; posts itself again when it had to wait for room.
  void go();

 private:
  // One of the pictures of the sample at hand: a file that is open, or bytes that are there; or only a key.
  struct part {
    bool keyed = false;
    std::string key;
    file_range where;
    std::unique_ptr<file_layer::file> file;
    read_extent extent;
    std::span<const std::uint8_t> bytes;
    std::optional<image_shape> raw;
  };
  bool read_next();  // false: it waits for room
  failure find_all(const encoded& item);
  failure find(std::size_t picture, const encoded& item);
  failure read_all(const encoded& item, std::uint8_t* memory);
  bool serve(std::size_t picture, std::uint64_t index);
  std::size_t wanted_room(std::size_t read) const;
  bool worth_keeping(std::size_t picture) const;
  void keep(std::size_t picture, std::uint64_t index) const;
  void take_parts(encoded& item, const std::shared_ptr<const void>& read, const std::shared_ptr<const void>& room);
  void add(encoded item);
  void has_room(std::size_t bytes);
  void give_room_back();
  void fail_at(const char* why);
  void set_aside();
  void hand_over();
  void leave_to_others();
  void give_up();

  std::shared_ptr<run_state> run_;
  loader_actor report_to_;
  std::vector<lease> places_;
  std::shared_ptr<std::atomic<bool>> stop_;
  std::size_t at_ = 0;                     // the lease at hand
  pass pass_;                              // and its pass
  std::uint32_t next_ = 0;                 // row of that lease
  decltype(chunk<encoded>::items) items_;  // of that lease
  read_done result_;                       // not yet handed over
  std::vector<part> parts_;                // of the next row: its picture, its companions
  bool found_ = false;                     // all of them, their room granted or being waited for
  std::size_t granted_ = 0;
};

}  // namespace troupe
