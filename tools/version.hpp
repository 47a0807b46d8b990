#pragma once
#include <boost/json/object.hpp>

#include <string>

namespace troupe {

/// Troupe's own version and those of what it stands on: {"troupe": "0.1.0", "caf": "0.17.6", … "blas": "OpenBLAS
/// 0.3.21"}.
boost::json::object versions();

/// The verb `--version`, with or without --json.
int print_version(bool json);

}  // namespace troupe
