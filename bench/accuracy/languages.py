#!/usr/bin/env python3
"""Leave one language out: scores the judge on each language with limits that never saw it.

    SAMESTORY_DATA=DIR bench/accuracy/languages.py [--build BUILD] [--gold GOLD.tsv] [--sweeps 2]

The rules stay as they are. Their numbers (src/judge/limits.h) are chosen again on the pairs of all
other languages, one after the other, beginning with the usual ones: each takes values from half to
twice the usual one, the rest held; of the best ones the middle of the longest stretch is taken, so that a number that does not
matter there moves away from the usual one, too. Then the language that was left out is scored. A
pair's language is that of its first story; pairs across languages count for that one. `partial` is
left out, as in `eval`. Prints precision, recall and F1 by language and pooled, and the misses."""

import argparse
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measure

SAME = ("copy", "excerpt", "update")
SCALES = (.5, .6, .7, .8, .9, 1, 1.1, 1.25, 1.5, 1.75, 2)
OF_SCRIPT = (("bn", 0x980, 0x9ff), ("ar", 0x600, 0x6ff), ("ru", 0x400, 0x4ff))


def language_of(record):
    """The record's own word, else the script of its letters."""
    if record.get("lang"):
        return record["lang"]
    text = (record.get("text") or "")[:500]
    for language, first, last in OF_SCRIPT:
        if sum(first <= ord(letter) <= last for letter in text) * 4 > len(text):
            return language
    return "en"


def read_languages(files, wanted):
    found = {}
    for file in files:
        with subprocess.Popen(["zstd", "-dcq", file], stdout=subprocess.PIPE) as child:
            for line in child.stdout:
                record = json.loads(line)
                key = (file.name.split(".")[0], str(record["id"]))
                if key in wanted:
                    found[key] = language_of(record)
    return found


class Judge:
    """The judge as a child that answers limits with verdicts."""

    def __init__(self, program, gold, files):
        self.child = subprocess.Popen([str(part) for part in (program, gold, *files)], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.limits = {}
        for line in self.child.stdout:
            if not line.strip():
                break
            name, value = line.split()
            self.limits[name] = int(value)
        self.lines = [int(number) for number in self.child.stdout.readline().split()]
        self.known = {}

    def answers(self, limits):
        key = tuple(limits.values())
        if key not in self.known:
            print(*key, file=self.child.stdin, flush=True)
            self.known[key] = self.child.stdout.readline().strip()
        return self.known[key]


def count(answers, pairs):
    """(right, wrong, missed) of the pairs (place, is same story)."""
    right = sum(answers[place] == "s" for place, same in pairs if same)
    wrong = sum(answers[place] == "s" for place, same in pairs if not same)
    return right, wrong, sum(same for _, same in pairs) - right


def f1(counts):
    right, wrong, missed = counts
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def middle_of_best(values, scores):
    """The middle of the longest stretch of values with the best score."""
    best, stretch, longest = max(scores), [], []
    for value, score in zip(values, scores):
        stretch = stretch + [value] if score == best else []
        longest = stretch if len(stretch) > len(longest) else longest
    return longest[len(longest) // 2]


def choose(judge, pairs, sweeps):
    limits = dict(judge.limits)
    for _ in range(sweeps):
        for name, usual in judge.limits.items():
            values = sorted({max(1, round(usual * scale)) for scale in SCALES})
            scores = [f1(count(judge.answers({**limits, name: value}), pairs))
                      for value in values]
            limits[name] = middle_of_best(values, scores)
    return limits


def row(name, counts, pairs):
    right, wrong, missed = counts
    return [name, len(pairs), f"{right / max(1, right + wrong):.3f}",
            f"{right / max(1, right + missed):.3f}", f"{f1(counts):.3f}", wrong, missed]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--gold", type=pathlib.Path, default=measure.DATA / "gold" / "dev.tsv")
    parser.add_argument("--sweeps", type=int, default=2, help="times that each number is chosen")
    options = parser.parse_args()
    if not options.gold.exists():
        print(f"skipped: no judged pairs in '{options.gold}'; set SAMESTORY_DATA")
        return
    gold = [line.split("\t") for line in options.gold.read_text().splitlines()]
    sets = {record[0] for record in gold[1:]}
    files = [path for path in sorted(measure.DATA.glob("*.jsonl.zst"))
             if path.name.split(".")[0] in sets]
    languages = read_languages(files, {(record[0], record[1]) for record in gold[1:]})
    judge = Judge(options.build / "bench" / "accuracy" / "bench_judged", options.gold, files)
    by_language = {}
    for place, line in enumerate(judge.lines):
        record = gold[line - 1]
        if record[3] != "partial":
            by_language.setdefault(languages.get((record[0], record[1]), "?"), []).append(
                (place, record[3] in SAME))
    rows, pooled, misses, everything = [], (0, 0, 0), [], []
    for language, pairs in sorted(by_language.items()):
        others = [pair for other, known in by_language.items() if other != language
                  for pair in known]
        answers = judge.answers(choose(judge, others, options.sweeps))
        counts = count(answers, pairs)
        pooled = tuple(map(sum, zip(pooled, counts)))
        everything += pairs
        rows.append(row(language, counts, pairs))
        misses += [(language, answers[place], gold[judge.lines[place] - 1])
                   for place, same in pairs if (answers[place] == "s") != same]
    rows.append(row("pooled", pooled, everything))
    rows.append(row("limits as they are", count(judge.answers(judge.limits), everything),
                    everything))
    print(measure.table(["language left out", "pairs", "precision", "recall", "F1", "wrong",
                         "missed"], rows))
    said = {"s": "same story", "o": "other", "n": "not proposed"}
    for language, answer, record in misses:
        print(language, *record[:5], said[answer], *record[5:], sep="\t")


if __name__ == "__main__":
    main()
