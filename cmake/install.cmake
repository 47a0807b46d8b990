# What `cmake --install` leaves: headers as they are included, static libraries, the command, and a package for
# find_package(troupe). Two export sets: the line needs no LibTorch, training does.
include(CMakePackageConfigHelpers)
set(troupe_package "${CMAKE_INSTALL_LIBDIR}/cmake/troupe")

foreach(room augment sources observe pipeline actors models testing)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${room}/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/troupe/${room}"
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/pipeline/troupe.hpp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/troupe")

set_target_properties(troupe_options PROPERTIES EXPORT_NAME options)
install(TARGETS troupe_options troupe_vision troupe_sources troupe_core troupe_testing EXPORT troupe_line)
install(EXPORT troupe_line NAMESPACE troupe:: FILE troupe_line.cmake DESTINATION "${troupe_package}")

if(TROUPE_WITH_TORCH)
  set_target_properties(troupe_torch PROPERTIES EXPORT_NAME torch)
  install(TARGETS troupe_torch troupe_models troupe_train troupe EXPORT troupe_training)
  install(EXPORT troupe_training NAMESPACE troupe:: FILE troupe_training.cmake DESTINATION "${troupe_package}")
  if(TARGET troupe_command)
    install(TARGETS troupe_command)
  endif()
endif()

configure_package_config_file(cmake/troupe-config.cmake.in troupe-config.cmake INSTALL_DESTINATION "${troupe_package}")
write_basic_package_version_file(troupe-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/troupe-config.cmake" "${PROJECT_BINARY_DIR}/troupe-config-version.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake" "${PROJECT_SOURCE_DIR}/cmake/FindWebP.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/FindZSTD.cmake"
        DESTINATION "${troupe_package}")
