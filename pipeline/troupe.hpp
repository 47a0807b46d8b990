#pragma once
/// Everything but whole actors (`<troupe/actors/stage.hpp>`). No header from here includes CAF or LibTorch.
#include <troupe/augment/targets.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/models/resnet18.hpp>
#include <troupe/models/small_cnn.hpp>
#include <troupe/pipeline/interrupt.hpp>
#include <troupe/pipeline/pipeline.hpp>
#include <troupe/pipeline/running_pipeline.hpp>
#include <troupe/sources/concatenate.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/hold_out.hpp>
#include <troupe/sources/idx.hpp>
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/slice.hpp>
#include <troupe/sources/subset.hpp>
