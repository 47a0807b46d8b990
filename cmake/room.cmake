# A room is a folder of the walk. Headers are included as installed: <troupe/ROOM/NOUN.hpp>, through one link a room.
set(TROUPE_INCLUDE "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${TROUPE_INCLUDE}/troupe")
foreach(room augment sources observe pipeline actors models testing)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${room}" "${TROUPE_INCLUDE}/troupe/${room}" SYMBOLIC)
endforeach()
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/pipeline/troupe.hpp" "${TROUPE_INCLUDE}/troupe/troupe.hpp" SYMBOLIC)

add_library(troupe_options INTERFACE)
target_compile_features(troupe_options INTERFACE cxx_std_20)
target_include_directories(troupe_options INTERFACE "$<BUILD_INTERFACE:${TROUPE_INCLUDE}>"
                                                    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
# GCC 12 sees overlapping copies in std::string's operator+ that are not there (PR 105651).
target_compile_options(troupe_options INTERFACE "$<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>>")
if(TROUPE_SANITIZE)
  set(sanitizers -fsanitize=${TROUPE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(NOT TROUPE_SANITIZE STREQUAL "thread")
    list(APPEND sanitizers -fno-sanitize=null)  # CAF's init_fun_factory.hpp forms references to null
  endif()
  target_compile_options(troupe_options INTERFACE "$<BUILD_INTERFACE:${sanitizers}>")
  target_link_options(troupe_options INTERFACE "$<BUILD_INTERFACE:-fsanitize=${TROUPE_SANITIZE}>")
endif()

# troupe_library(NAME SOURCES...): a static library troupe_NAME, known as troupe::NAME
function(troupe_library name)
  add_library(troupe_${name} STATIC ${ARGN})
  add_library(troupe::${name} ALIAS troupe_${name})
  set_target_properties(troupe_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(troupe_${name} PUBLIC troupe_options)
endfunction()
