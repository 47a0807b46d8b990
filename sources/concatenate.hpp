#pragma once
#include <troupe/sources/source.hpp>

#include <map>
#include <string>
#include <vector>

namespace troupe {

/// Several data sets as one, end to end.
///
///     auto all = troupe::concatenate({photos, drawings});
///     pipeline.load(all, {.shuffle = true, .sampling = troupe::by_part({0.7, 0.3})})
///
/// Classes of one name are one class; the others follow in the order in which they are met first. With class names
/// given (those of a training split), every class must be among them. All are files, or all are in memory and of one
/// shape. Values have the same names in the same order. Throws std::invalid_argument where they are not, and for an
/// empty list.
dataset concatenate(std::vector<dataset> parts, const std::vector<std::string>& class_names = {});

/// The same samples under other class names: `rename_classes(cars, {{"automobile", "car"}, {"cab", "car"}})`. Classes
/// that come to have one name become one class. Throws std::invalid_argument for a class that is not there.
dataset rename_classes(dataset data, const std::map<std::string, std::string>& renamed);

}  // namespace troupe
