#include <troupe/models/atomic_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace troupe {
namespace {

std::atomic<std::uint64_t> made{0};  // temporaries of this process; with the process id their names are unique

}  // namespace

atomic_file::atomic_file(std::filesystem::path file) : file_(std::move(file)) {
  temporary_ = file_.parent_path() / ("." + file_.filename().string() + "." + std::to_string(::getpid()) + "-" +
                                      std::to_string(made++) + ".part");
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("cannot be written", errno);
}

atomic_file::~atomic_file() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void atomic_file::fail(const char* doing, int error) const {
  std::string remedy;
  if (error == ENOSPC || error == EDQUOT) remedy = "; free some space or write to another disk";
  if (error == EACCES || error == EROFS) remedy = "; write to a folder that you own";
  throw std::runtime_error(file_.string() + ": " + doing + ": " + std::strerror(error) + remedy);
}

void atomic_file::write(const void* data, std::size_t bytes) {
  const auto* from = static_cast<const char*>(data);
  while (bytes > 0) {
    auto n = ::write(descriptor_, from, std::min<std::size_t>(bytes, 1u << 30));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot be written", errno);
    from += n;
    bytes -= static_cast<std::size_t>(n);
  }
}

void atomic_file::commit() {
  if (::fsync(descriptor_) != 0) fail("cannot be written to the disk", errno);
  if (::rename(temporary_.c_str(), file_.c_str()) != 0) fail("cannot be put in place", errno);
  const auto closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0 && errno != EINTR) fail("cannot be closed", errno);
  const auto parent = file_.parent_path();
  const auto folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return;  // a folder that may be written but not read: the rename stands, only its moment is the system's
  const auto synchronised = ::fsync(folder);
  const auto error = errno;
  ::close(folder);
  if (synchronised != 0 && error != EINVAL) fail("its folder cannot be written to the disk", error);
}

}  // namespace troupe
