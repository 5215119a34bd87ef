# rgm_compile_options(TARGET): warnings and optimisation common to all targets of the project.
function(rgm_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-psabi
      -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict)  # false alarms of g++ 12: AVX-512 headers, std::string
  endif()
  if(CMAKE_UNITY_BUILD)
    target_compile_options(${target} PRIVATE -Wno-shadow)  # a local name may be one of another file; other builds do warn
    # An unnamed namespace that is included is still of one unit.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(RGM_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(RGM_NATIVE)
    target_compile_options(${target} PRIVATE -march=native)
  endif()
endfunction()

# rgm_library(NAME MODULES m…): the library rgm_NAME (rgm::NAME) of all sources in src/m and all headers in include/rgm/m.
# With CMAKE_UNITY_BUILD, a module's sources are compiled as one, so that headers are read once.
function(rgm_library name)
  cmake_parse_arguments(ARG "" "" "MODULES" ${ARGN})
  list(TRANSFORM ARG_MODULES REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/\\1/*.cpp" OUTPUT_VARIABLE sources)
  list(TRANSFORM ARG_MODULES REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/include/rgm/\\1/*.h" OUTPUT_VARIABLE headers)
  file(GLOB sources CONFIGURE_DEPENDS ${sources})
  file(GLOB headers CONFIGURE_DEPENDS ${headers})
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH module)
    cmake_path(GET module FILENAME module)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${module})
  endforeach()
  add_library(rgm_${name} STATIC ${sources})
  add_library(rgm::${name} ALIAS rgm_${name})
  target_sources(rgm_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  set_target_properties(rgm_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX POSITION_INDEPENDENT_CODE ON
    UNITY_BUILD_MODE GROUP UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)"
    VERIFY_INTERFACE_HEADER_SETS ON)  # the target all_verify_interface_header_sets compiles each header on its own
  target_compile_features(rgm_${name} PUBLIC cxx_std_20)
  rgm_compile_options(rgm_${name})
  if(RGM_FUZZ)
    target_compile_options(rgm_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  install(TARGETS rgm_${name} EXPORT rgm_targets FILE_SET HEADERS)
  set_property(GLOBAL APPEND PROPERTY RGM_COMPONENTS ${name})
endfunction()
