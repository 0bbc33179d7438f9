# cmake -DMODEL=callback.pml "-DDEFINES=CLIENTS=2 FAULTY" -DEXPECT=sound -DLIVENESS=ON -DSPIN=… -DCC=… -DWORK=folder -P check_model.cmake
#
# Has spin search the model's whole state space, exhaustively. EXPECT is `sound`: no assertion fails and nobody is left
# waiting, and, with LIVENESS, every call ends under weak fairness and no cycle goes on for ever; or else a regular
# expression that matches what spin must find, such as `invalid end state` or the assertion that must fail.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# A search that wants more than this is too large for the test command, and fails.
set(MEMORY_MB 2048)
set(DEPTH 1000000)
# Compiling a search takes longer than a small search.
if(NOT DEFINED OPTIMISE)
  set(OPTIMISE -O0)
endif()

function(run what)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed:\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# search(<what> <program> <options of the compiler>... RUN <options of the search>...) sets `errors` and `finding`.
function(search what program)
  cmake_parse_arguments(ARG "" "" "RUN" ${ARGN})
  run("compiling the search" ${CC} ${OPTIMISE} -w -DCOLLAPSE -DVECTORSZ=4096 -DMEMLIM=${MEMORY_MB} ${ARG_UNPARSED_ARGUMENTS}
    -o ${program} pan.c)
  run("${what}" ./${program} -m${DEPTH} ${ARG_RUN})
  # pan's `errors:` line is its verdict; a search that was cut short has none that counts.
  if(NOT output MATCHES "errors: ([0-9]+)\n" OR output MATCHES "max search depth too small|Search not completed|out of memory"
      AND NOT output MATCHES "pan:1:")
    message(FATAL_ERROR "${what} came to no verdict:\n${output}")
  endif()
  string(REGEX MATCH "errors: ([0-9]+)" ignored "${output}")
  set(count ${CMAKE_MATCH_1})
  set(errors ${count} PARENT_SCOPE)
  string(REGEX MATCH "pan:1: [^\n]*" finding "${output}")
  set(finding "${finding}" PARENT_SCOPE)
  string(REGEX MATCHALL "depth reached [0-9]+|[0-9]+ states, stored|[0-9]+ transitions|[0-9.]+\ttotal actual memory" counts
    "${output}")
  list(JOIN counts ", " counts)
  string(REPLACE "\ttotal actual memory" " MB" counts "${counts}")
  message("${what}: ${counts}; errors: ${count} ${finding}")
endfunction()

separate_arguments(defines UNIX_COMMAND "${DEFINES}")
list(TRANSFORM defines PREPEND -D)
run("spin" ${SPIN} -a ${defines} ${MODEL})

search("searching for a wrong answer, a deadlock or something left over" safety -DSAFETY -DNOCLAIM)
if(NOT EXPECT STREQUAL "sound")
  if(errors EQUAL 0 OR NOT finding MATCHES "${EXPECT}")
    message(FATAL_ERROR "${DEFINES}: spin was to find '${EXPECT}', and found '${finding}'")
  endif()
  return()
endif()
if(NOT errors EQUAL 0)
  message(FATAL_ERROR "${DEFINES}: must be sound, and is not: ${finding}")
endif()
if(LIVENESS)
  search("searching for a call without end, under weak fairness" fair -DNFAIR=4 RUN -a -f -N every_call_ends)
  if(NOT errors EQUAL 0)
    message(FATAL_ERROR "${DEFINES}: every call must end: ${finding}")
  endif()
  search("searching for a cycle, under no fairness at all" cycle -DNP -DNOCLAIM RUN -l)
  if(NOT errors EQUAL 0)
    message(FATAL_ERROR "${DEFINES}: nothing may go on for ever: ${finding}")
  endif()
endif()
