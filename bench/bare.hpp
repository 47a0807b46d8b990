#pragma once
// The limit: the kernels of augment/ in bare threads with an atomic counter, writing into hot, reused batch buffers. No
// actors, no messages, no ledger. Reads its files itself.
#include <troupe/augment/recipe.hpp>
#include <troupe/pipeline/plan.hpp>
#include <troupe/pipeline/ring.hpp>
#include <troupe/sources/source.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

namespace troupe::bench {

/// Where rows begin in the JPEGs of a data set, by index: what a line remembers from its first epoch on.
using all_marks = std::vector<std::vector<scan_mark>>;

/// One epoch of rows: each thread takes the next `chunk` positions until there are none. `marks`, a place for each
/// sample, are used and added to: each comes once in an epoch, so that no two threads meet at one.
inline void bare_epoch(const dataset& data, const recipe& prepare, const pass& of, ring& memory, int threads,
                       std::uint64_t chunk, all_marks* marks = nullptr) {
  std::atomic<std::uint64_t> next{0};
  auto work = [&] {
    scratch mine;
    std::vector<std::uint8_t> file;
    for (std::uint64_t from; (from = next.fetch_add(chunk)) < of.positions;) {
      for (auto offset = from; offset < std::min(from + chunk, of.positions); ++offset) {
        const auto index = of.index(offset, 0);
        picture what;
        if (const auto shape = data->shape()) {
          what = {data->pixels(index), shape, {}};
        } else {
          const int fd = ::open(data->path(index).c_str(), O_RDONLY | O_CLOEXEC);
          struct stat info {};
          if (fd < 0 || ::fstat(fd, &info) != 0) throw std::runtime_error("cannot open " + data->path(index));
          file.resize(std::size_t(info.st_size));
          if (::pread(fd, file.data(), file.size(), 0) != info.st_size) throw std::runtime_error("cannot read");
          ::close(fd);
          what = {file, {}, {}};
          if (marks) what.marks = (*marks)[index];
        }
        const auto buffer = std::uint32_t(offset / of.batch_size % memory.buffers());
        const auto row = offset % of.batch_size;
        auto* pixels = reinterpret_cast<float*>(memory.row(buffer, layout::images, row));
        if (prepare.run(what, of.key(offset, 0), pixels, mine)) throw std::runtime_error("bad sample");
        const auto seen = mine.marks();
        if (marks && seen.size() > what.marks.size()) (*marks)[index].assign(seen.begin(), seen.end());
        const auto label = data->label(index), shown = std::int64_t(index);
        std::memcpy(memory.row(buffer, layout::labels, row), &label, sizeof label);
        std::memcpy(memory.row(buffer, layout::indices, row), &shown, sizeof shown);
      }
    }
  };
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t) pool.emplace_back(work);
  for (auto& t : pool) t.join();
}

}  // namespace troupe::bench
