#pragma once
#include <functional>

namespace troupe {

/// Where a callback is to run: whatever takes work and does it, in the order in which it came, on a thread of its own.
/// A GUI's or a server's loop gets it there, Asio's so:
///
///     [&loop](std::function<void()> work) { boost::asio::post(loop, std::move(work)); }
///
/// Empty: on the monitor's thread, at once. It is called on that thread, may not block it, and must outlive the run.
using executor = std::function<void(std::function<void()>)>;

}  // namespace troupe
