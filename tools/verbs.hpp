#pragma once
#include <string>
#include <vector>

namespace troupe {

// The verbs of the command, one file each. They take the words behind the verb and return an exit code; what is wrong
// they throw: usage_error and std::invalid_argument for the command line, other exceptions for the data or the machine.

/// troupe train DATA: trains, with everything kept under --out.
int train(const std::vector<std::string>& words);

/// troupe bench DATA: the input line without a model.
int bench(const std::vector<std::string>& words);

/// troupe inspect DATA: exactly what training would see.
int inspect(const std::vector<std::string>& words);

/// troupe pack DATA --out DIR: tar shards with an index.
int pack_command(const std::vector<std::string>& words);

}  // namespace troupe
