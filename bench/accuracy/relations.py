#!/usr/bin/env python3
"""What the judge finds in real corpora, and pairs drawn from it to be read.

    SAMESTORY_DATA=DIR bench/accuracy/relations.py --work DIR [--build BUILD] [--draw 50]

For the Arabic, English and Bengali corpora: clusters, the largest cluster, relations by kind. Then
pairs of the same story (identical apart: those need no reader) and pairs of one template are drawn
over all three by a fixed seed. Their ids, numbers and texts go to drawn.txt in the work folder,
which is outside the repository: texts belong to their publishers."""

import collections
import hashlib
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measure

CORPORA = ("saudinewsnet", "reuters21578", "bn_all")
KINDS = {"same story": ("copy", "update", "excerpt"), "template": ("template",)}
SEED = 20240229
START = 700  # characters of each text


def lines_of(command):
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE) as child:
        yield from (json.loads(line) for line in child.stdout)


def records(path):
    return {str(record["id"]): record for record in lines_of(["zstd", "-dcq", path])}


def draw(pairs, kinds, count):
    """`count` pairs of these relations, those whose ids hash lowest: a changed rule changes the
    draw only where it changed a relation."""
    def lot(pair):
        return hashlib.sha256(f"{SEED}\0{pair['a']}\0{pair['b']}".encode()).digest()
    chosen = sorted((pair for pair in pairs if pair["relation"] in kinds), key=lot)
    return [(pair["a"], pair["b"], pair["relation"]) for pair in chosen[:count]]


def explain(program, path, a, b):
    found = next(lines_of([program, "compare", "-q", "--json", "--id", a, "--id", b, path]))
    return {key: value for key, value in found.items() if key != "passages"}, [
        passage for passage in found.get("passages", []) if passage.get("kind") != "shared"]


def print_pair(out, number, kind, pair, stories, program, path):
    a, b, relation = pair
    numbers, passages = explain(program, path, a, b)
    out.write(f"\n==== {kind} {number}: {path.name} {a} {b} {relation}\n")
    out.write(json.dumps(numbers, ensure_ascii=False)[:600] + "\n")
    for side in (a, b):
        story = stories[side]
        text = " ".join((story.get("text") or "").split())
        out.write(f"-- {side} {story.get('source')} {story.get('published')} "
                  f"[{len(text)}] {story.get('title')}\n   {text[:START]}\n")
    for passage in passages[:12]:
        out.write("   ~ " + json.dumps(passage, ensure_ascii=False)[:300] + "\n")


def main():
    parser = measure.arguments(__doc__)
    parser.add_argument("--draw", type=int, default=50, help="pairs of each kind, over all")
    options = parser.parse_args()
    measure.prepare(options)
    program = measure.program(options, "samestory")
    present = [name for name in CORPORA if (measure.DATA / f"{name}.jsonl.zst").exists()]
    if not present:
        print(f"skipped: no collections in '{measure.DATA}'; set SAMESTORY_DATA")
        return
    rows = []
    with open(options.work / "drawn.txt", "w", encoding="utf-8") as out:
        for place, name in enumerate(present):
            path = measure.DATA / f"{name}.jsonl.zst"
            pairs = list(lines_of([program, "pairs", "-q", "--relations", "all", path]))
            sizes = [cluster["size"] for cluster in lines_of([program, "cluster", "-q", path])]
            kinds = collections.Counter(pair["relation"] for pair in pairs)
            rows.append([name, len(sizes), max(sizes, default=0), sum(sizes),
                         ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())])
            stories = records(path)
            share = options.draw // len(present) + (place < options.draw % len(present))
            for kind, relations in KINDS.items():
                for number, pair in enumerate(draw(pairs, relations, share), 1):
                    print_pair(out, number, kind, pair, stories, program, path)
                    print(f"{kind}\t{name}\t{pair[0]}\t{pair[1]}\t{pair[2]}")
    print(measure.table(["corpus", "clusters", "largest", "clustered", "pairs by relation"], rows))


if __name__ == "__main__":
    main()
