/* The files of this folder that go into the report, embedded by embed.cmake at build time. */
#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

#include <stddef.h>

typedef struct sst_asset {
    const unsigned char *bytes;
    size_t size;
    const char *sha256; /* 64 lower-case hexadecimal digits */
} sst_asset;

extern const sst_asset sst_asset_page, sst_asset_style, sst_asset_script;

#endif
