#pragma once
#include <troupe/augment/extent.hpp>
#include <troupe/augment/pad.hpp>
#include <troupe/augment/transform.hpp>

namespace troupe {

/// The middle of the image; an image smaller than `size` is surrounded with black (0), as torchvision does. Reports
/// `top`, `left`, `height`, `width`.
transform center_crop(sides size);

/// A random part of the image, after `padding` pixels were put on its edges, of `fill` (pixel values 0 … 255) or what
/// `mode` says. An image that is smaller even then is refused; with `pad_if_needed` as many pixels as it lacks are put
/// on both sides. Reports `top`, `left`, `height`, `width`; top and left count from the unpadded image's corner, so
/// they may be negative. By a colour it is a view that composes with others; the other modes look at pixels.
transform random_crop(sides size, margins padding = 0, bool pad_if_needed = false, colour fill = 0,
                      padding_mode mode = padding_mode::constant);

/// For evaluation: each sample five times in a row, as its four corners (top left, top right, bottom left, bottom
/// right) and its middle. An epoch has five times as many rows, a batch must have a multiple of five. A trainer's
/// evaluation takes the mean over the views of a sample; in training all views of a sample are replaced together.
/// In a loop of one's own that is `images.view({-1, 5, 3, H, W})`. Reports `top`, `left`, `height`, `width`.
transform five_crop(sides size);
/// The same ten times: the five, then the five of the mirrored image (upside down with `vertical_flip`). Reports
/// `flipped` as well.
transform ten_crop(sides size, bool vertical_flip = false);

}  // namespace troupe
