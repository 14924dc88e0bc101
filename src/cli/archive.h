/* What the commands that open an archive have in common. */
#ifndef CLI_ARCHIVE_H
#define CLI_ARCHIVE_H

#include "cli/job.h"

typedef enum cli_access { CLI_READS, CLI_WRITES, CLI_CREATES } cli_access;

/* The options of the archive as the command line gives them; strings live in `run`. Thresholds
 * that were not given stay those of the archive. */
sst_archive_options cli_archive_options(const cli_run *run, cli_access access);

/* Opens --archive; SST_ARGUMENT when it was not given. */
sst_status cli_archive_open(const cli_run *run, cli_access access, sst_archive **archive,
                            sst_error *error);

#define CLI_ARCHIVE_OPTIONS (CLI_SET(ARCHIVE) | CLI_SET(WAIT))
#define CLI_ARCHIVE_READ_OPTIONS (CLI_ARCHIVE_OPTIONS | CLI_SET(OUTPUT))

#endif
