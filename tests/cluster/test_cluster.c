/* Clusters from relations: the rule of cores and attachment, case by case and as properties over
 * random graphs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "cluster/cluster.h"

enum { MOST_NODES = 64, MOST_EDGES = MOST_NODES * MOST_NODES / 2 };

typedef struct graph {
    sst_cluster_node nodes[MOST_NODES];
    uint32_t node_count;
    sst_edge edges[MOST_EDGES];
    size_t edge_count;
    sst_membership members[MOST_NODES];
} graph;

static void make_nodes(graph *g, uint32_t count)
{
    *g = (graph){.node_count = count};
    for (uint32_t i = 0; i < count; i++)
        g->nodes[i] = (sst_cluster_node){.length = 100, .source = i, .credits = UINT32_MAX};
}

static void join(graph *g, uint32_t a, uint32_t b, sst_relation relation)
{
    g->edges[g->edge_count++] =
        (sst_edge){.a = a, .b = b, .relation = relation, .overlap = {.shared = 80, .a_count = 100,
                                                                     .b_count = 100}};
}

static void run(graph *g)
{
    sst_error error;
    assert_int_equal(sst_cluster(g->nodes, g->node_count, g->edges, g->edge_count, g->members,
                                 &error),
                     SST_OK);
}

static void assert_member(const graph *g, uint32_t node, uint32_t cluster, uint32_t to)
{
    assert_int_equal(g->members[node].cluster, cluster);
    assert_int_equal(g->members[node].to, to);
}

static void no_relation_leaves_everybody_alone(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 3);
    run(&g);
    for (uint32_t i = 0; i < 3; i++) {
        assert_member(&g, i, i, i);
        assert_int_equal(g.members[i].edge, SST_NO_EDGE);
    }
}

static void no_nodes_is_no_error(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 0);
    run(&g);
}

static void first_in_order_takes_direct_matches(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 4);
    join(&g, 0, 1, SST_RELATION_COPY);
    join(&g, 0, 2, SST_RELATION_UPDATE);
    join(&g, 1, 2, SST_RELATION_IDENTICAL);
    run(&g);
    assert_member(&g, 0, 0, 0);
    assert_member(&g, 1, 0, 0);
    assert_member(&g, 2, 0, 0);
    assert_member(&g, 3, 3, 3);
    assert_int_equal(g.members[2].edge, 1);
}

static void chain_is_cut(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 5);
    for (uint32_t i = 0; i + 1 < 5; i++)
        join(&g, i, i + 1, SST_RELATION_COPY);
    run(&g);
    assert_member(&g, 1, 0, 0);
    assert_member(&g, 2, 2, 2);
    assert_member(&g, 3, 2, 2);
    assert_member(&g, 4, 4, 4);
}

static void credited_original_is_canonical(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 3);
    g.nodes[0].credits = 2; /* node 0 says: source 2, whose story node 2 is */
    join(&g, 0, 1, SST_RELATION_COPY);
    join(&g, 0, 2, SST_RELATION_COPY);
    join(&g, 1, 2, SST_RELATION_COPY);
    run(&g);
    assert_member(&g, 2, 2, 2);
    assert_member(&g, 0, 2, 2);
    assert_member(&g, 1, 2, 2);
}

static void credit_without_a_match_is_ignored(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 3);
    g.nodes[0].credits = 2;
    join(&g, 0, 1, SST_RELATION_COPY);
    run(&g);
    assert_member(&g, 0, 0, 0);
    assert_member(&g, 1, 0, 0);
    assert_member(&g, 2, 2, 2);
}

static void excerpt_attaches_to_the_canonical_that_contains_it(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 2);
    g.nodes[1].length = 30;
    join(&g, 0, 1, SST_RELATION_EXCERPT);
    run(&g);
    assert_member(&g, 1, 0, 0);
    assert_int_equal(g.members[1].edge, 0);
}

static void longer_story_hosts_though_it_is_later(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 2);
    g.nodes[0].length = 30;
    join(&g, 0, 1, SST_RELATION_EXCERPT);
    run(&g);
    assert_member(&g, 0, 1, 1);
    assert_member(&g, 1, 1, 1);
}

/* Two stories contain one excerpt: they do not become one cluster. */
static void excerpt_never_bridges(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 3);
    g.nodes[2].length = 30;
    join(&g, 0, 2, SST_RELATION_EXCERPT);
    join(&g, 1, 2, SST_RELATION_EXCERPT);
    g.edges[1].overlap.shared = 90;
    run(&g);
    assert_member(&g, 0, 0, 0);
    assert_member(&g, 1, 1, 1);
    assert_member(&g, 2, 1, 1); /* contained better there */
}

static void attachment_has_depth_one(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 3);
    g.nodes[1].length = 60;
    g.nodes[2].length = 20;
    join(&g, 0, 1, SST_RELATION_EXCERPT);
    join(&g, 1, 2, SST_RELATION_EXCERPT);
    run(&g);
    assert_member(&g, 1, 0, 0);
    assert_member(&g, 2, 2, 2);
}

static void attached_core_keeps_its_members(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 4);
    g.nodes[1].length = g.nodes[2].length = g.nodes[3].length = 30;
    join(&g, 0, 1, SST_RELATION_EXCERPT);
    join(&g, 0, 2, SST_RELATION_EXCERPT);
    join(&g, 1, 2, SST_RELATION_COPY);
    join(&g, 1, 3, SST_RELATION_COPY);
    run(&g);
    assert_member(&g, 1, 0, 0);
    assert_member(&g, 2, 0, 0); /* its own excerpt relation to the host */
    assert_member(&g, 3, 0, 1); /* none: it speaks of its own canonical */
    assert_int_equal(g.members[2].edge, 1);
    assert_int_equal(g.members[3].edge, 3);
}

/* A round-up of ten stories holds each of them: none of them meet. */
static void round_up_does_not_glue(void **state)
{
    (void)state;
    graph g;
    make_nodes(&g, 11);
    g.nodes[10].length = 1000;
    for (uint32_t i = 0; i < 10; i++)
        join(&g, i, 10, SST_RELATION_EXCERPT);
    run(&g);
    for (uint32_t i = 0; i < 10; i++)
        assert_member(&g, i, 10, 10);
}

/* ---- properties ------------------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *seed)
{
    *seed += 0x9e3779b97f4a7c15u;
    return sst_mix64(*seed);
}

static void make_random(graph *g, uint64_t seed)
{
    static const sst_relation relations[] = {SST_RELATION_IDENTICAL, SST_RELATION_COPY,
                                             SST_RELATION_UPDATE, SST_RELATION_EXCERPT,
                                             SST_RELATION_EXCERPT};
    make_nodes(g, (uint32_t)(2 + next_random(&seed) % (MOST_NODES - 2)));
    unsigned percent = (unsigned)(next_random(&seed) % 20);
    for (uint32_t i = 0; i < g->node_count; i++) {
        g->nodes[i].length = (uint32_t)(20 + next_random(&seed) % 40);
        g->nodes[i].source = (uint32_t)(next_random(&seed) % 8);
        if (next_random(&seed) % 5 == 0)
            g->nodes[i].credits = (uint32_t)(next_random(&seed) % 8);
    }
    for (uint32_t a = 0; a < g->node_count; a++) {
        for (uint32_t b = a + 1; b < g->node_count; b++) {
            if (next_random(&seed) % 100 >= percent)
                continue;
            join(g, a, b, relations[next_random(&seed) % 5]);
            g->edges[g->edge_count - 1].overlap.shared = (uint32_t)(1 + next_random(&seed) % 90);
        }
    }
}

/* Every member has a stated relation to its `to`, inside its own cluster; a canonical node speaks
 * of itself; no cluster is entered by excerpts alone from both sides. */
static void members_hold_together(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        graph g;
        make_random(&g, seed);
        run(&g);
        for (uint32_t i = 0; i < g.node_count; i++) {
            const sst_membership *m = &g.members[i];
            assert_int_equal(g.members[m->cluster].cluster, m->cluster);
            assert_int_equal(g.members[m->cluster].to, m->cluster);
            if (m->to == i) {
                assert_int_equal(m->cluster, i);
                assert_int_equal(m->edge, SST_NO_EDGE);
                continue;
            }
            assert_int_equal(g.members[m->to].cluster, m->cluster);
            const sst_edge *edge = &g.edges[m->edge];
            assert_true((edge->a == i && edge->b == m->to) ||
                        (edge->b == i && edge->a == m->to));
        }
    }
}

/* The answer is a function of the edges as a set of relations, whichever run it is. */
static void runs_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        graph g, again;
        make_random(&g, seed);
        make_random(&again, seed);
        run(&g);
        run(&again);
        assert_memory_equal(g.members, again.members, g.node_count * sizeof *g.members);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_relation_leaves_everybody_alone),
        cmocka_unit_test(no_nodes_is_no_error),
        cmocka_unit_test(first_in_order_takes_direct_matches),
        cmocka_unit_test(chain_is_cut),
        cmocka_unit_test(credited_original_is_canonical),
        cmocka_unit_test(credit_without_a_match_is_ignored),
        cmocka_unit_test(excerpt_attaches_to_the_canonical_that_contains_it),
        cmocka_unit_test(longer_story_hosts_though_it_is_later),
        cmocka_unit_test(excerpt_never_bridges),
        cmocka_unit_test(attachment_has_depth_one),
        cmocka_unit_test(attached_core_keeps_its_members),
        cmocka_unit_test(round_up_does_not_glue),
        cmocka_unit_test(members_hold_together),
        cmocka_unit_test(runs_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
