#include "job/score.h"

#include <stdlib.h>

static int compare_found(const void *left, const void *right)
{
    const sst_labelled *a = left, *b = right;
    if (a->found != b->found)
        return a->found < b->found ? -1 : 1;
    return a->truth < b->truth ? -1 : a->truth > b->truth;
}

static int compare_truth(const void *left, const void *right)
{
    const sst_labelled *a = left, *b = right;
    if (a->truth != b->truth)
        return a->truth < b->truth ? -1 : 1;
    return a->found < b->found ? -1 : a->found > b->found;
}

static double pairs_of(double count)
{
    return count * (count - 1) / 2;
}

/* Sums over groups of one side, and over the cells in which both sides agree. */
typedef struct sums {
    double group_pairs, cell_pairs;
    double cubed; /* over items, the share of its group that agrees with it */
    uint64_t largest;
} sums;

static bool same_group(const sst_labelled *a, const sst_labelled *b, bool by_found)
{
    return by_found ? a->found == b->found : a->truth == b->truth;
}

/* Items [begin, end) are one group, cells sorted inside. */
static void add_group(const sst_labelled *items, size_t begin, size_t end, bool by_found,
                      sums *s)
{
    double size = (double)(end - begin);
    s->group_pairs += pairs_of(size);
    if (end - begin > s->largest)
        s->largest = end - begin;
    for (size_t first = begin, i = begin + 1; i <= end; i++) {
        if (i < end && same_group(&items[first], &items[i], !by_found))
            continue;
        double cell = (double)(i - first);
        s->cell_pairs += pairs_of(cell);
        s->cubed += cell * cell / size;
        first = i;
    }
}

static sums add_groups(const sst_labelled *items, size_t count, bool by_found)
{
    sums s = {0};
    for (size_t first = 0, i = 1; i <= count; i++) {
        if (i < count && same_group(&items[first], &items[i], by_found))
            continue;
        add_group(items, first, i, by_found, &s);
        first = i;
    }
    return s;
}

static double share(double part, double all)
{
    return all > 0 ? part / all : 1;
}

double sst_score_f1(double precision, double recall)
{
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

void sst_score_clusters(sst_labelled *items, size_t count, sst_cluster_scores *scores)
{
    *scores = (sst_cluster_scores){.items = count};
    if (count == 0)
        return;
    qsort(items, count, sizeof *items, compare_found);
    sums found = add_groups(items, count, true);
    qsort(items, count, sizeof *items, compare_truth);
    sums truth = add_groups(items, count, false);
    double all = pairs_of((double)count);
    double expected = all > 0 ? found.group_pairs * truth.group_pairs / all : 0;
    double most = (found.group_pairs + truth.group_pairs) / 2;
    scores->largest_found = found.largest;
    scores->largest_truth = truth.largest;
    scores->pair_precision = share(found.cell_pairs, found.group_pairs);
    scores->pair_recall = share(found.cell_pairs, truth.group_pairs);
    scores->pair_f1 = sst_score_f1(scores->pair_precision, scores->pair_recall);
    scores->cubed_precision = found.cubed / (double)count;
    scores->cubed_recall = truth.cubed / (double)count;
    scores->cubed_f1 = sst_score_f1(scores->cubed_precision, scores->cubed_recall);
    scores->adjusted_rand =
        most - expected > 0 ? (found.cell_pairs - expected) / (most - expected) : 1;
}
