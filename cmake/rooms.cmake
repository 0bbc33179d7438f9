# A room is a folder, a library target and an include root. A room sees another room's headers only when it
# needs it, because the include root holds nothing but that one folder:
#
#   build/rooms/port/port -> <source>/port      #include "port/port.hpp"
#
# PLATEN_MAY_NEED is the house's direction of dependency in one place; a room that asks for more fails to configure.

set(PLATEN_MAY_NEED_base)
set(PLATEN_MAY_NEED_port base)
set(PLATEN_MAY_NEED_bidi base)
set(PLATEN_MAY_NEED_rpc base)
set(PLATEN_MAY_NEED_inf base)
set(PLATEN_MAY_NEED_virtual base)
set(PLATEN_MAY_NEED_langmon base port bidi rpc)
set(PLATEN_MAY_NEED_driver base inf)
set(PLATEN_MAY_NEED_spooler base rpc inf bidi langmon_wire)
set(PLATEN_MAY_NEED_ui base)

# platen_include_root(<target> <room>): lets <target> and its users include "<room>/...".
function(platen_include_root target room)
  set(root ${CMAKE_BINARY_DIR}/rooms/${room})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${room} ${root}/${room} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${root})
endfunction()

# platen_room(<target> ROOM <room> SOURCES ... NEEDS <targets without platen_> LIBS ... PRIVATE_LIBS ...)
function(platen_room target)
  cmake_parse_arguments(ARG "" "ROOM" "SOURCES;NEEDS;LIBS;PRIVATE_LIBS" ${ARGN})
  foreach(need IN LISTS ARG_NEEDS)
    string(REGEX REPLACE "_.*" "" need_room ${need})
    if(NOT need_room STREQUAL ARG_ROOM AND NOT need IN_LIST PLATEN_MAY_NEED_${ARG_ROOM}
       AND NOT need_room IN_LIST PLATEN_MAY_NEED_${ARG_ROOM})
      message(FATAL_ERROR "${target}: the room '${ARG_ROOM}' may not need '${need}' (see cmake/rooms.cmake)")
    endif()
  endforeach()
  add_library(platen_${target} STATIC ${ARG_SOURCES})
  platen_include_root(platen_${target} ${ARG_ROOM})
  list(TRANSFORM ARG_NEEDS PREPEND platen_)
  target_link_libraries(platen_${target} PUBLIC ${ARG_NEEDS} ${ARG_LIBS} PRIVATE ${ARG_PRIVATE_LIBS})
  platen_precompile(platen_${target})
endfunction()

# platen_loops(<sources>...): files with a loop over every pixel. They are optimised in every build, or a page would take
# seconds under a sanitizer.
function(platen_loops)
  set_source_files_properties(${ARGN} PROPERTIES
    COMPILE_OPTIONS "$<$<CONFIG:Debug>:-O2>" SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# platen_program(<name> SOURCES ... NEEDS ... LIBS ...): an executable in build/bin.
function(platen_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;NEEDS;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_NEEDS PREPEND platen_)
  target_link_libraries(${name} PRIVATE ${ARG_NEEDS} ${ARG_LIBS})
  platen_precompile(${name})
endfunction()

# One precompiled header for the whole house, made by base/.
function(platen_precompile target)
  if(NOT target STREQUAL "platen_base")
    target_precompile_headers(${target} REUSE_FROM platen_base)
  endif()
endfunction()
