#pragma once
// One include for both Catch2 generations. LibTorch (through glog) and Catch2 both define CHECK: include this header
// last, and Catch2's meaning holds.
#undef CHECK
#define CATCH_CONFIG_FAST_COMPILE  // an exception is reported with its test, not with its expression
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
namespace Catch {
inline auto Contains(const std::string& s) { return Matchers::ContainsSubstring(s); }
}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif
