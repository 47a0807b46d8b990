# LibTorch as a SYSTEM target. Its own configuration sets global flags and looks for CUDA tools; only what a C++ user
# needs is taken from it.
find_package(Torch REQUIRED)
add_library(troupe_torch INTERFACE)
target_link_libraries(troupe_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(troupe_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
