// Everything that happens in a run, as values: start, first batch, alerts, the end. Each is a line of events.jsonl,
// which need not be written. An executor says on whose thread a listener hears it; here they wait in a queue until the
// program looks, as in the loop of a window or a server. Prints:
//   | the run is over, and nobody was called from another thread
//   | start, first_batch, end
//   | the last one says completed: yes
#include <troupe/troupe.hpp>

#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

int main() {
  std::mutex mutex;
  std::deque<std::function<void()>> queue;
  const troupe::executor later = [&](std::function<void()> work) {
    std::lock_guard lock(mutex);
    queue.push_back(std::move(work));
  };

  std::vector<troupe::event> events;
  auto run = troupe::pipeline{}
                 .load(troupe::fashion_mnist(), {.shuffle = true, .seed = 7, .epochs = 1, .limit = 6'400})
                 .augment({troupe::normalize("fashion")})
                 .batch({.size = 64})
                 .events([&](const troupe::event& e) { events.push_back(e); }, later)
                 .start();
  for (const troupe::batch& b : run.epoch()) (void)b.images();  // [64, 1, 28, 28] float32
  run.wait();
  std::printf("the run is over, and %s called from another thread\n", events.empty() ? "nobody was" : "somebody was");

  for (const auto& work : queue) work();
  std::string names;
  for (const auto& e : events) names += (names.empty() ? "" : ", ") + e.name;
  std::printf("%s\n", names.c_str());
  const bool completed = events.back().line.find("\"outcome\": \"completed\"") != std::string::npos;
  std::printf("the last one says completed: %s\n", completed ? "yes" : "no");
}
