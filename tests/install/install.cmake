# Installs a build tree into an empty prefix, then configures, builds and runs consumer/ against it.
function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "${what} failed: ${code}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
step("installing" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
step("configuring another project" "${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}"
     "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
if(output MATCHES "LibTorch|Torch")
  message(FATAL_ERROR "a project without training was made to look for LibTorch:\n${output}")
endif()
step("building another project" "${CMAKE_COMMAND}" --build "${WORK}/build")
step("running it" "${WORK}/build/consumer")
if(NOT output MATCHES "2 batches, 16 rows")
  message(FATAL_ERROR "the program said:\n${output}")
endif()

step("listing what <troupe/troupe.hpp> includes" "${COMPILER}" -std=c++20 "-I${WORK}/prefix/include" -M
     "${CONSUMER}/everything.cpp")
if(output MATCHES "[^ ]*/(caf|torch|ATen|c10|opencv2)/[^ ]*")
  message(FATAL_ERROR "<troupe/troupe.hpp> includes ${CMAKE_MATCH_0}")
endif()
file(REMOVE_RECURSE "${WORK}")
