"""rensa: the README's streaming deduplicator over words, with its duplicate sets. The faster
"rho" pipeline answers only whether a story is a duplicate, not of which, so it makes no
clusters."""

from common import UnionFind, main, read_shingles, read_stories, verified, write_clusters

from rensa import RMinHash, RMinHashDeduplicator, RMinHashLSH


# user code
def shipped(steps, source, target, threads):
    with steps("read"):
        ids, texts = read_stories(source)
    with steps("index"):
        index = RMinHashDeduplicator(threshold=0.8, num_perm=128, use_lsh=True)
        keep = index.add_pairs((str(i), text.split()) for i, text in enumerate(texts))
    with steps("query"):
        clusters = UnionFind(len(ids))
        dropped = [i for i, kept in enumerate(keep) if not kept]
        found = index.get_duplicate_sets(texts[i].split() for i in dropped)
        for i, others in zip(dropped, found):
            for other in others:
                clusters.union(i, int(other))
    write_clusters(target, ids, clusters.find)
# end


def level(steps, source, target, threads):
    with steps("read"):
        ids, sets = read_shingles(source, lambda shingle: bytes.fromhex(shingle))
    with steps("sketch"):
        sketches = RMinHash.from_token_sets(sets, num_perm=126, seed=42)
    with steps("index"):
        index = RMinHashLSH(threshold=0.5, num_perm=126, num_bands=42)
        index.insert_many(sketches)
    with steps("query"):
        pairs = [(i, other) for i, others in enumerate(index.query_all(sketches))
                 for other in others if other < i]
    with steps("verify"):
        clusters = UnionFind(len(ids))
        for a, b in verified(pairs, sets, 0.5):
            clusters.union(a, b)
    write_clusters(target, ids, clusters.find)


main(shipped, level, shipped="words, 128 slots, threshold .8 on the estimate, bands by the library",
     level="3-shingles, 126 slots, 42 x 3, exact Jaccard .5")
