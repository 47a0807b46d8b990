#include <troupe/sources/file_layer.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace troupe {

namespace {

constexpr int attempts = 3;  // of a read that failed with an error that passes: EIO, ESTALE, EAGAIN

bool passes(int error) { return error == EIO || error == ESTALE || error == EAGAIN || error == EINTR; }

failure refused(int error, const char* what) {
  return {error == ENOENT || error == ENOTDIR ? fault::missing : fault::io,
          std::string(what) + ": " + std::strerror(error)};
}

class disk_file final : public file_layer::file {
 public:
  disk_file(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  ~disk_file() override { ::close(fd_); }
  std::uint64_t size() const noexcept override { return size_; }

  failure read(std::span<std::uint8_t> to, std::uint64_t from) override {
    std::size_t got = 0;
    for (int tries = 0; got < to.size();) {
      const auto n = ::pread(fd_, to.data() + got, to.size() - got, off_t(from + got));
      if (n > 0) {
        got += std::size_t(n);
      } else if (n == 0) {
        return {fault::io, "the file became shorter while it was read"};
      } else if (!passes(errno) || ++tries == attempts) {
        return refused(errno, "read");
      }
    }
    return {};
  }

 private:
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

// Threads of a pool, and those that joined it later.
struct team {
  explicit team(int threads) : pool(std::size_t(threads)) {}
  ~team() { end(); }
  team(const team&) = delete;
  team& operator=(const team&) = delete;

  void end() {
    pool.stop();
    pool.join();
    for (auto& t : std::exchange(further, {})) t.join();
  }

  boost::asio::thread_pool pool;
  std::vector<std::thread> further;
};

class disk_layer final : public file_layer {
 public:
  disk_layer(int threads, int most)
      : most_(std::max(threads, most)),
        threads_(most > 1 ? std::max(2, threads) : threads),  // Asio's pool of one takes no further threads
        team_(std::make_unique<team>(threads_)) {}
  // The last one who holds it may be a job: no thread can wait for itself.
  ~disk_layer() override {
    if (team_ && team_->pool.get_executor().running_in_this_thread())
      std::thread([own = std::move(team_)]() mutable { own.reset(); }).detach();
  }

  void post(std::function<void()> job) override {
    if (team_) boost::asio::post(team_->pool, std::move(job));
  }
  int concurrency() const noexcept override { return threads_.load(std::memory_order_relaxed); }
  int most() const noexcept override { return most_; }
  void allow(int jobs) override {
    const std::lock_guard lock(hiring_);
    if (!team_) return;
    for (const int wanted = std::min(jobs, most_); concurrency() < wanted; ++threads_) try {
        team_->further.emplace_back([own = team_.get()] { own->pool.attach(); });
      } catch (const std::system_error&) { return; }  // no thread is to be had: as many as there are will do
  }
  int slot() const noexcept override {
    thread_local const disk_layer* of = nullptr;
    thread_local int number = 0;
    if (of != this) {
      of = this;
      number = next_slot_.fetch_add(1, std::memory_order_relaxed) % most_;
      pthread_setname_np(pthread_self(), "troupe.reader");
    }
    return number;
  }
  void stop() override {
    if (!team_) return;
    team_->end();   // jobs that still run may post
    team_.reset();  // with the jobs that never began
  }

  opened open(const std::string& path) override {
    int fd = -1;
    for (int tries = 0; (fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0;) {
      if (!passes(errno) || ++tries == attempts) return {nullptr, refused(errno, "open")};
    }
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(fd);
      return {nullptr, {fault::unsupported, "not a regular file"}};
    }
    return {std::make_unique<disk_file>(fd, std::uint64_t(info.st_size)), {}};
  }

 private:
  const int most_;
  std::atomic<int> threads_;
  mutable std::atomic<int> next_slot_{0};
  std::mutex hiring_;
  std::unique_ptr<team> team_;
};

}  // namespace

std::shared_ptr<file_layer> disk(int threads, int most) { return std::make_shared<disk_layer>(threads, most); }

}  // namespace troupe
