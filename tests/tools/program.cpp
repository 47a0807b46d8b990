#include "program.hpp"

#include "tools/canvas.hpp"

#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

extern char** environ;

running_program::running_program(const std::vector<std::string>& words) {
  int out[2], err[2];
  if (::pipe(out) != 0 || ::pipe(err) != 0) throw std::runtime_error("no pipes");
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, out[1], 1);
  ::posix_spawn_file_actions_adddup2(&files, err[1], 2);
  for (int fd : {out[0], out[1], err[0], err[1]}) ::posix_spawn_file_actions_addclose(&files, fd);
  std::vector<char*> argv{const_cast<char*>("troupe")};
  for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  const int failed = ::posix_spawn(&pid_, TROUPE_PROGRAM, &files, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
  if (failed != 0) throw std::runtime_error("cannot start " TROUPE_PROGRAM);
}

running_program::~running_program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (int fd : {out_, err_}) {
    if (fd >= 0) ::close(fd);
  }
}

bool running_program::read_some() {
  pollfd ready[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  if (::poll(ready, 2, -1) < 0) return false;
  for (auto& p : ready) {
    if (p.fd < 0 || p.revents == 0) continue;
    char bytes[4096];
    const auto n = ::read(p.fd, bytes, sizeof bytes);
    auto& fd = p.fd == out_ ? out_ : err_;
    if (n > 0) {
      (&fd == &out_ ? seen_.out : seen_.err).append(bytes, std::size_t(n));
    } else {
      ::close(fd);
      fd = -1;
    }
  }
  return out_ >= 0 || err_ >= 0;
}

bool running_program::read_until(const std::string& text) {
  while (seen_.out.find(text) == std::string::npos && read_some()) {}
  return seen_.out.find(text) != std::string::npos;
}

finished_program running_program::finish() {
  while ((out_ >= 0 || err_ >= 0) && read_some()) {}
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  seen_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return seen_;
}

finished_program troupe_command(const std::vector<std::string>& words) { return running_program(words).finish(); }

picture_folder::picture_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

picture_folder::~picture_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void picture_folder::draw(int n) const {
  for (int i = 0; i < n; ++i) {
    const auto folder = path_ / "pictures" / std::string(1, char('a' + i % 3));
    std::filesystem::create_directories(folder);
    troupe::canvas picture(40, 30);
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x)
        picture.set(x, y, {std::uint8_t(x * 6), std::uint8_t(y * 8), std::uint8_t(i * 5 + x)});
    }
    picture.save((folder / (std::to_string(i) + ".png")).string());
  }
}

void picture_folder::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
