#include <troupe/pipeline/thread_room.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace troupe {

void expect_room_for(int threads) {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  std::vector<std::thread> all;
  all.reserve(std::size_t(threads));
  std::string wrong;
  try {
    for (int n = 0; n < threads; ++n) {
      all.emplace_back([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return over; });
      });
    }
  } catch (const std::exception& e) { wrong = e.what(); }
  const auto there = all.size();
  {
    std::lock_guard lock(mutex);
    over = true;
  }
  changed.notify_all();
  for (auto& t : all) t.join();
  if (!wrong.empty())
    throw std::runtime_error("start: a run of these settings has " + std::to_string(threads) +
                             " threads, the system gives " + std::to_string(there) + " (" + wrong +
                             "); raise ulimit -u or the container's pids.max, or lower budget.cpus or load.readers "
                             "(--cpus, --readers)");
}

}  // namespace troupe
