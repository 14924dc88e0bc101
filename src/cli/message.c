#include "cli/message.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* To standard error, safe on a terminal: file names and ids are in it. */
static void print_message(const char *format, va_list values)
{
    sst_error error = {0};
    char text[SST_ERROR_FILE_SIZE + SST_ERROR_MESSAGE_SIZE + 32];
    vsnprintf(error.message, sizeof error.message, format, values);
    sst_error_format(&error, text, sizeof text);
    fputs(text, stderr);
}

void cli_say(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fputs("samestory: ", stderr);
    print_message(format, values);
    fputc('\n', stderr);
    va_end(values);
}

cli_exit cli_usage(const char *command, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fprintf(stderr, "samestory%s%s: ", command == NULL ? "" : " ",
            command == NULL ? "" : command);
    print_message(format, values);
    va_end(values);
    fprintf(stderr, "\ntry 'samestory help%s%s'\n", command == NULL ? "" : " ",
            command == NULL ? "" : command);
    return CLI_USAGE;
}

cli_exit cli_failed(const sst_error *error)
{
    char text[SST_ERROR_FILE_SIZE + SST_ERROR_MESSAGE_SIZE + 32];
    sst_error_format(error, text, sizeof text);
    fprintf(stderr, "samestory: %s\n", text);
    return error->status == SST_ARGUMENT ? CLI_USAGE : CLI_FAILED;
}

void cli_reason(int cause, char *text, size_t size)
{
    char known[128];
    snprintf(text, size, "%s", strerror_r(cause, known, sizeof known));
    text[0] = (char)tolower((unsigned char)text[0]);
}

sst_status cli_fail_reading(const char *path, int cause, sst_error *error)
{
    char reason[128];
    cli_reason(cause, reason, sizeof reason);
    *error = (sst_error){.status = SST_IO};
    snprintf(error->message, sizeof error->message, "cannot read '%.200s': %s; check the name",
             path, reason);
    return SST_IO;
}

sst_status cli_refuse(sst_error *error, const char *message)
{
    *error = (sst_error){.status = SST_ARGUMENT};
    snprintf(error->message, sizeof error->message, "%s", message);
    return SST_ARGUMENT;
}

enum { NAME_MAX_COMPARED = 24 };

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance; both at most NAME_MAX_COMPARED bytes. */
static unsigned edit_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned cost[NAME_MAX_COMPARED + 1][NAME_MAX_COMPARED + 1];
    for (size_t i = 0; i <= a_size; i++)
        cost[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_size; j++)
        cost[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        for (size_t j = 1; j <= b_size; j++) {
            const unsigned replaced = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            const unsigned moved = smaller(cost[i - 1][j], cost[i][j - 1]) + 1;
            cost[i][j] = smaller(replaced, moved);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = smaller(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a_size][b_size];
}

const char *cli_nearest(const char *wrong, const char *const *names, size_t count)
{
    const size_t size = strlen(wrong);
    const char *nearest = NULL;
    unsigned best = NAME_MAX_COMPARED;
    if (size > NAME_MAX_COMPARED)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const size_t name_size = strlen(names[i]);
        if (name_size > NAME_MAX_COMPARED)
            continue;
        if (size >= 2 && strncmp(names[i], wrong, size) == 0)
            return names[i];
        const unsigned distance = edit_distance(wrong, size, names[i], name_size);
        if (distance < best && distance <= (name_size + 2) / 3) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
