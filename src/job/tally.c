/* What the summary says of pairs and clusters, in stories. */
#include "job/corpus.h"

static uint64_t pairs_of(uint64_t count)
{
    return count * (count - (count != 0)) / 2;
}

static uint32_t stories_of(const sst_corpus *c, uint32_t text)
{
    return c->text_begin[text + 1] - c->text_begin[text];
}

static void tally_equal(sst_corpus *c, const uint32_t *unit_size)
{
    uint64_t all = 0, same = 0;
    for (uint32_t text = 0; text < c->text_count; text++)
        all += pairs_of(stories_of(c, text));
    for (uint32_t unit = 0; unit < c->unit_count; unit++)
        same += pairs_of(unit_size[unit]);
    c->summary.pairs[SST_RELATION_IDENTICAL] += same;
    c->summary.pairs[SST_RELATION_FURNITURE] += all - same;
}

static void tally_pairs(sst_corpus *c)
{
    for (size_t i = 0; i < c->pair_count; i++) {
        const sst_text_pair *pair = &c->pairs[i];
        c->summary.pairs[pair->relation] +=
            (uint64_t)stories_of(c, pair->a) * stories_of(c, pair->b);
    }
    for (unsigned r = 0; r < SST_RELATION_COUNT; r++)
        if (sst_relation_same_story((sst_relation)r))
            c->summary.same_story_pairs += c->summary.pairs[r];
}

static void tally_clusters(sst_corpus *c, uint64_t *size)
{
    for (uint32_t unit = 0; unit < c->unit_count; unit++) {
        uint32_t cluster = c->members[unit].cluster;
        if (cluster != unit) {
            size[cluster] += size[unit];
            size[unit] = 0;
        }
    }
    for (uint32_t unit = 0; unit < c->unit_count; unit++) {
        if (size[unit] < 2)
            continue;
        c->summary.clusters++;
        c->summary.clustered_stories += size[unit];
        if (size[unit] > c->summary.largest_cluster)
            c->summary.largest_cluster = size[unit];
    }
}

sst_status sst_corpus_tally(sst_corpus *corpus, sst_error *error)
{
    uint32_t *unit_size = sst_allocate_zeroed(corpus->unit_count, sizeof *unit_size, "units",
                                              error);
    uint64_t *cluster_size = sst_allocate_zeroed(corpus->unit_count, sizeof *cluster_size,
                                                 "clusters", error);
    if (unit_size == NULL || cluster_size == NULL) {
        free(unit_size);
        free(cluster_size);
        return SST_MEMORY;
    }
    for (uint32_t i = 0; i < corpus->rank_count; i++)
        unit_size[corpus->unit_of[corpus->rank[i]]]++;
    tally_equal(corpus, unit_size);
    tally_pairs(corpus);
    for (uint32_t unit = 0; unit < corpus->unit_count; unit++)
        cluster_size[unit] = unit_size[unit];
    tally_clusters(corpus, cluster_size);
    free(unit_size);
    free(cluster_size);
    return SST_OK;
}
