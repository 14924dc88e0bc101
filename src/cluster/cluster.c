#include "cluster/cluster.h"

#include <string.h>

#include "base/memory.h"

/* Each edge stands in the list of both its ends. */
typedef struct neighbours {
    size_t *begin;  /* node_count + 1 offsets into `edge` */
    uint32_t *edge; /* edge numbers, ascending within a node */
} neighbours;

typedef struct clustering {
    const sst_cluster_node *nodes;
    const sst_edge *edges;
    uint32_t node_count;
    size_t edge_count;
    sst_membership *members;
    uint32_t *component; /* core component: its smallest node */
    bool *credited;      /* some node of the component names this one as its source */
    uint32_t *order;     /* nodes by (component, credited first, number) */
    bool *hosted;        /* canonical nodes of attached cores */
    neighbours around;
} clustering;

static bool is_core(const sst_edge *edge)
{
    return edge->relation != SST_RELATION_EXCERPT;
}

static uint32_t other_end(const sst_edge *edge, uint32_t node)
{
    return edge->a == node ? edge->b : edge->a;
}

/* ---- components ------------------------------------------------------------------------- */

static uint32_t find_root(uint32_t *parent, uint32_t node)
{
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

/* The smaller root wins, so a component is named by its smallest node in any order of unions. */
static void find_components(clustering *c)
{
    for (uint32_t i = 0; i < c->node_count; i++)
        c->component[i] = i;
    for (size_t i = 0; i < c->edge_count; i++) {
        if (!is_core(&c->edges[i]))
            continue;
        uint32_t a = find_root(c->component, c->edges[i].a);
        uint32_t b = find_root(c->component, c->edges[i].b);
        if (a < b)
            c->component[b] = a;
        else
            c->component[a] = b;
    }
    for (uint32_t i = 0; i < c->node_count; i++)
        c->component[i] = find_root(c->component, i);
}

static void count_neighbours(clustering *c)
{
    for (size_t i = 0; i < c->edge_count; i++) {
        c->around.begin[c->edges[i].a + 1]++;
        c->around.begin[c->edges[i].b + 1]++;
    }
    for (uint32_t i = 0; i < c->node_count; i++)
        c->around.begin[i + 1] += c->around.begin[i];
}

/* Fills the lists; begin[] moves one node on while it serves as the write position. */
static void list_neighbours(clustering *c)
{
    count_neighbours(c);
    for (size_t i = 0; i < c->edge_count; i++) {
        c->around.edge[c->around.begin[c->edges[i].a]++] = (uint32_t)i;
        c->around.edge[c->around.begin[c->edges[i].b]++] = (uint32_t)i;
    }
    memmove(c->around.begin + 1, c->around.begin, c->node_count * sizeof *c->around.begin);
    c->around.begin[0] = 0;
}

/* ---- canonical order ----------------------------------------------------------------------- */

/* A credit counts between direct matches: a story that says "Source: X" and matches X's story. */
static void mark_credited(clustering *c)
{
    for (uint32_t i = 0; i < c->node_count; i++)
        c->credited[i] =
            c->nodes[i].credits != UINT32_MAX && c->nodes[i].credits == c->nodes[i].source;
    for (size_t i = 0; i < c->edge_count; i++) {
        const sst_edge *edge = &c->edges[i];
        if (!is_core(edge))
            continue;
        const sst_cluster_node *a = &c->nodes[edge->a], *b = &c->nodes[edge->b];
        if (a->credits != UINT32_MAX && a->credits == b->source && a->source != b->source)
            c->credited[edge->b] = true;
        if (b->credits != UINT32_MAX && b->credits == a->source && a->source != b->source)
            c->credited[edge->a] = true;
    }
}

/* Counting sort by component, twice over the nodes: credited ones first, then the others. */
static sst_status order_nodes(clustering *c, sst_error *error)
{
    uint32_t *at = sst_allocate_zeroed((size_t)c->node_count + 1, sizeof *at,
                                       "the component order", error);
    if (at == NULL)
        return SST_MEMORY;
    for (uint32_t i = 0; i < c->node_count; i++)
        at[c->component[i] + 1]++;
    for (uint32_t i = 0; i < c->node_count; i++)
        at[i + 1] += at[i];
    for (int credited = 1; credited >= 0; credited--)
        for (uint32_t i = 0; i < c->node_count; i++)
            if (c->credited[i] == (credited == 1))
                c->order[at[c->component[i]]++] = i;
    free(at);
    return SST_OK;
}

/* ---- cores ---------------------------------------------------------------------------------- */

static void take_neighbours(clustering *c, uint32_t canonical)
{
    for (size_t i = c->around.begin[canonical]; i < c->around.begin[canonical + 1]; i++) {
        uint32_t number = c->around.edge[i];
        uint32_t node = other_end(&c->edges[number], canonical);
        if (c->component[node] != c->component[canonical] ||
            c->members[node].cluster != UINT32_MAX)
            continue;
        c->members[node] =
            (sst_membership){.cluster = canonical, .to = canonical, .edge = number};
    }
}

static void cut_cores(clustering *c)
{
    for (uint32_t i = 0; i < c->node_count; i++)
        c->members[i].cluster = UINT32_MAX;
    for (uint32_t i = 0; i < c->node_count; i++) {
        uint32_t node = c->order[i];
        if (c->members[node].cluster != UINT32_MAX)
            continue;
        c->members[node] = (sst_membership){.cluster = node, .to = node, .edge = SST_NO_EDGE};
        take_neighbours(c, node);
    }
}

/* ---- attachment ------------------------------------------------------------------------------ */

/* The distinct shingle count of `node` in this edge. */
static uint32_t own_count(const sst_edge *edge, uint32_t node)
{
    return edge->a == node ? edge->overlap.a_count : edge->overlap.b_count;
}

/* True when `node` is the contained end. Equal lengths cannot be told apart: the preferred
 * (smaller) number contains the other. */
static bool is_contained(const clustering *c, const sst_edge *edge, uint32_t node)
{
    uint32_t other = other_end(edge, node);
    uint32_t mine = c->nodes[node].length, theirs = c->nodes[other].length;
    return mine != theirs ? mine < theirs : node > other;
}

/* Order of hosts: containment of `node`, then the longer host, then the preferred number. */
static bool contains_better(const clustering *c, uint32_t node, const sst_edge *edge,
                            const sst_edge *best)
{
    uint64_t left = (uint64_t)edge->overlap.shared * own_count(best, node);
    uint64_t right = (uint64_t)best->overlap.shared * own_count(edge, node);
    if (left != right)
        return left > right;
    uint32_t host = other_end(edge, node), best_host = other_end(best, node);
    if (c->nodes[host].length != c->nodes[best_host].length)
        return c->nodes[host].length > c->nodes[best_host].length;
    return host < best_host;
}

/* The excerpt edge by which `node` is contained best, among partners that `may_host` accepts. */
static uint32_t best_host_edge(const clustering *c, uint32_t node,
                               bool (*may_host)(const clustering *, uint32_t host, uint32_t in),
                               uint32_t in)
{
    uint32_t best = SST_NO_EDGE;
    for (size_t i = c->around.begin[node]; i < c->around.begin[node + 1]; i++) {
        uint32_t number = c->around.edge[i];
        const sst_edge *edge = &c->edges[number];
        if (is_core(edge) || !is_contained(c, edge, node) ||
            !may_host(c, other_end(edge, node), in))
            continue;
        if (best == SST_NO_EDGE || contains_better(c, node, edge, &c->edges[best]))
            best = number;
    }
    return best;
}

static bool is_free_canonical(const clustering *c, uint32_t host, uint32_t in)
{
    (void)in;
    return c->members[host].to == host && !c->hosted[host];
}

static bool is_in_core(const clustering *c, uint32_t host, uint32_t in)
{
    return c->members[host].cluster == in;
}

static int compare_longer_first(const void *left, const void *right, void *context)
{
    const sst_cluster_node *nodes = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (nodes[a].length != nodes[b].length)
        return nodes[a].length > nodes[b].length ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Canonical nodes that have an excerpt edge, longest first, so that a host is settled before
 * what it may host. Written over `order`, which is no longer needed. */
static uint32_t list_attachable(clustering *c)
{
    uint32_t count = 0;
    for (uint32_t node = 0; node < c->node_count; node++)
        if (c->members[node].to == node &&
            best_host_edge(c, node, is_free_canonical, 0) != SST_NO_EDGE)
            c->order[count++] = node;
    qsort_r(c->order, count, sizeof *c->order, compare_longer_first, (void *)(uintptr_t)c->nodes);
    return count;
}

/* Members of an attached core point at the host's story that contains them best, when there is
 * such a relation; otherwise their relation to their own canonical stands. */
static void move_members(clustering *c, const uint32_t *host_of)
{
    for (uint32_t node = 0; node < c->node_count; node++) {
        uint32_t canonical = c->members[node].cluster;
        if (node == canonical || host_of[canonical] == UINT32_MAX)
            continue;
        uint32_t edge = best_host_edge(c, node, is_in_core, host_of[canonical]);
        if (edge != SST_NO_EDGE)
            c->members[node] = (sst_membership){
                .cluster = canonical, .to = other_end(&c->edges[edge], node), .edge = edge};
    }
}

static void rename_clusters(clustering *c, const uint32_t *host_of)
{
    for (uint32_t node = 0; node < c->node_count; node++) {
        uint32_t host = host_of[c->members[node].cluster];
        if (host != UINT32_MAX)
            c->members[node].cluster = host;
    }
}

static sst_status attach_cores(clustering *c, sst_error *error)
{
    uint32_t *host_of = sst_allocate(c->node_count, sizeof *host_of, "attached cores", error);
    if (host_of == NULL)
        return SST_MEMORY;
    memset(host_of, 0xff, (size_t)c->node_count * sizeof *host_of);

    uint32_t count = list_attachable(c);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = c->order[i];
        uint32_t edge = best_host_edge(c, node, is_free_canonical, 0);
        if (edge == SST_NO_EDGE)
            continue;
        host_of[node] = other_end(&c->edges[edge], node);
        c->hosted[node] = true;
        c->members[node].edge = edge;
    }
    move_members(c, host_of);
    for (uint32_t node = 0; node < c->node_count; node++)
        if (host_of[node] != UINT32_MAX)
            c->members[node].to = host_of[node];
    rename_clusters(c, host_of);
    free(host_of);
    return SST_OK;
}

/* ---- all together ------------------------------------------------------------------------------ */

static sst_status allocate(clustering *c, sst_error *error)
{
    c->component = sst_allocate(c->node_count, sizeof *c->component, "components", error);
    c->credited = sst_allocate_zeroed(c->node_count, sizeof *c->credited, "credits", error);
    c->order = sst_allocate(c->node_count, sizeof *c->order, "the canonical order", error);
    c->hosted = sst_allocate_zeroed(c->node_count, sizeof *c->hosted, "attached cores", error);
    c->around.begin = sst_allocate_zeroed((size_t)c->node_count + 2, sizeof *c->around.begin,
                                          "neighbour lists", error);
    c->around.edge = sst_allocate(sst_size_multiply(c->edge_count, 2), sizeof *c->around.edge,
                                  "neighbour lists", error);
    bool complete = c->component != NULL && c->credited != NULL && c->order != NULL &&
                    c->hosted != NULL && c->around.begin != NULL && c->around.edge != NULL;
    return complete ? SST_OK : SST_MEMORY;
}

static void release(clustering *c)
{
    free(c->component);
    free(c->credited);
    free(c->order);
    free(c->hosted);
    free(c->around.begin);
    free(c->around.edge);
}

sst_status sst_cluster(const sst_cluster_node *nodes, uint32_t node_count,
                       const sst_edge *edges, size_t edge_count, sst_membership *members,
                       sst_error *error)
{
    if (edge_count >= SST_NO_EDGE)
        return sst_fail(error, SST_LIMIT,
                        "%zu same-story pairs are more than 4294967294; split the input by date",
                        edge_count);
    clustering c = {.nodes = nodes, .edges = edges, .node_count = node_count,
                    .edge_count = edge_count, .members = members};
    sst_status status = allocate(&c, error);
    if (status != SST_OK)
        goto cleanup;
    find_components(&c);
    list_neighbours(&c);
    mark_credited(&c);
    status = order_nodes(&c, error);
    if (status != SST_OK)
        goto cleanup;
    cut_cores(&c);
    status = attach_cores(&c, error);
cleanup:
    release(&c);
    return status;
}
