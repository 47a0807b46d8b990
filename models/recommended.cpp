#include <troupe/models/recommended.hpp>

namespace troupe {

recommendation recommended(std::string_view model, std::string_view kind) {
  if (model == "small_cnn" || kind == "fashion-mnist")
    return {{.epochs = 4, .optimizer = {"adamw", 0.005, 0, 0.01}, .schedule = "one_cycle", .label_smoothing = 0.1},
            128};
  return {{.epochs = 10,
           .optimizer = {"sgd", 0.05, 0.9, 1e-4},
           .schedule = "cosine",
           .warmup_epochs = 0.5,
           .label_smoothing = 0.1},
          64};
}

}  // namespace troupe
