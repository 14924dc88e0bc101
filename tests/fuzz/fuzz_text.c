/* Any bytes: the block paths, the code point path and the definition agree on tokens, errors and
 * offsets; the public tokenizer gives the same hashes; and a text cut at a space is the sum of
 * its halves. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

enum { PATHS = SST_TEXT_DEFINITION + 1 };

static sst_text *scratch[PATHS];
static sst_tokenizer *tokenizer;

static void check(int holds)
{
    if (!holds)
        abort();
}

static void create_once(void)
{
    if (tokenizer != NULL)
        return;
    for (int i = 0; i < PATHS; i++)
        check(sst_text_create(&scratch[i], NULL) == SST_OK);
    check(sst_tokenizer_create(&tokenizer, NULL) == SST_OK);
}

static int equal(struct sst_text_run a, struct sst_text_run b)
{
    return a.count == b.count &&
           (a.count == 0 || (memcmp(a.tokens, b.tokens, a.count * sizeof *a.tokens) == 0 &&
                             memcmp(a.wide, b.wide, a.count * sizeof *a.wide) == 0));
}

static void check_tokenizer(const char *text, size_t size, struct sst_text_run run)
{
    const sst_token *tokens;
    size_t count;
    check(sst_tokenizer_run(tokenizer, text, size, &tokens, &count, NULL) == SST_OK);
    check(count == run.count);
    for (size_t i = 0; i < count; i++)
        check(tokens[i].hash == run.tokens[i] && tokens[i].begin < tokens[i].end &&
              tokens[i].end <= size && tokens[i].size > 0);
}

static void check_halves(const char *text, size_t size, struct sst_text_run whole)
{
    const char *space = memchr(text + size / 2, ' ', size - size / 2);
    if (space == NULL)
        return;
    size_t cut = (size_t)(space - text);
    struct sst_text_run left, right;
    check(sst_text_tokens(scratch[1], text, cut, &left, NULL) == SST_OK);
    check(sst_text_tokens(scratch[2], text + cut, size - cut, &right, NULL) == SST_OK);
    check(left.count + right.count == whole.count);
    for (size_t i = 0; i < whole.count; i++)
        check(whole.wide[i] ==
              (i < left.count ? left.wide[i] : right.wide[i - left.count]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    create_once();
    const char *text = (const char *)data;
    struct sst_text_run runs[PATHS];
    sst_error errors[PATHS] = {0};
    sst_status status[PATHS];
    for (int path = 0; path < PATHS; path++)
        status[path] = sst_text_tokens_by(scratch[path], (sst_text_path)path, text, size,
                                          &runs[path], &errors[path]);
    for (int path = 1; path < PATHS; path++)
        check(status[path] == status[0] && equal(runs[path], runs[0]));
    if (status[0] != SST_OK) {
        check(status[0] == SST_INPUT && errors[0].offset == errors[SST_TEXT_DEFINITION].offset);
        return 0;
    }
    check_tokenizer(text, size, runs[0]);
    check_halves(text, size, runs[0]);
    return 0;
}
