#pragma once
#include <troupe/augment/batch_transform.hpp>

#include <vector>

namespace troupe {

/// Whether a parameter is drawn once for all rows of a batch, as torchvision does, or for each row.
enum class draw_for : std::uint8_t { batch, sample };

/// Every row becomes lambda times itself plus 1 - lambda times the row before it (the first: the last), images and
/// labels alike; lambda from Beta(alpha, alpha). torchvision's MixUp. Zhang, Cisse, Dauphin, Lopez-Paz: "mixup: Beyond
/// Empirical Risk Minimization", ICLR 2018. Reports `lambda`.
batch_transform mixup(double alpha = 1, draw_for draws = draw_for::batch);

/// A rectangle of every row comes from the row before it (the first: the last), and as much of its label; the area from
/// Beta(alpha, alpha), the centre uniform. torchvision's CutMix. Yun et al.: "CutMix: Regularization Strategy to Train
/// Strong Classifiers with Localizable Features", ICCV 2019. Reports `lambda`, `top`, `left`, `height`, `width`.
batch_transform cutmix(double alpha = 1, draw_for draws = draw_for::batch);

/// Labels become (1 - epsilon) times themselves plus epsilon / C. Szegedy et al.: "Rethinking the Inception
/// Architecture", CVPR 2016. A trainer does it by itself: `train_options::label_smoothing`.
batch_transform label_smoothing(double epsilon = 0.1);

/// One of them for each batch; `p` are their weights, the same for all where it is empty. Reports `choice`, counted
/// from 0, and what that one drew.
batch_transform random_choice(std::vector<batch_transform> transforms, std::vector<double> p = {});

}  // namespace troupe
