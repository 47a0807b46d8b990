#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

/// What a program left: its exit code (128 + signal where one ended it) and what it wrote.
struct finished_program {
  int code = -1;
  std::string out, err;
};

/// The real `troupe`, started with these words.
///
///     running_program p({"train", "photos"});
///     p.read_until("epoch 1 of");
///     ::kill(p.pid(), SIGINT);
///     p.finish().code                                // 130
class running_program {
 public:
  explicit running_program(const std::vector<std::string>& words);
  ~running_program();
  running_program(const running_program&) = delete;
  running_program& operator=(const running_program&) = delete;

  pid_t pid() const { return pid_; }
  /// Reads stdout until it holds this text, or ends. True: it does.
  bool read_until(const std::string& text);
  /// Reads both to their end and waits for the program.
  finished_program finish();

 private:
  bool read_some();
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
  finished_program seen_;
};

/// Runs `troupe` to its end.
finished_program troupe_command(const std::vector<std::string>& words);

/// A folder that is gone with the test, and the pictures that a test puts into it.
class picture_folder {
 public:
  picture_folder();
  ~picture_folder();
  picture_folder(const picture_folder&) = delete;
  picture_folder& operator=(const picture_folder&) = delete;

  /// `n` PNG pictures of 40 x 30 in classes a, b and c, each different from all others.
  void draw(int n) const;
  void write(const std::string& name, const std::string& content) const;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string pictures() const { return *this / "pictures"; }

 private:
  std::filesystem::path path_;
};

/// Whether a text holds another one.
inline bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The whole text of a file.
std::string content_of(const std::filesystem::path& file);
