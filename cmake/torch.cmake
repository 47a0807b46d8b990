# LibTorch as a SYSTEM target. Its own configuration sets global flags, looks for CUDA tools and warns of optional parts
# that a distribution leaves out (kineto); only what a C++ user needs is taken from it, and only its errors are shown.
set(troupe_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
set(troupe_cxx_flags "${CMAKE_CXX_FLAGS}")
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch REQUIRED)
set(CMAKE_CXX_FLAGS "${troupe_cxx_flags}")
set(CMAKE_MESSAGE_LOG_LEVEL "${troupe_log_level}")
message(STATUS "Found LibTorch: ${TORCH_LIBRARY}")
add_library(troupe_torch INTERFACE)
target_link_libraries(troupe_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(troupe_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
