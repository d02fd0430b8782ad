# For CMake: cmake -DCMAKE_TOOLCHAIN_FILE=/path/to/sdk/toolchain.cmake …
# Programs are native: try_run and tests run them through env, which only starts them.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER "${CMAKE_CURRENT_LIST_DIR}/w2e-cc")
set(CMAKE_CXX_COMPILER "${CMAKE_CURRENT_LIST_DIR}/w2e-c++")
find_program(CMAKE_AR emar REQUIRED)
find_program(CMAKE_RANLIB emranlib REQUIRED)
find_program(CMAKE_NM emnm REQUIRED)
find_program(CMAKE_CROSSCOMPILING_EMULATOR env REQUIRED)
# There are only static libraries: SHARED ones are made so, and -rdynamic and -fPIC mean nothing.
set(BUILD_SHARED_LIBS OFF CACHE BOOL "")
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_FILE}") # once more, behind what CMake says of Linux
# Nothing of this machine's libraries and headers: only what libraries.sh has made.
execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/libraries.sh" --prefix OUTPUT_VARIABLE W2E_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE)
set(CMAKE_FIND_ROOT_PATH "${W2E_PREFIX}")
set(CMAKE_SYSTEM_PREFIX_PATH /)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${W2E_PREFIX}/lib/pkgconfig")
# The programs of checks need no optimization.
get_property(w2e_try GLOBAL PROPERTY IN_TRY_COMPILE)
if(w2e_try)
  set(CMAKE_EXE_LINKER_FLAGS_INIT --w2e-native=-O0)
endif()
