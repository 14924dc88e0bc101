# cmake -D PROGRAM=… -D SCDOC=… -D FOLDER=… -P documents.cmake
# Manual pages and completions, asked from the program itself.
function(ask result)
    execute_process(COMMAND ${PROGRAM} help ${ARGN} OUTPUT_VARIABLE text
                    COMMAND_ERROR_IS_FATAL ANY)
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

# The text is kept in a file on its way: a CMake list would eat semicolons and brackets.
function(write_page page)
    execute_process(COMMAND ${PROGRAM} help --scdoc ${ARGN} OUTPUT_FILE ${FOLDER}/page.scd
                    COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${SCDOC} INPUT_FILE ${FOLDER}/page.scd
                    OUTPUT_FILE ${FOLDER}/man1/${page}.1 COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE ${FOLDER}/page.scd)
endfunction()

function(write_completion shell file)
    execute_process(COMMAND ${PROGRAM} help --completion ${shell} OUTPUT_FILE ${FOLDER}/${file}
                    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(MAKE_DIRECTORY ${FOLDER})
if(SCDOC)
    file(MAKE_DIRECTORY ${FOLDER}/man1)
    ask(names --names)
    string(REPLACE "\n" ";" names "${names}")
    write_page(samestory)
    foreach(name IN LISTS names)
        if(name)
            write_page(samestory-${name} ${name})
        endif()
    endforeach()
endif()
write_completion(bash samestory)
write_completion(zsh _samestory)
write_completion(fish samestory.fish)
