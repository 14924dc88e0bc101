"""gaoya: the README's string index over words (42 bands of 3, estimate >= .5)."""

from common import UnionFind, main, read_shingles, read_stories, verified, write_clusters

from gaoya.minhash import MinHashStringIndex


# user code
def shipped(steps, source, target, threads):
    with steps("read"):
        ids, texts = read_stories(source)
    with steps("index"):
        index = MinHashStringIndex(hash_size=32, jaccard_threshold=0.5, num_bands=42,
                                   band_size=3, num_hashes=42 * 3, analyzer="word",
                                   lowercase=True, ngram_range=(1, 1))
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
    with steps("query"):
        clusters = UnionFind(len(ids))
        for i, others in enumerate(index.par_bulk_query(texts)):
            for other in others:
                clusters.union(i, other)
    write_clusters(target, ids, clusters.find)
# end


def level(steps, source, target, threads):
    with steps("read"):
        ids, sets = read_shingles(source, str)
    with steps("index"):
        index = MinHashStringIndex(hash_size=32, jaccard_threshold=0.01, num_bands=42,
                                   band_size=3, analyzer=lambda tokens: tokens)
        index.par_bulk_insert_docs(list(range(len(sets))), sets)
    with steps("query"):
        pairs = [(i, other) for i, others in enumerate(index.par_bulk_query(sets))
                 for other in others if other < i]
    with steps("verify"):
        clusters = UnionFind(len(ids))
        for a, b in verified(pairs, sets, 0.5):
            clusters.union(a, b)
    write_clusters(target, ids, clusters.find)


main(shipped, level, shipped="words, lower case, 126 hashes, 42 x 3, threshold .5 on the estimate",
     level="3-shingles, 126 hashes, 42 x 3, exact Jaccard .5; sketches are made twice, as its"
           " queries take tokens")
