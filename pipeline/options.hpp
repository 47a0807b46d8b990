#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include <troupe/augment/recipe.hpp>
#include <troupe/observe/snapshot.hpp>
#include <troupe/pipeline/cpu_share.hpp>
#include <troupe/pipeline/sampling.hpp>

namespace troupe {

/// Bytes, as one writes them: `512_MiB`.
inline namespace literals {
constexpr std::size_t operator""_KiB(unsigned long long n) noexcept { return std::size_t(n) << 10; }
constexpr std::size_t operator""_MiB(unsigned long long n) noexcept { return std::size_t(n) << 20; }
constexpr std::size_t operator""_GiB(unsigned long long n) noexcept { return std::size_t(n) << 30; }
}  // namespace literals

/// What is kept in memory of samples that come from files, so that later epochs need not read or decode them again.
/// Whoever comes first is kept, as long as `--memory` has room beside the line itself.
enum class cached : std::uint8_t {
  none,
  encoded,  ///< files as they were read: for slow disks
  decoded,  ///< whole pictures: ten times the memory or more, and nothing is decoded again. JPEGs are never decoded at
            ///< a fraction of their size then, so that rows do not depend on what fits
};

/// How samples are chosen and read.
struct load_options {
  bool shuffle = false;    ///< another order each epoch, computed per position: nothing to fill, nothing to wait for
  std::uint64_t seed = 0;  ///< of the shuffle and of every random transform
  troupe::sampling sampling = {};  ///< by_class(), by_part(), by_weight(); empty: each sample once an epoch
  std::uint64_t epochs = 0;  ///< passes over the data; 0: as many as are asked for. With a trainer, its own count holds
  std::uint64_t limit = 0;  ///< the first so many samples of each epoch's order; 0: all. With `sampling`, the length of
                            ///< an epoch, also beyond the number of samples
  std::size_t read_ahead_bytes = std::size_t{32} << 20;  ///< encoded bytes held at once; more hides a slower disk
  int readers = 0;  ///< threads that read files, 1 … 64; more for disks with long latency. 0: 4, and up to 32 by tuning
  cached cache = cached::none;  ///< what later epochs find in memory; without effect on data that are there anyway
};

/// How augmentation is shared out.
struct augment_options {
  int chunk = 0;                              ///< samples a message; 0: as many as take about a millisecond, by tuning
  bool strict = true;                         ///< false: deliver damaged images as far as they can be decoded
  jpeg_decoder decoder = jpeg_decoder::fast;  ///< the same pixels either way; portable is libjpeg-turbo alone
  further_formats also = {};                  ///< GIF, BMP, TIFF, beside JPEG, PNG and WebP: `{.gif = true}`
  std::uint8_t mask_fill = 0;  ///< of `masks`, where the picture has been left: 0, or what the loss ignores
  /// Rows of `boxes` and `keypoints`, M; 0: as many as any sample of the data has. A sample with more is `too_large`.
  std::size_t most_boxes = 0, most_keypoints = 0;
};

/// Which finished batch is delivered next.
enum class delivery : std::uint8_t {
  in_order,  ///< that of the plan: a slow sample delays it and those behind it, while workers go on until no buffer is
             ///< free
  ready,     ///< whichever of its epoch is finished first: the same batches, in an order that depends on time
};

/// How batches are made.
struct batch_options {
  std::size_t size = 64;                ///< rows, >= 1
  bool drop_last = false;               ///< leave the incomplete last batch of an epoch out
  delivery order = delivery::in_order;  ///< `ready` where samples differ much in cost; a digest is no use then
  int buffers = 0;                      ///< batches in memory; 0: as many as overlap needs. 1 runs, without overlap
  /// Of images: float32 or bfloat16, or uint8 for pixels as they are, a quarter of the memory, without `normalize`. A
  /// trainer takes float32, channels first; a loop of your own takes what you say.
  element type = element::float32;
  bool channels_last = false;  ///< `[N, H, W, C]` instead of `[N, C, H, W]`
};

/// What the monitor watches for.
struct monitor_options {
  std::chrono::milliseconds interval{100};            ///< between two looks
  std::chrono::milliseconds stall_after{10'000};      ///< nothing moves for so long although work is wanted: `stall`
  std::chrono::milliseconds slow_start_after{5'000};  ///< no first batch after so long: `slow_start`
  std::size_t memory_limit_bytes = 0;  ///< resident memory above this: `memory_limit`; 0: the machine's own
  std::vector<rule> rules = {};        ///< rules of one's own, beside the built-in ones
};

/// What may move while a run goes on, one step at a time, to where it is fastest. No bit of a batch depends on it.
enum class tuned : std::uint8_t {
  none,   ///< nothing
  input,  ///< workers at work, readers, read-ahead, chunks: weights do not depend on them either
  all,    ///< LibTorch's threads, too: the last bits of the weights depend on them, and so on when they moved
};
/// none, input or all.
const char* to_string(tuned what) noexcept;

/// What a run may use.
struct budget_options {
  int cpus =
      0;  ///< threads of work; 0: those of `share`, or of the process: cgroup quota or affinity, whichever is less
  /// With which other pipelines it shares its processors; none: with those of the process that are given neither this
  /// nor `cpus`.
  cpu_share share = {};
  std::size_t memory_bytes = std::size_t{2}
                             << 30;  ///< that the line may allocate; it takes what overlap needs, no more
  int workers = 0;                   ///< augment workers; 0: as many as `cpus`, of which tuning lets some rest
  int trainer_threads = 0;           ///< LibTorch's; 0: as many as `cpus`. The same number gives the same weights
  tuned tune = tuned::input;         ///< what is not given as a number, here or in load() and augment(), may move
};

/// What a run leaves behind.
struct output_options {
  std::filesystem::path directory = {};  ///< events.jsonl, quarantine.jsonl, checkpoints; empty: nothing
  bool digest = false;                   ///< hash every delivered batch; costs a pass over its memory
};

}  // namespace troupe
