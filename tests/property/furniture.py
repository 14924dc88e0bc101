#!/usr/bin/env python3
"""Furniture changes no relation: judged pairs of real corpora, as they are and dressed.

For each pair of DATA/gold/dev.tsv the relation that `samestory pairs` gives in its corpus is
compared with the relation it gives after the furniture of a layout (layouts.py) was put around
story a only, story b only, or both (as two pages of one site), and after every story of each second
source was dressed as pages of one site. A story keeps one dress in a run, whatever pairs it is in. Prints the share of relations that held, by layout and by mode, and ends
with 1 when a share is below --least.

    furniture.py --samestory PROGRAM [--data DATA] [--rounds N] [--least SHARE] [--changed]

`--rounds` 1 (default) gives each pair one layout a mode, N walks through N layouts."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import layouts

MODES = ("a", "b", "both")
SOURCES = "sources"
SAME_STORY = ("identical", "copy", "update", "excerpt")


def read_gold(path):
    """{set: [(id_a, id_b)]}."""
    pairs = collections.defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        name, a, b = line.split("\t")[:3]
        pairs[name].append((a, b))
    return pairs


def read_records(path):
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as child:
        return [line for line in child.stdout]


def relations(program, path, pairs):
    """Relation of each pair, 'none' for a pair that is not listed."""
    wanted = {frozenset(pair): pair for pair in pairs}
    found = dict.fromkeys(pairs, "none")
    command = [program, "pairs", "-q", "--relations", "all", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        for line in child.stdout:
            record = json.loads(line)
            pair = wanted.get(frozenset((record["a"], record["b"])))
            if pair is not None:
                found[pair] = record["relation"]
    if child.returncode not in (0, 3):
        sys.exit(f"'{' '.join(map(str, command))}' ended with {child.returncode}")
    return found


def dresses(pairs, mode, turn):
    """{id: (layout, site)} for one run, and the pairs whose dress came out as meant."""
    worn, bare, meant = {}, set(), []
    for index, (a, b) in enumerate(pairs):
        layout = layouts.LAYOUTS[(index + turn) % len(layouts.LAYOUTS)]
        dressed = {"a": [a], "b": [b], "both": [a, b]}[mode]
        plain = [story for story in (a, b) if story not in dressed]
        if any(story in worn or story in bare for story in (a, b)):
            continue
        worn.update((story, (layout, a)) for story in dressed)
        bare.update(plain)
        meant.append(((a, b), layout))
    return worn, meant


def write_dressed(path, lines, worn):
    with open(path, "wb") as out:
        for line in lines:
            record = json.loads(line)
            dress = worn.get(str(record["id"]))
            if dress is not None and record.get("text"):
                record["text"] = layouts.dress(dress[0], record["text"], str(record["id"]),
                                               dress[1])
                line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            out.write(line)


def dress_sources(lines, layout):
    """{id: (layout, site)}: every story of the sources whose number is even."""
    worn = {}
    for line in lines:
        record = json.loads(line)
        source = str(record.get("source") or "")
        if source and layouts.number(source) % 2 == 0:
            worn[str(record["id"])] = (layout, source)
    return worn


def batches(pairs):
    """Runs in which each story is in one pair."""
    rest = list(pairs)
    while rest:
        seen, batch, later = set(), [], []
        for pair in rest:
            if seen.isdisjoint(pair):
                seen.update(pair)
                batch.append(pair)
            else:
                later.append(pair)
        yield batch
        rest = later


def measure(options, name, pairs, tally):
    lines = read_records(options.data / f"{name}.jsonl.zst")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"{name}.jsonl"
        write_dressed(path, lines, {})
        before = relations(options.samestory, path, pairs)
        for turn in range(options.rounds):
            for mode in MODES:
                batch = next(batches(pairs)) if not options.all else None
                for chosen in [batch] if batch else batches(pairs):
                    worn, meant = dresses(chosen, mode, turn)
                    write_dressed(path, lines, worn)
                    after = relations(options.samestory, path, [pair for pair, _ in meant])
                    for pair, layout in meant:
                        tally.add(name, pair, layout, mode, before[pair], after[pair])
            layout = layouts.LAYOUTS[turn % len(layouts.LAYOUTS)]
            worn = dress_sources(lines, layout) if options.sources else {}
            if worn:
                write_dressed(path, lines, worn)
                after = relations(options.samestory, path, pairs)
                for pair in pairs:
                    if worn.keys() & set(pair):
                        tally.add(name, pair, layout, SOURCES, before[pair], after[pair])


class Tally:
    def __init__(self, options):
        self.options = options
        self.all = collections.Counter()
        self.held = collections.Counter()
        self.side_held = collections.Counter()
        self.pairs = set()

    def add(self, name, pair, layout, mode, before, after):
        side = (before in SAME_STORY) == (after in SAME_STORY)
        self.pairs.add((name, pair))
        for key in ("all", "layout " + layout, "mode " + mode, "set " + name):
            self.all[key] += 1
            self.held[key] += before == after
            self.side_held[key] += side
        if self.options.changed and before != after:
            print(f"{name}\t{pair[0]}\t{pair[1]}\t{layout}\t{mode}\t{before}\t{after}")

    def report(self):
        print(f"{len(self.pairs)} pairs, {self.all['all']} dressed")
        for key in sorted(self.all):
            print(f"{key:24} relation held {self.held[key] / self.all[key]:.3f}, "
                  f"same story or not held {self.side_held[key] / self.all[key]:.3f} "
                  f"of {self.all[key]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    parser.add_argument("--samestory", default="samestory")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path(
        os.environ.get("SAMESTORY_DATA", root / ".." / "shared" / "data")))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="also pairs that share a story")
    parser.add_argument("--sources", action="store_true", help="also every story of a source")
    parser.add_argument("--layouts", help="only these, separated by commas")
    parser.add_argument("--sets", help="collections, separated by commas")
    parser.add_argument("--least", type=float, default=0.0)
    parser.add_argument("--least-side", type=float, default=0.0)
    parser.add_argument("--changed", action="store_true", help="list relations that changed")
    options = parser.parse_args()
    gold = options.data / "gold" / "dev.tsv"
    if not gold.exists():
        print(f"skipped: no '{gold}'; set SAMESTORY_DATA")
        return 0
    if options.layouts:
        layouts.LAYOUTS = tuple(options.layouts.split(","))
    tally = Tally(options)
    for name, pairs in read_gold(gold).items():
        if not options.sets or name in options.sets.split(","):
            measure(options, name, pairs, tally)
    tally.report()
    held = tally.held["all"] / max(1, tally.all["all"])
    side = tally.side_held["all"] / max(1, tally.all["all"])
    return 1 if held < options.least or side < options.least_side else 0


if __name__ == "__main__":
    sys.exit(main())
