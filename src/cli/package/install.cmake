# What is installed, and the Debian package of it.
include(CMakePackageConfigHelpers)

# --- library: header, pkg-config and CMake package files
if(BUILD_SHARED_LIBS)
    set(SAMESTORY_LIBRARY_KIND SHARED)
    set(SAMESTORY_LIBRARY_FILE
        ${CMAKE_SHARED_LIBRARY_PREFIX}samestory${CMAKE_SHARED_LIBRARY_SUFFIX})
    set(SAMESTORY_PC_NEEDS)
    set(SAMESTORY_PC_NEEDED_LIBS)
    target_link_options(samestory PRIVATE
        LINKER:--version-script=${CMAKE_CURRENT_LIST_DIR}/samestory.map)
    set_target_properties(samestory PROPERTIES
        LINK_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/samestory.map)
    # The program finds its library wherever both are installed.
    set_target_properties(samestory_program PROPERTIES
        INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
else()
    set(SAMESTORY_LIBRARY_KIND STATIC)
    set(SAMESTORY_LIBRARY_FILE
        ${CMAKE_STATIC_LIBRARY_PREFIX}samestory${CMAKE_STATIC_LIBRARY_SUFFIX})
    # Only the static library is there: whoever links it needs these, asked for or not.
    set(SAMESTORY_PC_NEEDS "libxxhash sqlite3 simdjson libzstd zlib")
    set(SAMESTORY_PC_NEEDED_LIBS " ${OpenMP_C_FLAGS} -lstdc++ -lm")
endif()

# Relative to the file itself: what is installed may be moved.
file(RELATIVE_PATH SAMESTORY_PC_UP ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
    ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_CURRENT_LIST_DIR}/samestory.pc.in samestory.pc @ONLY)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/samestoryConfig.cmake.in
    samestoryConfig.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samestory
    PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(samestoryConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS samestory samestory_program
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/samestory.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/samestoryConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/samestoryConfigVersion.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samestory)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR}
    RENAME copyright)

# --- manual pages and completions: the program prints them, so it must run here
if(CMAKE_CROSSCOMPILING)
    message(STATUS "cross-compiling: manual pages and completions are left out")
else()
    find_program(SCDOC scdoc)
    if(NOT SCDOC)
        message(STATUS "scdoc not found: manual pages are left out")
        set(SCDOC "")
    endif()
    set(documents ${CMAKE_CURRENT_BINARY_DIR}/documents)
    add_custom_command(OUTPUT ${documents}/samestory
        COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:samestory_program> -D SCDOC=${SCDOC}
            -D FOLDER=${documents} -P ${CMAKE_CURRENT_LIST_DIR}/documents.cmake
        DEPENDS samestory_program ${CMAKE_CURRENT_LIST_DIR}/documents.cmake
        COMMENT "Writing manual pages and completions"
        VERBATIM)
    add_custom_target(samestory_documents ALL DEPENDS ${documents}/samestory)
    install(DIRECTORY ${documents}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} OPTIONAL)
    install(FILES ${documents}/samestory
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${documents}/_samestory
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
    install(FILES ${documents}/samestory.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

# --- systemd units
# By its name where systemd looks for programs: the package is made for another prefix than the
# build.
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr(/local)?/?$")
    set(SAMESTORY_UNIT_PROGRAM samestory)
else()
    set(SAMESTORY_UNIT_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR}/samestory)
endif()
set(units samestory-nightly)
if(MICROHTTPD_FOUND)
    list(APPEND units samestory)
endif()
foreach(unit IN LISTS units)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/../service/${unit}.service.in ${unit}.service @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${unit}.service DESTINATION lib/systemd/system)
endforeach()
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../service/samestory-nightly.timer
    DESTINATION lib/systemd/system)

if(MICROHTTPD_FOUND)
    install(FILES ${CMAKE_CURRENT_LIST_DIR}/openapi.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

# --- cpack -G DEB
set(CPACK_PACKAGE_NAME samestory)
set(CPACK_PACKAGE_CONTACT "the samestory authors <samestory@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION text)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
