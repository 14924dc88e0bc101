"""datasketch: the README's MinHash LSH example, over words; union-find is the user's."""

from common import UnionFind, main, read_shingles, read_stories, verified, write_clusters

from datasketch import MinHash, MinHashLSH


# user code
def shipped(steps, source, target, threads):
    with steps("read"):
        ids, texts = read_stories(source)
    with steps("sketch"):
        sketches = []
        for text in texts:
            sketch = MinHash(num_perm=128)
            for word in set(text.split()):
                sketch.update(word.encode("utf8"))
            sketches.append(sketch)
    with steps("index"):
        index = MinHashLSH(threshold=0.5, num_perm=128)
        for i, sketch in enumerate(sketches):
            index.insert(i, sketch)
    with steps("query"):
        clusters = UnionFind(len(ids))
        for i, sketch in enumerate(sketches):
            for other in index.query(sketch):
                clusters.union(i, other)
    write_clusters(target, ids, clusters.find)
# end


def level(steps, source, target, threads):
    with steps("read"):
        ids, sets = read_shingles(source, lambda shingle: bytes.fromhex(shingle))
    with steps("sketch"):
        sketches = []
        for tokens in sets:
            sketch = MinHash(num_perm=128)
            sketch.update_batch(tokens)
            sketches.append(sketch)
    with steps("index"):
        index = MinHashLSH(num_perm=128, params=(42, 3))
        for i, sketch in enumerate(sketches):
            index.insert(i, sketch)
    with steps("query"):
        pairs = [(i, other) for i, sketch in enumerate(sketches)
                 for other in index.query(sketch) if other < i]
    with steps("verify"):
        clusters = UnionFind(len(ids))
        for a, b in verified(pairs, sets, 0.5):
            clusters.union(a, b)
    write_clusters(target, ids, clusters.find)


main(shipped, level, shipped="words, 128 permutations, threshold .5, bands by the library",
     level="3-shingles, 128 permutations, 42 x 3, exact Jaccard .5")
