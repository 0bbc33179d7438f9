# What every target of the house is built with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # pch_defines and time_macros let ccache work together with precompiled headers; the other two let clones of the
  # project share what was compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers -Wconversion -Wno-sign-conversion)
# GCC 12 at -O2 sees accesses out of bounds in std::string's own operator+ (GCC bug 105651) and its kin, and takes Asio's
# coroutine frames for wrongly freed ones.
add_compile_options("$<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-maybe-uninitialized;-Wno-mismatched-new-delete>")
option(PLATEN_WERROR "Warnings are errors" ON)
if(PLATEN_WERROR)
  add_compile_options(-Werror)
endif()

# The presets that are built as a whole, not file by file, join sources (docs/developing.md). Two warnings then see a header
# where there is a joined source: what is local to it is in a coroutine's frame, or shadowed in the next source.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

# PLATEN_SANITIZE: "address,undefined" or "thread".
set(PLATEN_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(PLATEN_SANITIZE)
  add_compile_options(-fsanitize=${PLATEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PLATEN_SANITIZE})
  if(PLATEN_SANITIZE MATCHES "undefined")
    # A third of the compiling, for little: ASan stops at a null pointer anyway, nothing here is cast down, and what comes
    # from outside is copied out of its octets, never cast in place.
    add_compile_options(-fno-sanitize=null,vptr,alignment)
  endif()
  if(PLATEN_SANITIZE MATCHES "thread")
    # TSan does not understand fences; Asio's locks are enough without them. SQLite and the like are not instrumented.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  # GCC cannot see through Asio's allocators once it instruments them, and warns of what is not there.
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-mismatched-new-delete>")
endif()

# The fuzz entries are driven by libFuzzer, which wants to see the branches of all code beneath them: clang only.
# UBSan's check of calls by pointer writes what clang 14 cannot assemble in a coroutine.
option(PLATEN_FUZZ "Link the fuzz entries to libFuzzer" OFF)
if(PLATEN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()

# Asio and Beast are compiled once, in base/asio.cpp and spooler's own copy of Beast.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
# Asio keeps so many blocks of each kind per thread for the next operation; with its own 2, nested coroutines would allocate.
add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(spdlog REQUIRED)
find_package(PkgConfig REQUIRED)

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
