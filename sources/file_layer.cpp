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
#include <optional>
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

class disk_layer final : public file_layer {
 public:
  disk_layer(int threads, int most)
      : most_(std::max(threads, most)),
        threads_(most > 1 ? std::max(2, threads) : threads),  // Asio's pool of one takes no further threads
        pool_(std::in_place, std::size_t(threads_)) {}
  ~disk_layer() override { stop(); }

  void post(std::function<void()> job) override { boost::asio::post(*pool_, std::move(job)); }
  int concurrency() const noexcept override { return threads_.load(std::memory_order_relaxed); }
  int most() const noexcept override { return most_; }
  void allow(int jobs) override {
    for (const int wanted = std::min(jobs, most_); concurrency() < wanted; ++threads_) {
      further_.emplace_back([this] { pool_->attach(); });
    }
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
    if (!pool_) return;
    pool_->stop();
    pool_->join();
    for (auto& t : further_) t.join();
    pool_.reset();  // with the jobs that never began
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
  std::optional<boost::asio::thread_pool> pool_;
  std::vector<std::thread> further_;  // by the one who allows
};

}  // namespace

std::shared_ptr<file_layer> disk(int threads, int most) { return std::make_shared<disk_layer>(threads, most); }

}  // namespace troupe
