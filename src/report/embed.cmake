# cmake -DOUT=assets.c -DFOLDER=src/report -P embed.cmake
#
# page.html, report.css and report.js as byte arrays with their SHA-256, which the report's
# Content-Security-Policy names.
set(code "#include \"report/assets.h\"\n")
foreach(asset page:page.html style:report.css script:report.js)
    string(REPLACE ":" ";" parts ${asset})
    list(GET parts 0 name)
    list(GET parts 1 file)
    set(path ${FOLDER}/${file})
    file(READ ${path} text)
    if(NOT name STREQUAL "page" AND text MATCHES "</[sS]|<!--|\r")
        message(FATAL_ERROR "${file} would not survive inside HTML: '</s', '<!--' or a CR")
    endif()
    file(READ ${path} bytes HEX)
    file(SHA256 ${path} hash)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "((0x..,){16})" "\\1\n" bytes "${bytes}")
    string(APPEND code
        "\nstatic const unsigned char ${name}_bytes[] = {\n${bytes}\n};\n"
        "const sst_asset sst_asset_${name} = {${name}_bytes, sizeof ${name}_bytes,\n"
        "    \"${hash}\"};\n")
endforeach()
file(WRITE ${OUT} "${code}")
