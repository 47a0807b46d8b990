# Copies the room and its tests, adds what a new transform takes, and builds what that has changed: the rest is linked as
# it was built.
function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message("${output}")
    message(FATAL_ERROR "${what} failed: ${code}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(here "${CMAKE_CURRENT_LIST_DIR}")
file(REMOVE_RECURSE "${WORK}")
file(COPY "${TROUPE}/augment" DESTINATION "${WORK}")
file(COPY "${TROUPE}/tests/CMakeLists.txt" "${TROUPE}/tests/catch.hpp" "${TROUPE}/tests/catch_main_2.cpp"
          "${TROUPE}/tests/augment" DESTINATION "${WORK}/tests")
file(COPY "${here}/CMakeLists.project" DESTINATION "${WORK}")
file(RENAME "${WORK}/CMakeLists.project" "${WORK}/CMakeLists.txt")

# One file, one line, one test file.
file(COPY "${here}/random_dimming.cpp" DESTINATION "${WORK}/augment")
file(READ "${WORK}/augment/known_transforms.cpp" list)
string(REPLACE "  is(normalize) \\\n" "  is(random_dimming) \\\n  is(normalize) \\\n" longer "${list}")
if(longer STREQUAL list)
  message(FATAL_ERROR "known_transforms.cpp has no line for normalize to put another one before")
endif()
file(WRITE "${WORK}/augment/known_transforms.cpp" "${longer}")
file(COPY "${here}/random_dimming_test.cpp" DESTINATION "${WORK}/tests/augment")

step("configuring" "${CMAKE_COMMAND}" -S "${WORK}" -B "${WORK}/build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
     "-DTROUPE=${TROUPE}" "-DBUILT=${BUILT}")
step("building" "${CMAKE_COMMAND}" --build "${WORK}/build" --target grown)
step("running its test" "${WORK}/build/grown")
if(NOT output MATCHES "in 2 test cases")
  message(FATAL_ERROR "the test said:\n${output}")
endif()
file(REMOVE_RECURSE "${WORK}")
