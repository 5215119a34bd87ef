# Install, and find_package(rgm COMPONENTS core media hdf5 experiments).
include(CMakePackageConfigHelpers)
get_property(RGM_COMPONENTS GLOBAL PROPERTY RGM_COMPONENTS)
set(RGM_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rgm)
install(EXPORT rgm_targets NAMESPACE rgm:: DESTINATION ${RGM_CONFIG_DIR} FILE rgm-targets.cmake)
configure_package_config_file(cmake/rgm-config.cmake.in ${PROJECT_BINARY_DIR}/rgm-config.cmake INSTALL_DESTINATION ${RGM_CONFIG_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rgm-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rgm-config.cmake ${PROJECT_BINARY_DIR}/rgm-config-version.cmake DESTINATION ${RGM_CONFIG_DIR})
