"""What the drivers share: reading, step timing, union-find, exact verification, output."""

import json
import sys
import time


class Steps:
    """Seconds of each named step, and the growth of memory while the index is built."""

    def __init__(self):
        self.seconds, self.index_bytes = {}, None

    def __call__(self, name):
        return _Step(self, name)


class _Step:
    def __init__(self, steps, name):
        self.steps, self.name = steps, name

    def __enter__(self):
        self.begin = time.perf_counter()
        self.resident = resident_bytes()

    def __exit__(self, *_):
        seconds = self.steps.seconds
        seconds[self.name] = seconds.get(self.name, 0) + time.perf_counter() - self.begin
        if self.name == "index":
            self.steps.index_bytes = max(0, resident_bytes() - self.resident)


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def read_stories(path):
    """Ids and texts, in order."""
    ids, texts = [], []
    with open(path) as file:
        for line in file:
            story = json.loads(line)
            ids.append(story["id"])
            texts.append(story["text"])
    return ids, texts


def read_shingles(path, convert):
    """Ids and shingle sets as `samestory tokens --shingles 3` prints them, each through
    `convert`; stories without a token are left out."""
    ids, sets = [], []
    with open(path) as file:
        for line in file:
            story = json.loads(line)
            if story["shingles"]:
                ids.append(story["id"])
                sets.append([convert(shingle) for shingle in dict.fromkeys(story["shingles"])])
    return ids, sets


class UnionFind:
    def __init__(self, count):
        self.parent = list(range(count))

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[max(a, b)] = min(a, b)


def verified(pairs, sets, threshold):
    """The candidate pairs whose exact Jaccard similarity reaches the threshold."""
    for a, b in pairs:
        left, right = set(sets[a]), set(sets[b])
        shared = len(left & right)
        if shared >= threshold * (len(left) + len(right) - shared):
            yield a, b


def write_clusters(path, ids, label_of):
    """`id TAB label` of every story; `label_of(i)` is a cluster."""
    with open(path, "w") as out:
        for i, identifier in enumerate(ids):
            out.write(f"{identifier}\t{label_of(i)}\n")


def main(shipped, level, /, **parameters):
    """Runs `shipped` or `level` (steps, input, output, threads) and prints what was measured,
    with the parameters that the mode stands for."""
    mode, source, target, threads = sys.argv[1:5]
    steps = Steps()
    {"shipped": shipped, "level": level}[mode](steps, source, target, int(threads))
    print(json.dumps({"steps": steps.seconds, "index_bytes": steps.index_bytes,
                      "parameters": parameters.get(mode, "")}))
