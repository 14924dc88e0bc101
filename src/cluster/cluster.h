/* From relations to clusters: a pure function of the set of stories and their relations.
 *
 * Single link glues (a round-up, a chain of rewrites, one template make a giant cluster), so
 * components are only where the work begins. In each component of core relations (identical,
 * copy, update) the first node in canonical order is the canonical one and takes every node of
 * the component that has a direct same-story relation to it; the rest repeats: a chain A~B~C in
 * which A and C are strangers is cut. This is the star / pivot clustering of Aslam et al. and
 * Ailon, Charikar, Newman (STOC 2005), with a fixed order in place of a random one.
 *
 * Then a whole core may attach, by an excerpt relation between the two canonical nodes, to the
 * core that contains its canonical best. Attachment has depth one, and an attached core hosts
 * nothing: an excerpt never bridges two clusters. */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include "base/story.h"

/* A same-story relation between two nodes. Nodes are numbered in canonical order (earliest
 * published, longest, content, id), so a smaller number is preferred everywhere. */
typedef struct sst_edge {
    uint32_t a, b; /* a < b */
    sst_relation relation;
    sst_overlap overlap;
} sst_edge;

/* What clustering knows of a node besides its number. */
typedef struct sst_cluster_node {
    uint32_t length;  /* tokens */
    uint32_t source;  /* number of its source, UINT32_MAX: none */
    uint32_t credits; /* number of the source that its credit line names, UINT32_MAX: none; its own:
                         another of the stories that the node stands for names it */
} sst_cluster_node;

#define SST_NO_EDGE UINT32_MAX

/* The answer for one node. */
typedef struct sst_membership {
    uint32_t cluster; /* number of the cluster's canonical node (itself for a single node) */
    uint32_t to;      /* node its relation speaks of; itself for a canonical node */
    uint32_t edge;    /* index of the edge to `to`, SST_NO_EDGE for a canonical node */
} sst_membership;

/* Clusters `node_count` nodes. `edges` are same-story relations sorted by (a, b), each pair at
 * most once; `members` has room for node_count answers. Deterministic; near-linear in nodes and
 * edges. Not thread-bound: no state is kept. */
sst_status sst_cluster(const sst_cluster_node *nodes, uint32_t node_count,
                       const sst_edge *edges, size_t edge_count, sst_membership *members,
                       sst_error *error);

#endif
