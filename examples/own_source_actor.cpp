// A whole actor brings the bytes by key: it owns an open archive, which no two threads may read at once. Prints:
//   | no rule is broken in 550 interleavings
//   | out of the archive the same batches as out of memory: yes
//   | without one of its records: 4999 delivered, 1 replaced
#include <troupe/actors/stage.hpp>
#include <troupe/testing/check_stage.hpp>
#include <troupe/troupe.hpp>

#include <cstdio>
#include <iostream>
#include <map>

struct archive_state : troupe::own_stage_state {
  archive_state() = default;  // CAF would make an aggregate of the actor's address
  void arrived(troupe::chunks<troupe::encoded>& what) {
    std::vector<std::uint8_t> pixels(784);
    for (auto& c : what.all)
      for (auto& item : c.items) {
        const auto at = begins.find(item.key);
        if (item.bad || at == begins.end() || std::fseek(file.get(), at->second, SEEK_SET) != 0) continue;
        if (std::fread(pixels.data(), 784, 1, file.get()) == 1) item.hold(pixels);  // without bytes it is a bad sample
      }
    own_stage_state::arrived(what);  // down the line
  }
  std::shared_ptr<std::FILE> file;
  std::map<std::string, long> begins;  // of each record, by key
};

troupe::outcome run(troupe::pipeline line) {
  auto run = line.augment({troupe::random_flip(0.5), troupe::normalize("fashion")}).output({.digest = true}).start();
  for (const troupe::batch& b : run.epoch()) (void)b.images();  // [64, 1, 28, 28] float32
  return run.wait();
}

int main() {
  const auto clothes = troupe::take(troupe::fashion_mnist(), 5'000);
  const std::shared_ptr<std::FILE> file(std::tmpfile(), &std::fclose);
  std::map<std::string, long> begins;
  std::vector<std::string> keys;
  std::vector<std::int64_t> labels;
  for (std::uint64_t i = 0; i < clothes.size(); ++i) {
    begins[keys.emplace_back("clothes/" + std::to_string(i))] = std::ftell(file.get());
    labels.push_back(clothes->label(i));
    std::fwrite(clothes->pixels(i).data(), 784, 1, file.get());
  }
  const auto archive = [&](caf::actor_system& system, const troupe::gives<troupe::encoded>& upstream) {
    return system.spawn([&, upstream](troupe::self_of<troupe::own_actor, archive_state> self) {
      self->state.file = file, self->state.begins = begins;
      return troupe::stage_behavior(self, upstream);
    });
  };
  std::cout << troupe::testing::check_stage(archive, {.keys = keys});
  const auto named = troupe::keyed(keys, troupe::label_list::of_classes(labels), {.shape = clothes->shape()});
  const auto line = troupe::pipeline{}.load(named, {.shuffle = true, .epochs = 1}).stage("archive", archive);
  const bool same = run(line).digest == run(troupe::pipeline{}.load(clothes, {.shuffle = true, .epochs = 1})).digest;
  std::printf("out of the archive the same batches as out of memory: %s\n", same ? "yes" : "no");
  begins.erase("clothes/77");
  const auto counts = run(line).dispositions;
  std::printf("without one of its records: %d delivered, %d replaced\n", int(counts.delivered), int(counts.replaced));
}
