/* Two stories side by side: numbers, relation, the rule that decided, aligned passages. */
#include <string.h>

#include "base/sort.h"
#include "job/common.h"
#include "job/prepare.h"
#include "job/write.h"
#include "judge/judge.h"
#include "read/input.h"
#include "read/record.h"

/* One side while it is compared. */
typedef struct compared_side {
    char *id, *text; /* owned, terminated */
    size_t size;     /* of text */
    sst_token *tokens;
    uint32_t *hashes;
    size_t count;
    sst_judge_side judged; /* points into hashes, title, common */
    uint32_t *title;
    uint64_t *common;
} compared_side;

typedef struct comparison {
    sst_comparison shown; /* first: a handle is the view */
    compared_side a, b;
    sst_passage *passages;
    size_t passage_capacity;
} comparison;

static const char *const passage_names[] = {
#define PASSAGE_NAME(name, text) [SST_PASSAGE_##name] = text,
    SST_PASSAGE_MAP(PASSAGE_NAME)
#undef PASSAGE_NAME
};

const char *sst_passage_name(sst_passage_kind kind)
{
    size_t count = sizeof passage_names / sizeof *passage_names;
    return (size_t)kind < count ? passage_names[kind] : "unknown";
}

static void free_side(compared_side *side)
{
    free(side->id);
    free(side->text);
    free(side->tokens);
    free(side->hashes);
    free(side->title);
    free(side->common);
}

void sst_comparison_free(sst_comparison *shown)
{
    if (shown == NULL)
        return;
    comparison *c = (comparison *)shown;
    free_side(&c->a);
    free_side(&c->b);
    free(c->passages);
    free(c);
}

/* ---- filling a side ------------------------------------------------------------------------------ */

static char *copy_text(const char *bytes, size_t size, sst_error *error)
{
    char *copy = sst_allocate(size + 1, 1, "a text", error);
    if (copy == NULL)
        return NULL;
    if (size != 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

/* Tokens of the cleaned body, which is copied first: spans speak of the copy. */
static sst_status take_text(compared_side *side, const char *text, size_t size,
                            sst_error *error)
{
    sst_tokenizer *tokenizer = NULL;
    const sst_token *tokens;
    side->text = copy_text(text, size, error);
    side->size = size;
    sst_status status = side->text == NULL ? SST_MEMORY : sst_tokenizer_create(&tokenizer, error);
    if (status == SST_OK)
        status = sst_tokenizer_run(tokenizer, side->text, size, &tokens, &side->count, error);
    if (status == SST_OK) {
        side->tokens = sst_allocate(side->count, sizeof *side->tokens, "tokens", error);
        side->hashes = sst_allocate(side->count, sizeof *side->hashes, "tokens", error);
        if (side->tokens == NULL || side->hashes == NULL)
            status = SST_MEMORY;
    }
    for (size_t i = 0; status == SST_OK && i < side->count; i++) {
        side->tokens[i] = tokens[i];
        side->hashes[i] = tokens[i].hash;
    }
    sst_tokenizer_free(tokenizer);
    side->judged.tokens = side->hashes;
    side->judged.token_count = side->count;
    return status;
}

static sst_status take_id(compared_side *side, const char *id, size_t size, sst_error *error)
{
    side->id = copy_text(id, size, error);
    return side->id == NULL ? SST_MEMORY : SST_OK;
}

/* ---- passages ---------------------------------------------------------------------------------------- */

/* The text up to which a passage that ends before token `next` reaches: words and what follows
 * them stay together. What agrees reaches to the end of its last gram, where scripts without
 * spaces have overlapping ones. */
static uint32_t border(const compared_side *side, size_t next, bool agrees)
{
    uint32_t border = next < side->count ? side->tokens[next].begin : (uint32_t)side->size;
    bool reaches_behind = agrees && next > 0 && side->tokens[next - 1].end > border;
    return reaches_behind ? side->tokens[next - 1].end : border;
}

/* A change of which nothing is left on one side, behind a gram that reached into it. */
static sst_passage_kind kind_of(sst_passage_kind kind, bool in_a, bool in_b)
{
    if (kind != SST_PASSAGE_CHANGED || (in_a && in_b))
        return kind;
    return in_a ? SST_PASSAGE_LEFT : SST_PASSAGE_RIGHT;
}

typedef struct reading {
    comparison *c;
    const sst_block *blocks;
    size_t block_count;
    size_t a, b;               /* next token of each side */
    uint32_t a_done, b_done;   /* bytes covered */
    sst_error *error;
} reading;

static sst_status add_passage(reading *r, sst_passage_kind kind, size_t a_next, size_t b_next)
{
    comparison *c = r->c;
    bool agrees = kind == SST_PASSAGE_SHARED || kind == SST_PASSAGE_MOVED;
    uint32_t a_end = border(&c->a, a_next, agrees), b_end = border(&c->b, b_next, agrees);
    /* The last gram that agreed may reach behind this border. */
    a_end = a_next == r->a || a_end < r->a_done ? r->a_done : a_end;
    b_end = b_next == r->b || b_end < r->b_done ? r->b_done : b_end;
    r->a = a_next;
    r->b = b_next;
    if (a_end == r->a_done && b_end == r->b_done)
        return SST_OK;
    size_t count = c->shown.passage_count;
    sst_status status = SST_RESERVE(&c->passages, &c->passage_capacity, count + 1, "passages",
                                    r->error);
    if (status != SST_OK)
        return status;
    kind = kind_of(kind, a_end != r->a_done, b_end != r->b_done);
    c->passages[count] = (sst_passage){.kind = kind, .a_begin = r->a_done, .a_end = a_end,
                                       .b_begin = r->b_done, .b_end = b_end};
    c->shown.passage_count++;
    r->a_done = a_end;
    r->b_done = b_end;
    return SST_OK;
}

/* The next moved block that begins in tokens [from, to) of one side. */
static const sst_block *next_moved(const reading *r, bool left, size_t from, size_t to)
{
    const sst_block *best = NULL;
    for (size_t i = 0; i < r->block_count; i++) {
        const sst_block *block = &r->blocks[i];
        size_t at = left ? block->a : block->b;
        if (block->moved && at >= from && at < to &&
            (best == NULL || at < (left ? best->a : best->b)))
            best = block;
    }
    return best;
}

/* One side of a gap, cut at moved blocks. */
static sst_status add_one_side(reading *r, bool left, size_t end)
{
    sst_status status = SST_OK;
    sst_passage_kind own = left ? SST_PASSAGE_LEFT : SST_PASSAGE_RIGHT;
    for (;;) {
        size_t at = left ? r->a : r->b;
        const sst_block *moved = next_moved(r, left, at, end);
        size_t stop = moved == NULL ? end : left ? moved->a : moved->b;
        status = left ? add_passage(r, own, stop, r->b) : add_passage(r, own, r->a, stop);
        if (status != SST_OK || moved == NULL)
            return status;
        stop += moved->length;
        status = left ? add_passage(r, SST_PASSAGE_MOVED, stop, r->b)
                      : add_passage(r, SST_PASSAGE_MOVED, r->a, stop);
        if (status != SST_OK)
            return status;
    }
}

static sst_status add_gap(reading *r, size_t a_end, size_t b_end)
{
    bool moved = next_moved(r, true, r->a, a_end) != NULL ||
                 next_moved(r, false, r->b, b_end) != NULL;
    if (!moved && a_end != r->a && b_end != r->b)
        return add_passage(r, SST_PASSAGE_CHANGED, a_end, b_end);
    sst_status status = add_one_side(r, true, a_end);
    return status == SST_OK ? add_one_side(r, false, b_end) : status;
}

static sst_status list_passages(comparison *c, const sst_block *blocks, size_t count,
                                sst_error *error)
{
    reading r = {.c = c, .blocks = blocks, .block_count = count, .error = error};
    sst_status status = SST_OK;
    for (size_t i = 0; i < count && status == SST_OK; i++) {
        if (blocks[i].moved)
            continue;
        status = add_gap(&r, blocks[i].a, blocks[i].b);
        if (status == SST_OK)
            status = add_passage(&r, SST_PASSAGE_SHARED, blocks[i].a + blocks[i].length,
                                 blocks[i].b + blocks[i].length);
    }
    if (status == SST_OK)
        status = add_gap(&r, c->a.count, c->b.count);
    c->shown.passages = c->passages;
    return status;
}

/* ---- judging -------------------------------------------------------------------------------------------- */

static sst_status count_overlap(comparison *c, sst_overlap *overlap, sst_error *error)
{
    sst_overlap_table *table;
    sst_status status = sst_overlap_table_create(&table, error);
    if (status != SST_OK)
        return status;
    status = sst_match_overlap(table, c->a.hashes, c->a.count, c->b.hashes, c->b.count, overlap,
                               error);
    sst_overlap_table_free(table);
    return status;
}

static void show_verdict(comparison *c, const sst_verdict *verdict, const sst_overlap *overlap)
{
    sst_comparison *s = &c->shown;
    s->id_a = c->a.id;
    s->id_b = c->b.id;
    s->text_a = c->a.text;
    s->text_b = c->b.text;
    s->size_a = c->a.size;
    s->size_b = c->b.size;
    s->relation = verdict->relation;
    s->rule = sst_rule_name(verdict->rule);
    s->sentence = sst_rule_sentence(verdict->rule);
    s->shingles_a = overlap->a_count;
    s->shingles_b = overlap->b_count;
    s->shared = overlap->shared;
    s->own = verdict->own;
    s->figures_same = verdict->signs.figures_same;
    s->figures_changed = verdict->signs.figures_changed;
    s->edits = verdict->signs.edits;
    s->runs = verdict->signs.runs;
    s->longest_run = verdict->signs.longest_run;
}

static sst_status judge(comparison *c, sst_error *error)
{
    sst_judge *judge;
    sst_overlap overlap;
    sst_verdict verdict;
    const sst_block *blocks;
    size_t block_count;
    sst_status status = sst_judge_create(&judge, error);
    if (status != SST_OK)
        return status;
    status = count_overlap(c, &overlap, error);
    if (status == SST_OK)
        status = sst_judge_explain(judge, &c->a.judged, &c->b.judged, &overlap, &verdict,
                                   &blocks, &block_count, error);
    if (status == SST_OK) {
        show_verdict(c, &verdict, &overlap);
        status = list_passages(c, blocks, block_count, error);
    }
    sst_judge_free(judge);
    return status;
}

/* ---- two texts alone ---------------------------------------------------------------------------------------- */

static sst_status clean_side(const char *id, const char *text, size_t size, compared_side *side,
                             sst_error *error)
{
    sst_page_cues *cues = NULL;
    sst_preparer *preparer = NULL;
    sst_record record = {.text = {.bytes = text, .size = size}, .time = SST_NO_TIME};
    sst_slice body = {0};
    side->judged.day = SST_NO_DAY;
    sst_status status = take_id(side, id, strlen(id), error);
    if (status == SST_OK)
        status = sst_page_cues_create(NULL, &cues, error);
    if (status == SST_OK)
        status = sst_preparer_create(cues, &preparer, error);
    if (status == SST_OK)
        status = sst_prepare_body(preparer, &record, &body, error);
    if (status == SST_OK)
        status = take_text(side, body.bytes, body.size, error);
    sst_preparer_free(preparer);
    sst_page_cues_free(cues);
    if (status == SST_INPUT)
        sst_error_locate(error, id, 0);
    return status;
}

static sst_status finish(comparison *c, sst_status status, sst_comparison **shown)
{
    *shown = NULL;
    if (status == SST_OK)
        *shown = &c->shown;
    else if (c != NULL)
        sst_comparison_free(&c->shown);
    return status;
}

sst_status sst_compare_texts(const char *id_a, const char *text_a, size_t size_a,
                             const char *id_b, const char *text_b, size_t size_b,
                             sst_comparison **shown, sst_error *error)
{
    comparison *c = sst_allocate_zeroed(1, sizeof *c, "a comparison", error);
    sst_status status = c == NULL ? SST_MEMORY : SST_OK;
    if (status == SST_OK)
        status = clean_side(id_a, text_a, size_a, &c->a, error);
    if (status == SST_OK)
        status = clean_side(id_b, text_b, size_b, &c->b, error);
    if (status == SST_OK)
        status = judge(c, error);
    if (status == SST_OK)
        c->shown.stage = "two texts alone: dates, titles and formula text are not known";
    return finish(c, status, shown);
}

/* ---- two stories of a corpus ------------------------------------------------------------------------------------ */

/* The bodies of both stories from the input. */
typedef struct fetching {
    const sst_corpus *corpus;
    const sst_entry *wanted[2];
    compared_side *sides[2];
    sst_preparer *preparer;
} fetching;

static bool is_compared(const void *context, size_t entry)
{
    const fetching *f = context;
    const sst_entry *at = &f->corpus->entries[entry];
    return at == f->wanted[0] || at == f->wanted[1];
}

static sst_status fetch_body(void *context, size_t entry, const sst_record *record,
                             sst_slice page, sst_error *error)
{
    fetching *f = context;
    sst_slice body;
    (void)page;
    sst_status status = sst_prepare_body(f->preparer, record, &body, error);
    for (int i = 0; i < 2 && status == SST_OK; i++)
        if (&f->corpus->entries[entry] == f->wanted[i])
            status = take_text(f->sides[i], body.bytes, body.size, error);
    return status;
}

static sst_status fetch_bodies(sst_corpus *corpus, fetching *f, sst_error *error)
{
    const sst_story_taker taker = {.wanted = is_compared, .take = fetch_body, .context = f};
    sst_status status = sst_preparer_create(corpus->cues, &f->preparer, error);
    if (status == SST_OK)
        status = sst_corpus_replay_stories(corpus, &taker, error);
    sst_preparer_free(f->preparer);
    return status;
}

/* Title, day and formula text as the corpus knows them. */
static sst_status know_side(const sst_corpus *c, const sst_entry *entry, compared_side *side,
                            sst_error *error)
{
    const void *title;
    uint64_t *scratch = sst_allocate(side->count, sizeof *scratch, "samples", error);
    side->title = sst_allocate(entry->title_count, sizeof *side->title, "a title", error);
    side->common = sst_allocate(side->count, sizeof *side->common, "samples", error);
    sst_status status = scratch == NULL || side->title == NULL || side->common == NULL
                            ? SST_MEMORY
                            : sst_pool_read(c->tokens, entry->tokens_at,
                                            entry->title_count * sizeof(uint32_t), side->title,
                                            &title, error);
    if (status == SST_OK && title != side->title && entry->title_count != 0)
        memcpy(side->title, title, entry->title_count * sizeof(uint32_t));
    if (status == SST_OK) {
        side->judged.title = side->title;
        side->judged.title_count = entry->title_count;
        side->judged.day =
            entry->published == SST_NO_TIME ? SST_NO_DAY : sst_day_of(entry->published);
        side->judged.common = side->common;
        side->judged.common_count = sst_common_shingles(c->days, side->hashes, side->count,
                                                        side->common, scratch);
    }
    free(scratch);
    return status;
}

/* Why the corpus does not list the pair. */
static const char *stage_of(const sst_corpus *corpus, const comparison *c, const sst_entry *a,
                            const sst_entry *b)
{
    uint32_t texts[2] = {corpus->text_of[a - corpus->entries],
                         corpus->text_of[b - corpus->entries]};
    sst_overlap overlap = {.shared = c->shown.shared, .a_count = c->shown.shingles_a,
                           .b_count = c->shown.shingles_b};
    if (texts[0] == UINT32_MAX || texts[1] == UINT32_MAX)
        return "empty: a story without a word is similar to nothing";
    if (a->headline != b->headline)
        return "read: a headline without text is compared with headlines only";
    if (texts[0] == texts[1] || sst_corpus_pair_of(corpus, texts[0], texts[1]) != NULL)
        return NULL;
    return sst_match_enough(&overlap)
               ? "candidates: no shared band and too few shared samples, so it was not proposed"
               : "verify: too few 3-shingles are shared for a pair";
}

/* What the corpus decided stands, also where it knows more than the two texts (equal texts
 * under many titles). */
static void show_decision(const sst_corpus *corpus, comparison *c, const sst_entry *a,
                          const sst_entry *b)
{
    uint32_t left = (uint32_t)(a - corpus->entries), right = (uint32_t)(b - corpus->entries);
    uint32_t texts[2] = {corpus->text_of[left], corpus->text_of[right]};
    c->shown.stage = stage_of(corpus, c, a, b);
    if (c->shown.stage != NULL)
        return;
    sst_rule rule = SST_RULE_EQUAL_TEXT;
    if (texts[0] != texts[1]) {
        const sst_text_pair *pair = sst_corpus_pair_of(corpus, texts[0], texts[1]);
        c->shown.relation = (sst_relation)pair->relation;
        rule = (sst_rule)pair->rule;
    } else if (corpus->unit_of[left] != corpus->unit_of[right]) {
        c->shown.relation = SST_RELATION_FURNITURE;
        rule = SST_RULE_FURNITURE_SHARED;
    }
    c->shown.rule = sst_rule_name(rule);
    c->shown.sentence = sst_rule_sentence(rule);
}

static sst_status find_entry(const sst_corpus *corpus, const char *id, const sst_entry **entry,
                             sst_error *error)
{
    *entry = sst_corpus_find(corpus, id, strlen(id));
    if (*entry != NULL)
        return SST_OK;
    return sst_fail(error, SST_NOT_FOUND, "no story has the id '%.200s'; check the id and the files",
                    id);
}

sst_status sst_corpus_compare(sst_corpus *corpus, const char *id_a, const char *id_b,
                              sst_comparison **shown, sst_error *error)
{
    const sst_entry *a = NULL, *b = NULL;
    *shown = NULL;
    sst_status status = sst_corpus_need(corpus, SST_CORPUS_MATCHED, error);
    if (status == SST_OK)
        status = find_entry(corpus, id_a, &a, error);
    if (status == SST_OK)
        status = find_entry(corpus, id_b, &b, error);
    if (status != SST_OK)
        return status;
    comparison *c = sst_allocate_zeroed(1, sizeof *c, "a comparison", error);
    if (c == NULL)
        return SST_MEMORY;
    fetching fetch = {.corpus = corpus, .wanted = {a, b}, .sides = {&c->a, &c->b}};
    status = take_id(&c->a, id_a, strlen(id_a), error);
    if (status == SST_OK)
        status = take_id(&c->b, id_b, strlen(id_b), error);
    if (status == SST_OK)
        status = fetch_bodies(corpus, &fetch, error);
    if (status == SST_OK)
        status = know_side(corpus, a, &c->a, error);
    if (status == SST_OK)
        status = know_side(corpus, b, &c->b, error);
    if (status == SST_OK)
        status = judge(c, error);
    if (status == SST_OK)
        show_decision(corpus, c, a, b);
    return finish(c, status, shown);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void write_numbers(sst_buffer *buffer, const sst_comparison *s)
{
    sst_overlap overlap = {.shared = s->shared, .a_count = s->shingles_a,
                           .b_count = s->shingles_b};
    sst_buffer_byte(buffer, ',');
    sst_write_jaccard(buffer, &overlap);
    sst_buffer_text(buffer, ",\"a_in_b\":");
    sst_buffer_ratio(buffer, s->shared, s->shingles_a);
    sst_buffer_text(buffer, ",\"b_in_a\":");
    sst_buffer_ratio(buffer, s->shared, s->shingles_b);
    sst_buffer_format(buffer,
                      ",\"own_shared\":%.3f,\"figures_same\":%u,\"figures_changed\":%u,"
                      "\"edits\":%u,\"runs\":%u,\"longest_run\":%u",
                      s->own, s->figures_same, s->figures_changed, s->edits, s->runs,
                      s->longest_run);
}

static void write_passage(sst_buffer *buffer, const sst_comparison *s, const sst_passage *p)
{
    sst_buffer_format(buffer, "{\"kind\":\"%s\"", sst_passage_name(p->kind));
    if (p->a_end != p->a_begin) {
        sst_buffer_text(buffer, ",\"a\":");
        sst_buffer_json_string(buffer, s->text_a + p->a_begin, p->a_end - p->a_begin);
    }
    if (p->b_end != p->b_begin) {
        sst_buffer_text(buffer, ",\"b\":");
        sst_buffer_json_string(buffer, s->text_b + p->b_begin, p->b_end - p->b_begin);
    }
    sst_buffer_byte(buffer, '}');
}

sst_status sst_comparison_write(const sst_comparison *s, sst_sink sink, sst_error *error)
{
    sst_buffer buffer = {0};
    sst_buffer_text(&buffer, "{\"a\":");
    sst_buffer_json_string(&buffer, s->id_a, strlen(s->id_a));
    sst_buffer_text(&buffer, ",\"b\":");
    sst_buffer_json_string(&buffer, s->id_b, strlen(s->id_b));
    sst_buffer_format(&buffer, ",\"relation\":\"%s\",\"rule\":\"%s\",\"because\":",
                      sst_relation_name(s->relation), s->rule);
    sst_buffer_json_string(&buffer, s->sentence, strlen(s->sentence));
    if (s->stage != NULL) {
        sst_buffer_text(&buffer, ",\"stage\":");
        sst_buffer_json_string(&buffer, s->stage, strlen(s->stage));
    }
    write_numbers(&buffer, s);
    sst_buffer_text(&buffer, ",\"passages\":[");
    for (size_t i = 0; i < s->passage_count; i++) {
        if (i != 0)
            sst_buffer_byte(&buffer, ',');
        write_passage(&buffer, s, &s->passages[i]);
    }
    sst_buffer_text(&buffer, "]}\n");
    sst_status status = sst_write_flush(&buffer, sink, true, error);
    sst_buffer_free(&buffer);
    return status;
}
