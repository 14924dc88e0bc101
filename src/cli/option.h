/* Every option of the program, once: name, letter, value, where it is kept, what it does. */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include "samestory.h"

enum { CLI_FIELDS_MAX = 16, CLI_IDS_MAX = 2 };

/* The values of all options; a command looks at those that its row lists. */
typedef struct cli_settings {
    sst_options job;
    sst_field fields[CLI_FIELDS_MAX];
    size_t field_count;
    const char *ids[CLI_IDS_MAX];
    size_t id_count;
    const char *output, *rejects, *gold, *completion;
    uint64_t given; /* the options that stood on the command line, a cli_option_set */
    sst_archive_options archive;
    const char *archive_path, *listen, *token_file;
    unsigned answers; /* bit set, 1u << sst_answer; 0: all */
    unsigned batch;
    const char *out;
    int64_t keep;                          /* seconds; 0: not given, all */
    int64_t older_than, wait, timeout;     /* seconds */
    uint64_t report_text;                  /* bytes */
    unsigned shingles;                     /* width; 0: tokens */
    unsigned relations, relations_dropped; /* bit sets, 1u << sst_relation */
    bool help, quiet, check, all, json, explain, wrong, scdoc, names, dry_run;
} cli_settings;

/* X(ID, long name, letter or 0, placeholder or NULL for a switch, kind of value, member of
 * cli_settings, what it does). A default is printed from the value itself. */
#define CLI_OPTION_MAP(X)                                                                      \
    X(HELP, "help", 'h', NULL, SWITCH, help, "print this help")                                \
    X(QUIET, "quiet", 'q', NULL, SWITCH, quiet, "no progress bar, no summary, no warnings")    \
    X(OUTPUT, "output", 'o', "FILE", TEXT, output,                                             \
      "write to FILE instead of standard output; FILE appears only when complete")             \
    X(THREADS, "threads", 'j', "N", COUNT, job.threads, "threads; 0: all that may be used")    \
    X(THRESHOLD, "threshold", 0, "T", FRACTION, job.threshold,                                 \
      "Jaccard similarity at which the first channel finds pairs")                             \
    X(RECALL, "recall", 0, "P", FRACTION, job.recall,                                          \
      "probability to find a pair that is exactly at the threshold")                           \
    X(MEMORY, "memory", 0, "SIZE", SIZE, job.memory,                                           \
      "memory to stay under; 0: half of the machine's")                                        \
    X(TMP, "tmp", 0, "DIR", TEXT, job.tmp,                                                     \
      "folder for data that does not fit in memory (default: $TMPDIR, or /tmp)")               \
    X(FIELD, "field", 0, "NAME=PATH", FIELD, fields,                                           \
      "read the field NAME (id, text, title, url, source, published, lang, page, cluster) "    \
      "from PATH, dots descend; may be repeated")                                              \
    X(PRESET, "preset", 0, "NAME", PRESET, job.preset, "field names of another tool")          \
    X(FORMAT, "format", 0, "FORMAT", FORMAT, job.format, "input: jsonl or page")               \
    X(MAX_RECORD, "max-record", 0, "SIZE", RECORD_SIZE, job.max_record, "longest input line")  \
    X(REJECTS, "rejects", 0, "FILE", TEXT, rejects,                                            \
      "keep bad and superseded input lines in FILE, unchanged")                                \
    X(SOURCES, "sources", 0, "FILE", TEXT, job.sources,                                        \
      "credited names: lines of NAME, tab, source")                                            \
    X(CUES, "cues", 0, "FILE", TEXT, job.cues, "more cue words for reading pages")             \
    X(NO_SAMPLES, "no-samples", 0, NULL, SWITCH, job.no_samples,                               \
      "leave out the second channel, which finds excerpts and cut copies")                     \
    X(CHECK, "check", 0, NULL, SWITCH, check, "exit with status 1 when something was found")   \
    X(ALL, "all", 0, NULL, SWITCH, all, "clusters of one story too")                           \
    X(RELATIONS, "relations", 0, "LIST", RELATIONS, relations,                                 \
      "relations to print, separated by commas, or 'all' (all but distinct)")                  \
    X(DROP, "drop", 0, "LIST", RELATIONS, relations_dropped,                                   \
      "relations whose stories are dropped, separated by commas")                              \
    X(SHINGLES, "shingles", 0, "W", COUNT, shingles,                                           \
      "print the hashes of runs of W tokens instead of tokens")                                \
    X(JSON, "json", 0, NULL, SWITCH, json, "one JSON object instead of text")                  \
    X(ID, "id", 0, "ID", ID, ids, "a story by its id; may be given twice")                       \
    X(EXPLAIN, "explain", 0, NULL, SWITCH, explain, "every line with its role and the reason") \
    X(GOLD, "gold", 0, "FILE", TEXT, gold, "judged pairs, tab-separated")                      \
    X(WRONG, "wrong", 0, NULL, SWITCH, wrong, "list the pairs that were decided wrongly")      \
    X(ARCHIVE, "archive", 0, "DB", TEXT, archive_path, "the archive file")                     \
    X(ONLY, "only", 0, "LIST", ANSWERS, answers,                                               \
      "pass the lines of these verdicts unchanged and drop the rest")                          \
    X(BATCH, "batch", 0, "N", COUNT, batch,                                                    \
      "stories of one transaction; never changes an answer")                                   \
    X(DRY_RUN, "dry-run", 0, NULL, SWITCH, dry_run, "answer, but change nothing")              \
    X(NO_TEXT, "no-text", 0, NULL, SWITCH, archive.no_text,                                    \
      "a new archive keeps no texts; overlaps are then estimated")                             \
    X(NOW, "now", 0, "TIME", TIME, archive.now,                                                \
      "the time that ages are counted from (default: the clock)")                              \
    X(WINDOW, "window", 0, "SPAN", SPAN, archive.window,                                       \
      "do not match stories that are older (default: no limit)")                               \
    X(WAIT, "wait", 0, "SPAN", DURATION, wait, "how long to wait for another writer")          \
    X(OUT, "out", 0, "DIR", TEXT, out, "folder for the files of the night; made when missing") \
    X(KEEP, "keep", 0, "SPAN", SPAN, keep,                                                     \
      "remove older stories first (default: none)")                                            \
    X(LISTEN, "listen", 0, "ADDRESS", TEXT, listen,                                            \
      "address and port to listen on (default: 127.0.0.1:8765)")                               \
    X(TOKEN_FILE, "token-file", 0, "FILE", TEXT, token_file,                                   \
      "ask clients for the token in FILE (Authorization: Bearer)")                             \
    X(TIMEOUT, "timeout", 0, "SPAN", SPAN, timeout,                                            \
      "how long a client may take to send a request, or to take an answer")                    \
    X(OLDER_THAN, "older-than", 0, "SPAN", DURATION, older_than,                               \
      "remove stories above this age")                                                         \
    X(REPORT_TEXT, "report-text", 0, "SIZE", SIZE, report_text,                                \
      "bytes of story texts that the report keeps for comparing, the newest first")            \
    X(SCDOC, "scdoc", 0, NULL, SWITCH, scdoc, "print the manual page as scdoc source")         \
    X(COMPLETION, "completion", 0, "SHELL", TEXT, completion,                                  \
      "print completions for bash, zsh or fish")                                               \
    X(NAMES, "names", 0, NULL, SWITCH, names, "print the names of the commands")

typedef enum cli_option_id {
#define CLI_OPTION_ENUM(id, ...) CLI_OPTION_##id,
    CLI_OPTION_MAP(CLI_OPTION_ENUM)
#undef CLI_OPTION_ENUM
        CLI_OPTION_COUNT
} cli_option_id;

/* Bit CLI_OPTION_x of each option in the set. */
typedef uint64_t cli_option_set;
#define CLI_SET(id) ((cli_option_set)1 << CLI_OPTION_##id)
/* What every command takes. */
#define CLI_OPTIONS_ALWAYS (CLI_SET(HELP) | CLI_SET(QUIET))

typedef struct cli_option {
    const char *name, *placeholder, *summary;
    const struct cli_kind *kind;
    size_t offset; /* of the value in cli_settings */
    char letter;   /* 0: none */
} cli_option;

extern const cli_option cli_options[CLI_OPTION_COUNT];

/* The defaults, those of the library included. */
cli_settings cli_settings_default(void);

/* " (default 0.5)", or nothing for an option that has none. */
void cli_option_default(const cli_option *option, char *text, size_t size);

/* Reads `arguments` (without program and command name): options of `allowed` go to `settings`,
 * everything else, in order, to the front of `arguments`; `*left` says how many. "--" ends the
 * options; "-" is a file. False after a message to standard error. */
bool cli_options_parse(cli_option_set allowed, const char *command, const char **arguments,
                       size_t count, cli_settings *settings, size_t *left);

#endif
