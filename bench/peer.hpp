#pragma once
// A peer in a process of its own: says its name, then answers every line: bench/peers.py with images/s of one epoch.
// It stands still while others are measured: some read ahead for as long as they are let.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace troupe::bench {

class peer {
 public:
  /// Starts `command` by the shell and waits for its name. Throws std::runtime_error where it says none.
  explicit peer(const std::string& command) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a peer");
    process_ = ::fork();
    if (process_ == 0) {
      ::setpgid(0, 0);
      ::dup2(to[0], 0);
      ::dup2(from[1], 1);
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    ::setpgid(process_, process_);
    ::close(to[0]);
    ::close(from[1]);
    to_ = ::fdopen(to[1], "w");
    from_ = ::fdopen(from[0], "r");
    name_ = answer();
    if (name_.empty()) throw std::runtime_error("a peer did not start: " + command);
    ::kill(-process_, SIGSTOP);
  }
  ~peer() {
    if (process_ > 0) ::kill(-process_, SIGCONT);
    if (to_ != nullptr) std::fclose(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
  }
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  const std::string& name() const noexcept { return name_; }
  /// Images/s of one epoch.
  double epoch() { return std::atof(ask("").c_str()); }
  /// What it answers to a line. Throws std::runtime_error where it answers nothing.
  std::string ask(const std::string& line) {
    ::kill(-process_, SIGCONT);
    std::fprintf(to_, "%s\n", line.c_str());
    std::fflush(to_);
    const auto said = answer();
    ::kill(-process_, SIGSTOP);
    if (said.empty()) throw std::runtime_error(name_ + " has ended");
    return said;
  }

 private:
  std::string answer() {
    char text[512];
    if (std::fgets(text, sizeof text, from_) == nullptr) return {};
    std::string line = text;
    while (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }

  pid_t process_ = -1;
  std::FILE *to_ = nullptr, *from_ = nullptr;
  std::string name_;
};

}  // namespace troupe::bench
