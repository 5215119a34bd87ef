# The Python package's engine, its compiled part, may be compiled for several levels of x86-64, of which it loads the best that the
# processor has (python/rgm/_engine.py): then the core is compiled once for each, all else once, and the module linked once for each.

# rgm_core_for(LEVEL): the object library rgm_core_LEVEL, which is rgm_core compiled with -march=LEVEL.
function(rgm_core_for level)
  get_target_property(sources rgm_core SOURCES)
  add_library(rgm_core_${level} OBJECT ${sources})
  set_target_properties(rgm_core_${level} PROPERTIES POSITION_INDEPENDENT_CODE ON UNITY_BUILD_MODE GROUP)
  target_include_directories(rgm_core_${level} PRIVATE $<TARGET_PROPERTY:rgm_core,INCLUDE_DIRECTORIES> ${PROJECT_SOURCE_DIR}/include)
  target_compile_definitions(rgm_core_${level} PRIVATE $<TARGET_PROPERTY:rgm_core,COMPILE_DEFINITIONS>)
  target_link_libraries(rgm_core_${level} PRIVATE Eigen3::Eigen TBB::tbb)
  rgm_compile_options(rgm_core_${level})
  target_compile_options(rgm_core_${level} PRIVATE -march=${level})
endfunction()

# rgm_processor_flags(OUT OPTION…): what a processor must have, in the words of Linux's /proc/cpuinfo, to run what is compiled with
# these options; empty where that is not known (another processor's family).
function(rgm_processor_flags out)
  file(WRITE ${PROJECT_BINARY_DIR}/generated/empty.cpp "")
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${flags} ${ARGN} -dM -E ${PROJECT_BINARY_DIR}/generated/empty.cpp
    OUTPUT_VARIABLE macros RESULT_VARIABLE failed ERROR_QUIET)
  set(wanted "")
  if(NOT failed AND macros MATCHES "__x86_64__")
    # A macro of the compiler's is the flag's name in capitals, but for these.
    set(SSE3 pni)
    set(BMI bmi1)
    set(LZCNT abm)
    set(PCLMUL pclmulqdq)
    set(SHA sha_ni)
    set(AVX512BF16 avx512_bf16)
    set(AVX512BITALG avx512_bitalg)
    set(AVX512FP16 avx512_fp16)
    set(AVX512VBMI2 avx512_vbmi2)
    set(AVX512VNNI avx512_vnni)
    set(AVX512VPOPCNTDQ avx512_vpopcntdq)
    set(AVX512VP2INTERSECT avx512_vp2intersect)
    set(AVXVNNI avx_vnni)
    foreach(name SSE3 SSSE3 SSE4_1 SSE4_2 SSE4A AVX AVX2 FMA FMA4 XOP F16C BMI BMI2 LZCNT POPCNT MOVBE ADX PCLMUL AES VAES VPCLMULQDQ SHA
            GFNI AVX512F AVX512BW AVX512CD AVX512DQ AVX512VL AVX512IFMA AVX512VBMI AVX512BF16 AVX512BITALG AVX512FP16 AVX512VBMI2
            AVX512VNNI AVX512VPOPCNTDQ AVX512VP2INTERSECT AVXVNNI)
      if(macros MATCHES "#define __${name}__ 1")
        if(DEFINED ${name})
          list(APPEND wanted ${${name}})
        else()
          string(TOLOWER ${name} flag)
          list(APPEND wanted ${flag})
        endif()
      endif()
    endforeach()
  endif()
  set(${out} ${wanted} PARENT_SCOPE)
endfunction()
