/* A comparison for a person: what was decided and why, and both texts side by side. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "samestory.h"

/* `columns` is the width of a line; `coloured` adds escape sequences (ECMA-48, SGR). */
sst_status cli_view_write(const sst_comparison *comparison, unsigned columns, bool coloured,
                          sst_sink sink, sst_error *error);

#endif
