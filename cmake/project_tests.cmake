# Tests of the project as a whole: layers, headers, documents, the installed package.
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
set(python_tests ${PROJECT_SOURCE_DIR}/tests/scripts)

add_test(NAME project/layers COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_layers)
add_test(NAME project/check_layers
  COMMAND Python3::Interpreter ${python_tests}/check_layers_test.py ${PROJECT_SOURCE_DIR}/scripts/check_layers)
if(TARGET classify_images AND NOT RGM_FUZZ)  # under sanitizers it takes minutes, and the tests of pipelines see as much
  add_test(NAME project/example
    COMMAND Python3::Interpreter ${python_tests}/classify_images_test.py $<TARGET_FILE:classify_images> ${PROJECT_SOURCE_DIR})
endif()
if(TARGET own_world)
  add_test(NAME project/own_world COMMAND own_world)
  set_tests_properties(project/own_world PROPERTIES PASS_REGULAR_EXPRESSION "8192 frames: 128 rewards and 0 costs per 256")
endif()
if(TARGET serve_game)
  add_test(NAME project/serve_game COMMAND Python3::Interpreter ${python_tests}/serve_game_test.py $<TARGET_FILE:serve_game>)
endif()
if(TARGET rgm)
  add_test(NAME project/documents
    COMMAND Python3::Interpreter ${python_tests}/documents_test.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:rgm>)
endif()
add_test(NAME project/site COMMAND Python3::Interpreter -B ${python_tests}/site_test.py ${PROJECT_SOURCE_DIR})
add_test(NAME project/headers
  COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target all_verify_interface_header_sets)
set_tests_properties(project/headers PROPERTIES LABELS slow)

# rgm_installed_test(NAME BUILD): installs the build folder BUILD and builds and tests tests/consumer with what it finds there.
function(rgm_installed_test name build)
  set(folder ${PROJECT_BINARY_DIR}/installed/${name})
  add_test(NAME project/${name}/install COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${folder}/prefix)
  add_test(NAME project/${name}/consumer
    COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR}/tests/consumer ${folder}/build
      --build-generator ${CMAKE_GENERATOR}
      --build-options -DCMAKE_PREFIX_PATH=${folder}/prefix -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
        -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS} ${ARGN}
      --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --no-tests=error)
  set_tests_properties(project/${name}/install PROPERTIES LABELS slow FIXTURES_SETUP ${name}_installed)
  set_tests_properties(project/${name}/consumer PROPERTIES LABELS slow FIXTURES_REQUIRED ${name}_installed)
endfunction()
if(RGM_APPS)
  rgm_installed_test(package ${PROJECT_BINARY_DIR} -DWITH_EXPERIMENTS=ON)
endif()

# The core alone is built, installed and used to train and to play where no package but Eigen and oneTBB is to be found
# (and the headers of toml++, which the build reads).
set(others PNG JPEG ZLIB OpenSSL PkgConfig HDF5 CLI11 fmt nlohmann_json GTest rapidcheck benchmark)
list(TRANSFORM others REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON" OUTPUT_VARIABLE without_others)
set(core_build ${PROJECT_BINARY_DIR}/core)
add_test(NAME project/core/build
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR} ${core_build} --build-generator ${CMAKE_GENERATOR}
    --build-options ${without_others} -DRGM_MEDIA=OFF -DRGM_HDF5=OFF -DRGM_APPS=OFF -DRGM_TESTS=OFF -DRGM_BENCHMARKS=OFF
      -DRGM_NATIVE=OFF -DCMAKE_UNITY_BUILD=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS})
rgm_installed_test(core ${core_build} ${without_others} -DWITH_EXPERIMENTS=OFF)
set_tests_properties(project/core/build PROPERTIES LABELS slow FIXTURES_SETUP core_built)
set_property(TEST project/core/install PROPERTY FIXTURES_REQUIRED core_built)
