// fresh_process FOLDER CPUS MEMORY_MIB: runs the line over a folder of class folders, every batch looked at and let go,
// and prints the bound that it promised and the most memory that this process ever had, in bytes.
#include <troupe/augment/transforms.hpp>
#include <troupe/observe/process.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/image_folder.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  try {
    const auto p = troupe::pipeline{}
                       .load(troupe::image_folder(argv[1]), {.shuffle = true, .epochs = 1})
                       .augment({troupe::random_resized_crop(128), troupe::random_flip(0.5)})
                       .batch({.size = 16})
                       .budget({.cpus = std::atoi(argv[2]), .memory_bytes = std::size_t(std::atoi(argv[3])) << 20});
    auto run = p.start();
    for (const auto& b : run.epoch()) {
      if (b.rows() == 0) return 1;
    }
    const auto o = run.wait();
    std::cout << run.memory().bound_bytes() << " " << troupe::peak_resident_bytes() << " " << o.dispositions.delivered
              << "\n";
    return o.ok() ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
