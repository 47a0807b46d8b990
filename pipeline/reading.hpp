#pragma once

namespace troupe {

struct prepared_data;
struct run_settings;

/// Whether anything that a run takes of these data lies in files.
bool reads_files(const prepared_data& of);

/// Whether anything that a run takes of these data is a key.
bool has_keys(const prepared_data& of);

/// Throws std::invalid_argument where samples are keys and there is no stage of one's own that could bring their bytes,
/// or a cache that would have nothing to keep.
void check_keys(const run_settings& s);

/// Throws std::invalid_argument where a stream is asked for what needs every sample to be within reach, or their
/// number.
void check_stream(const run_settings& s);

}  // namespace troupe
