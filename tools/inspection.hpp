#pragma once
#include "row_by_row.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace troupe {

/// {"epoch", "batch", "rows": [{"row", "position", "index", "path", "label", "class", "width", "height",
/// "transforms"}]}, `fields` (their names) where there are more than images, labels and indices, and `transforms` of
/// the batch as a whole where there are any; a row that stands for bad samples has `replaces`: their index, path and
/// reason.
boost::json::object inspection_json(const inspected_batch& b, const dataset& data);

/// The same for a person, one line a row.
std::string inspection_table(const inspected_batch& b, const dataset& data);

}  // namespace troupe
