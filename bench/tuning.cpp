// Does tuning find the best fixed setting? The line as it tunes itself beside a sweep of settings that stay, on four
// loads; rates when it has settled.
#include <troupe/augment/transforms.hpp>
#include <troupe/models/recommended.hpp>
#include <troupe/models/small_cnn.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>

#include "rounds.hpp"

using namespace troupe;
using namespace troupe::bench;
using namespace std::chrono_literals;

namespace {

using seconds = std::chrono::duration<double>;

/// A disk that takes its time to find a file.
class slow_layer final : public file_layer {
 public:
  explicit slow_layer(std::chrono::milliseconds latency) : latency_(latency) {}
  void post(std::function<void()> job) override { disk_->post(std::move(job)); }
  opened open(const std::string& path) override {
    std::this_thread::sleep_for(latency_);
    return disk_->open(path);
  }
  int concurrency() const noexcept override { return disk_->concurrency(); }
  int most() const noexcept override { return disk_->most(); }
  void allow(int jobs) override { disk_->allow(jobs); }
  int slot() const noexcept override { return disk_->slot(); }
  void stop() override { disk_->stop(); }

 private:
  std::chrono::milliseconds latency_;
  std::shared_ptr<file_layer> disk_ = disk(4, 32);
};

void burn(std::chrono::nanoseconds cost) {
  timespec begun{}, now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while ((now.tv_sec - begun.tv_sec) * 1'000'000'000 + (now.tv_nsec - begun.tv_nsec) < cost.count());
}

struct setting {
  int workers = 0, trainer_threads = 0, readers = 0;
  tuned tune = tuned::none;
};

std::string spelled(const setting& s) {
  if (s.tune != tuned::none) return std::string("tuned: ") + to_string(s.tune);
  std::ostringstream text;
  text << s.workers << (s.workers == 1 ? " worker" : " workers");
  if (s.trainer_threads > 0) text << ", " << s.trainer_threads << " of LibTorch";
  if (s.readers > 0) text << ", " << s.readers << " readers";
  return text.str();
}

/// A load: the line under a setting, and what its loop takes for a row, after so many seconds something else.
struct load {
  std::string name;
  std::vector<setting> settings;
  std::function<pipeline(const setting&)> line;
  bool trains = false;
  std::chrono::nanoseconds row_cost{0}, later_cost{0};
};

struct times {
  seconds warm_up{2}, notice{8}, at_most{90}, measure{4};
};

/// What stays is warm soon; what tunes itself is waited for, though not for ever.
void let_settle(running_pipeline& run, const setting& s, const times& t, bool after_a_change) {
  const auto wait = [&](seconds d) { (void)run.wait_for(std::chrono::duration_cast<std::chrono::milliseconds>(d)); };
  wait(after_a_change && s.tune != tuned::none ? t.notice : t.warm_up);
  if (s.tune == tuned::none) return;
  const auto since = std::chrono::steady_clock::now();
  while (!run.tuning().settled && std::chrono::steady_clock::now() - since < t.at_most) wait(seconds(0.2));
}

/// Rows a second when it has settled; and, where the load changes, the same once more after it has.
std::vector<double> rates(const load& l, const setting& s, const times& t, std::string& remark) {
  auto run = l.line(s).start();
  std::atomic<bool> later{false};
  std::thread loop;
  if (!l.trains) {
    loop = std::thread([&] {
      for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (const auto& b : run.epoch()) {
          goes_on = true;
          burn((later ? l.later_cost : l.row_cost) * std::int64_t(b.rows()));
        }
      }
    });
  }
  const auto rate = [&](bool after_a_change) {
    let_settle(run, s, t, after_a_change);
    const auto from = run.snapshot();
    (void)run.wait_for(std::chrono::duration_cast<std::chrono::milliseconds>(t.measure));
    const auto to = run.snapshot();
    return double(to.delivered - from.delivered) / (to.at - from.at).count();
  };
  std::vector<double> all{rate(false)};
  if (l.later_cost.count() > 0) {
    later = true;
    all.push_back(rate(true));
  }
  run.stop();
  (void)run.wait();
  if (loop.joinable()) loop.join();
  if (s.tune != tuned::none) {
    const auto report = run.tuning();
    std::ostringstream text;
    text << report.now.workers << " workers, ";
    if (l.trains) text << report.now.trainer_threads << " of LibTorch, ";
    text << report.now.readers << " readers, chunks of " << 1e-3 * report.now.chunk_us << " ms; "
         << std::count_if(report.moves.begin(), report.moves.end(), [](const auto& m) { return m.kept; }) << " of "
         << report.moves.size() << " steps kept" << (report.settled ? "" : ", not settled");
    remark = text.str();
  }
  return all;
}

void compare_on(const load& l, const times& t, int rounds) {
  std::vector<std::string> remarks(l.settings.size());
  std::vector<std::vector<std::vector<double>>> seen(l.settings.size());
  for (int r = 0; r < rounds; ++r) {
    for (std::size_t i = 0; i < l.settings.size(); ++i) {
      const auto at = r % 2 == 0 ? i : l.settings.size() - 1 - i;
      seen[at].push_back(rates(l, l.settings[at], t, remarks[at]));
    }
  }
  for (std::size_t half = 0; half < seen[0][0].size(); ++half) {
    std::printf("\n%s%s\n\n| | median img/s | |\n|---|---|---|\n", l.name.c_str(),
                half > 0 ? ", after the change" : "");
    double best = 0, own = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      std::vector<double> figures;
      for (const auto& round : seen[i]) figures.push_back(round[half]);
      const auto middle = median(figures);
      const bool tunes = l.settings[i].tune != tuned::none;
      (tunes ? own : best) = std::max(tunes ? own : best, middle);
      std::printf("| %s | %.0f | %s |\n", spelled(l.settings[i]).c_str(), middle, remarks[i].c_str());
    }
    std::printf("\nTuned / best fixed setting: %.3f\n", own / best);
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) {  // libgomp reads it before main
    setenv("OMP_WAIT_POLICY", "PASSIVE", 1);
    execv("/proc/self/exe", argv);
  }
  const auto o = parse(argc, argv);
  const auto photos = image_folder(o.photos);
  const auto small = fashion_mnist(split::train);
  const auto budget = [&](const setting& s) {
    return budget_options{.cpus = o.cpus, .workers = s.workers, .trainer_threads = s.trainer_threads, .tune = s.tune};
  };
  const auto of_photos = [&](const setting& s) {
    return pipeline{}
        .load(photos, {.shuffle = true, .seed = 7, .readers = s.readers})
        .augment({random_resized_crop(224), random_flip(0.5), imagenet_normalize()})
        .batch({.size = 64})
        .budget(budget(s));
  };
  std::vector<setting> workers, readers, both;
  for (int w = 1; w <= o.cpus; ++w) {
    workers.push_back({.workers = w});
    for (int t = 1; t <= o.cpus; ++t) both.push_back({.workers = w, .trainer_threads = t});
  }
  for (int r = 1; r <= 32; r *= 2) readers.push_back({.workers = o.cpus, .readers = r});
  workers.push_back({.tune = tuned::input});
  readers.push_back({.tune = tuned::input});
  both.push_back({.tune = tuned::input});
  both.push_back({.tune = tuned::all});

  std::vector<load> loads;
  loads.push_back({"Decode-heavy: photographs, a loop that does nothing", workers, of_photos});
  loads.push_back({"Trainer-heavy: Fashion-MNIST, small_cnn", both,
                   [&](const setting& s) {
                     auto recipe = recommended("small_cnn", "fashion-mnist");
                     recipe.train.epochs = 1000;
                     return pipeline{}
                         .load(small, {.shuffle = true, .seed = 7})
                         .augment({random_flip(0.5), normalize("fashion")})
                         .batch({.size = recipe.batch})
                         .train(small_cnn(small.classes()), recipe.train)
                         .budget(budget(s));
                   },
                   true});
  loads.push_back({"Slow disk: photographs, 20 ms to open each", readers,
                   [&](const setting& s) { return of_photos(s).files(std::make_shared<slow_layer>(20ms)); }});
  loads.push_back(
      {"Changing: photographs, a loop that takes 0.1 ms a row, then 3 ms", workers, of_photos, false, 100us, 3ms});
  times t;
  if (o.quick) t.measure = seconds(2);
  std::printf("%d processors, %d rounds; %.0f s of each run measured, once it has settled\n", o.cpus, o.quick ? 1 : 3,
              t.measure.count());
  for (const auto& l : loads) compare_on(l, t, o.quick ? 1 : 3);
}
