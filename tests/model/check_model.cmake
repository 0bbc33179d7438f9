# cmake -DMODEL=callback.pml -DDEFINE=NAIVE=1 -DEXPECT=deadlock|sound -DSPIN=… -DCC=… -DWORK=folder -P check_model.cmake
#
# Has spin search the model's whole state space. `deadlock` passes only if one is found; `sound` only if there is none,
# nothing wrong is accepted, and every call ends.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(run what)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed:\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# pan's `errors:` line is its verdict; a search that was cut short has none that counts.
function(expect_errors what count)
  message("${output}")
  if(NOT output MATCHES "errors: ${count}\n" OR output MATCHES "max search depth too small")
    message(FATAL_ERROR "${what}: not what was expected (errors: ${count})")
  endif()
endfunction()

run("spin" ${SPIN} -a -D${DEFINE} ${MODEL})
run("compiling the search" ${CC} -O2 -w -DSAFETY -DNOCLAIM -o deadlock pan.c)
run("compiling the search" ${CC} -O2 -w -DNFAIR=4 -o claims pan.c)

run("searching for a deadlock" ./deadlock -m1000000)
if(EXPECT STREQUAL "deadlock")
  expect_errors("${DEFINE} must deadlock" 1)
  if(NOT output MATCHES "invalid end state")
    message(FATAL_ERROR "${DEFINE} failed in another way than by deadlock")
  endif()
else()
  expect_errors("${DEFINE} must not deadlock" 0)
  run("searching for a wrong answer" ./claims -a -m1000000 -N nothing_wrong_is_accepted)
  expect_errors("nothing wrong may be accepted" 0)
  run("searching for a call without end" ./claims -a -f -m1000000 -N every_call_ends)
  expect_errors("every call must end" 0)
endif()
