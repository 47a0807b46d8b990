#pragma once

namespace troupe {

/// Throws std::runtime_error, with what limits them, where this process cannot have `threads` more at once. Asked
/// before a run begins: a line that lacks one of its threads would wait for it for ever.
void expect_room_for(int threads);

}  // namespace troupe
