#!/usr/bin/env python3
"""Checks the benchmarks themselves on corpora of a few hundred stories: the generator's promises,
the exact join against counting by hand, the drivers from end to end. No times are looked at."""

import collections
import itertools
import json
import subprocess
import sys

import measure
import members


def output(options, name, *arguments):
    command = [measure.program(options, name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def check_generator(options):
    corpus = output(options, "bench_generate", "speed", 2000)
    assert corpus == output(options, "bench_generate", "speed", 2000), "not the same bytes twice"
    assert corpus != output(options, "bench_generate", "--seed", 2, "speed", 2000)
    stories = [json.loads(line) for line in corpus.splitlines()]
    assert len({story["id"] for story in stories}) == 2000
    sizes = collections.Counter(collections.Counter(s["cluster"] for s in stories).values())
    clustered = sum(size * count for size, count in sizes.items() if size > 1)
    assert clustered == 700 and max(sizes) == 20, sizes
    assert {story["lang"] for story in stories} == {"en", "bn"}


def check_labelled(options):
    gold = options.work / "check.gold.tsv"
    path = measure.generate(options, "check-labelled", "labelled", 22, gold)
    with open(path) as file:
        cluster = {story["id"]: story["cluster"] for story in map(json.loads, file)}
    for line in gold.read_text().splitlines()[1:]:
        _, a, b, label, _, why = line.split("\t")
        same = label in ("copy", "excerpt", "update")
        assert (cluster[a] == cluster[b]) == same, (why, a, b)


def check_chain(options):
    """Neighbours differ by one sentence of twenty words."""
    stories = [json.loads(line)["text"].split(". ")
               for line in output(options, "bench_generate", "chain", 30).splitlines()]
    for left, right in itertools.pairwise(stories):
        assert sum(a != b for a, b in zip(left, right)) == 1


def check_exact(options):
    """The join and the counts against sets in Python."""
    path = measure.generate(options, "check-speed", "speed", 600)
    shingles = members.shingles(options, [path], 3, "check")
    with open(shingles) as file:
        sets = {story["id"]: set(story["shingles"]) for story in map(json.loads, file)}
    expected = set()
    for a, b in itertools.combinations(sorted(sets), 2):
        shared = len(sets[a] & sets[b])
        if shared and 2 * shared >= len(sets[a] | sets[b]):
            expected.add((a, b, shared, len(sets[a]), len(sets[b])))
    joined = output(options, "bench_exact", "join", "--jaccard", 0.5, shingles).decode()
    found = {(a, b, *map(int, rest)) for a, b, *rest in
             (line.split("\t") for line in joined.splitlines())}
    assert found == expected and expected, (found ^ expected)
    counted = members.count(options, shingles, [pair[:2] for pair in expected])
    assert all(counted[pair[:2]] == pair[2:] for pair in expected)


def check_wrong_members_are_seen(options):
    """A recorded number that does not hold is counted."""
    path = measure.generate(options, "check-speed", "speed", 600)
    clusters = options.work / "check.clusters"
    measure.run([measure.program(options, "samestory"), "cluster", "-q", "-o", clusters, path])
    checked, wrong = members.check(options, [path], clusters, "check")
    assert checked > 50 and wrong == 0, (checked, wrong)
    line, *rest = clusters.read_text().splitlines(keepends=True)
    cluster = json.loads(line)
    cluster["members"][1]["jaccard"] = 0.123
    clusters.write_text(json.dumps(cluster) + "\n" + "".join(rest))
    assert members.check(options, [path], clusters, "check")[1] == 1


def check_whole(options):
    done = subprocess.run([sys.executable, measure.REPOSITORY / "bench" / "whole" / "run",
                           "--build", options.build, "--work", options.work, "--stories", "300",
                           "--large", "600", "--hard", "200", "--repeat", "1"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "DIFFERENT" not in done.stdout and "## Hard buckets" in done.stdout


def main():
    options = measure.arguments(__doc__).parse_args()
    measure.prepare(options)
    checks = [check_generator, check_labelled, check_chain, check_exact,
              check_wrong_members_are_seen, check_whole]
    for check in checks:
        check(options)
    print(f"{len(checks)} passed, 0 failed")


if __name__ == "__main__":
    main()
