#pragma once
#include "options.hpp"

#include <troupe/pipeline/pipeline.hpp>
#include <troupe/sources/open.hpp>

#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What the command line describes, made definite: data opened, a pipeline described, nothing started.
struct assembly {
  opened_data data;
  std::optional<dataset> evaluation;  ///< what is evaluated on after each epoch
  std::vector<transform> transforms;  ///< of training
  pipeline line;
};

/// Opens the data and fills in what the command line left open. With `training` there is a model at the end of the
/// line. Throws usage_error or std::invalid_argument where the options are wrong, std::runtime_error where the data
/// are.
assembly assemble(run_options& o, bool training);

/// A kind of data (`opened_data::kind`) in words: "a folder of class folders".
std::string taken_for(const std::string& kind);

/// The data's own words for a person, one line a split.
std::string described(const opened_data& data);

/// What the data were taken for, for a person.
std::string recognised(const run_options& o, const assembly& a);

}  // namespace troupe
