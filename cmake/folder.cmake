# fm_folder(NAME SOURCE dir LINK libs... [TEST_LINK libs...])
#
# A folder of src/ is one static library fm_NAME of the .cpp files directly in it, and its
# *_test.cpp files are one test program NAME_test. Folders below it are folders of their own.
function(fm_folder name)
  cmake_parse_arguments(arg "" "SOURCE" "LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${arg_SOURCE}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|benchmark)\\.cpp$")

  if(sources)
    add_library(fm_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(fm_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(fm_${name} ${scope} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(fm_${name} ${scope} ${arg_LINK})

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE fm_${name} ${arg_TEST_LINK} GTest::gtest_main)
    target_compile_options(${name}_test PRIVATE -O0) # most of the time to build went into speed here
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()
endfunction()

# fm_embed(NAME FILE INCLUDE): fm_NAME can #include "INCLUDE", the text of FILE as a string literal.
function(fm_embed name file include)
  file(READ ${file} text)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/embedded/${include} CONTENT
       "R\"embedded(@text@)embedded\"\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  target_include_directories(fm_${name} PRIVATE ${PROJECT_BINARY_DIR}/embedded)
endfunction()
