#pragma once
#include "row_by_row.hpp"

#include <string>
#include <vector>

namespace troupe {

/// Writes a batch as one PNG: its images as a person would see them (normalisation undone), in a grid, index and class
/// below each. Small images are enlarged, pixel by pixel. Throws std::runtime_error naming the file.
void write_contact_sheet(const std::string& file, const inspected_batch& b, const dataset& data,
                         const std::vector<transform>& transforms);

}  // namespace troupe
