#include "watch.hpp"

#include "exit_code.hpp"
#include "report.hpp"

#include <unistd.h>

#include <chrono>
#include <string>

namespace troupe {

rule held_memory::watcher() const {
  return [most = most_bytes](const snapshot& s) -> std::vector<alert> {
    if (s.accounted_bytes > most->load(std::memory_order_relaxed))
      most->store(s.accounted_bytes, std::memory_order_relaxed);
    return {};
  };
}

orderly_stop::orderly_stop(terminal& out) : out_(out) {
  signals_.on_signal([this] { ::_exit(128 + signals_.signal()); });
}

void orderly_stop::guard(running_pipeline& run, const char* what_happens) {
  signals_.on_signal([this, &run, what_happens] {
    run.stop();  // first: the terminal may be held
    out_.remark(std::string("troupe: stopping, ") + what_happens + "; Ctrl-C again ends it at once");
  });
}

void orderly_stop::let_go() { signals_.on_signal({}); }

void watch(running_pipeline& run, terminal& out, const std::function<void()>& each) {
  std::size_t told = 0;
  const auto tell = [&] {
    const auto moves = run.tuning().moves;
    for (; told < moves.size(); ++told) out.line("tuning: " + sentence(moves[told]));
    if (each) each();
  };
  while (!run.wait_for(std::chrono::milliseconds(200))) {
    tell();
    out.show(run.progress());
  }
  tell();
}

int exit_code_of(const outcome& o, int signal) noexcept {
  switch (o.how) {
    case ending::completed: return exit_done;
    case ending::stopped: return signal != 0 ? 128 + signal : exit_done;
    case ending::failed: return exit_failed;
    case ending::wedged: return exit_wedged;
  }
  return exit_failed;
}

}  // namespace troupe
