#include "exit_code.hpp"
#include "verbs.hpp"
#include "version.hpp"

#include <troupe/observe/visible_text.hpp>
#include <troupe/sources/nearest.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using words = std::vector<std::string>;

constexpr const char* usage =
    R"(troupe VERB [DATA] [options]: feeds and supervises training

  train DATA          train; progress on the terminal, everything kept under --out
  bench DATA          the input line without a model: rate, where the time goes, what would help
  inspect DATA        exactly what training would see: tensors, parameters of every transform, contact sheet
  pack DATA --out DIR write tar shards (WebDataset layout) with an index: few large files instead of many small ones
  --version [--json]  the versions of troupe and of what it stands on

DATA is the word fashion-mnist; a folder of class folders, of images/ and masks/, of IDX, CIFAR or .npy files; a .csv
or .jsonl manifest; or tar shards (shards-{0000..0009}.tar, "shards-*.tar", a folder of them).
troupe VERB --help shows every option with unit and default.

  troupe train fashion-mnist
  troupe bench photos/ --cpus 4
  troupe inspect photos/ --sheet sheet.png
  troupe pack photos/ --out shards/

Exit codes: 0 done; 2 the run failed, the data are no data, or stdout cannot be written; 3 a stage hung; 64 the command
line is wrong; 130, 143 stopped by Ctrl-C or SIGTERM, in order, with a checkpoint.
)";

/// Two libraries read their environment before main, so a program that will train sets what is not set and starts
/// itself again; two variables that are set end the circle. OpenMP's threads must give the processor up while they
/// wait: with one busy neighbour, spinning ones make training seven times slower. glibc's large blocks in huge pages
/// save a sixth of a ResNet's step, for LibTorch takes and frees them in every one. Other verbs need neither, and start
/// in half the time.
void prepare_to_train(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr && std::getenv("GLIBC_TUNABLES") != nullptr) return;
  if (::setenv("OMP_WAIT_POLICY", "PASSIVE", 0) != 0 || ::setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 0) != 0) {
    return;
  }
  ::execv("/proc/self/exe", argv);  // returns only where it fails; then the library is told by the variable's absence
  ::unsetenv("OMP_WAIT_POLICY");
}

int version(const words& rest) {
  bool json = false;
  for (const auto& word : rest) {
    if (word != "--json") {
      throw troupe::usage_error("troupe --version takes --json and nothing else, got " + word +
                                troupe::did_you_mean(word, {"--json"}));
    }
    json = true;
  }
  return troupe::print_version(json);
}

int run(const words& all) {
  if (all.empty()) {
    std::cerr << usage;
    return troupe::exit_usage;
  }
  const auto& verb = all.front();
  const words rest(all.begin() + 1, all.end());
  if (verb == "--help" || verb == "-h" || verb == "help") {
    std::cout << usage;
    return troupe::exit_done;
  }
  if (verb == "train") return troupe::train(rest);
  if (verb == "bench") return troupe::bench(rest);
  if (verb == "inspect") return troupe::inspect(rest);
  if (verb == "pack") return troupe::pack_command(rest);
  if (verb == "--version") return version(rest);
  if (verb == "--json" && rest == words{"--version"}) return version({verb});
  const auto hint = troupe::did_you_mean(verb, {"train", "bench", "inspect", "pack", "--version", "--help"});
  throw troupe::usage_error("there is no verb " + verb + (hint.empty() ? "; troupe --help lists them" : hint));
}

void complain(const std::string& what) { std::cerr << "troupe: " << troupe::visible(what) << '\n'; }

/// A result that could not be written is none. Whoever read along and went away wanted no more of it.
int once_said(int code) {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  errno = 0;
  std::putchar('\n');  // what was refused is refused again, and why
  (void)std::fflush(stdout);
  if (errno == EPIPE || code != troupe::exit_done) return code;
  complain(std::string("not all of it could be written to stdout: ") + std::strerror(errno != 0 ? errno : EIO));
  return troupe::exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "train") prepare_to_train(argv);
  // Whoever read along may go away: the run goes on, and the checkpoint is written.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const int code = run(words(argv + std::min(argc, 1), argv + argc));
    if (code == troupe::exit_wedged) {
      // A thread still hangs in what the end of main would take apart.
      std::cout.flush();
      std::fflush(nullptr);
      ::_exit(code);
    }
    return once_said(code);
  } catch (const troupe::usage_error& e) {
    complain(e.what());
    return troupe::exit_usage;
  } catch (const std::invalid_argument& e) {
    complain(e.what());
    return troupe::exit_usage;
  } catch (const std::exception& e) {
    complain(e.what());
    return troupe::exit_failed;
  }
}
