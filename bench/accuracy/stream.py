#!/usr/bin/env python3
"""Does the filter say "new" of the stories that the batch job puts first in their clusters?

    SAMESTORY_DATA=DIR bench/accuracy/stream.py --work DIR [--build BUILD] [--list 20] [SET...]

Each corpus is sorted by (published, id), undated first, and goes through `filter` into an empty
archive. Expected: "new" exactly for the first story of each cluster of `cluster`. What differs is
counted by cause:

  days      the filter judged the pair by the days that its texts had stood on until then, the
            batch job by those of the whole corpus: the same pair, another relation
  later     no earlier story is the same one; the cluster is held together by a later story (a
            longer one that contains both, or the canonical)
  cut       a chain: both jobs call the pair the same story, the batch job cut it
  unseen    the batch job verified a same-story pair with an earlier story, the filter told of none
  other     none of these

Counted are all stories, and those that either job puts in a cluster of two or more."""

import collections
import datetime
import email.utils
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measure

SETS = ("saudinewsnet", "bn_all")
SAME = ("identical", "copy", "update", "excerpt")
NOW = "2026-01-01"
ISO = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?"
                 r"\s*(Z|[+-]\d\d:?\d\d)?$")
DAY_MONTH = re.compile(r"(\d\d?)-([A-Za-z]{3})-(\d{4})(?:\s+(\d\d):(\d\d):(\d\d))?")
MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"


def seconds(year, month, day, hour=0, minute=0, second=0):
    try:
        return datetime.datetime(int(year), int(month), int(day), int(hour or 0),
                                 int(minute or 0), int(second or 0),
                                 tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        return None


def time_of(published):
    """Seconds, or None: the shapes that the program understands, as far as the corpora have them."""
    if published is None:
        return None
    if isinstance(published, (int, float)):
        return published if published < 1e11 else published / 1000
    text = published.strip()
    if found := ISO.match(text):
        time, zone = seconds(*found.groups()[:6]), found[7]
        if time is not None and zone and zone != "Z":
            shift = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
            time -= shift if zone[0] == "+" else -shift
        return time
    if found := DAY_MONTH.match(text):
        month = MONTHS.find(found[2].upper()) // 3 + 1
        return seconds(found[3], month, found[1], *found.groups()[3:])
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def sort_corpus(source, path):
    lines = subprocess.run(["zstd", "-dcq", source], capture_output=True, check=True).stdout
    keyed = []
    for line in lines.split(b"\n"):
        if line.strip():
            record = json.loads(line)
            time = time_of(record.get("published"))
            keyed.append(((time is not None, time or 0, str(record["id"]).encode()), line))
    keyed.sort(key=lambda pair: pair[0])
    path.write_bytes(b"".join(line + b"\n" for _, line in keyed))
    return path


def run_jobs(program, options, path):
    stem = str(options.work / path.stem)
    outputs = {job: pathlib.Path(f"{stem}.{job}") for job in ("filter", "cluster", "pairs")}
    for archive in options.work.glob(f"{path.stem}.db*"):
        archive.unlink()
    measure.run([program, "filter", "-q", "--now", NOW, "--archive", stem + ".db", path, "-o",
                 outputs["filter"]])
    measure.run([program, "cluster", "-q", path, "-o", outputs["cluster"]])
    measure.run([program, "pairs", "-q", "--relations", "all", path, "-o", outputs["pairs"]])
    return {job: [json.loads(line) for line in output.open()] for job, output in outputs.items()}


class Stream:
    """What both jobs said of one corpus."""

    def __init__(self, results):
        self.place, self.answer = {}, {}
        for line in results["filter"]:
            self.place[str(line["id"])] = len(self.place)
            self.answer[str(line["id"])] = line["samestory"]
        self.first, self.clustered = {}, set()
        for cluster in results["cluster"]:
            ids = [member["id"] for member in cluster["members"]]
            first = min(ids, key=self.place.__getitem__)
            self.first.update((member, first) for member in ids)
            self.clustered.update(ids)
        founders = collections.Counter(answer["cluster"] for answer in self.answer.values())
        self.clustered.update(story for story, answer in self.answer.items()
                              if founders[answer["cluster"]] > 1)
        self.relation = {(pair["a"], pair["b"]): pair["relation"] for pair in results["pairs"]}
        self.earlier = collections.defaultdict(list)
        for (a, b), relation in self.relation.items():
            if relation in SAME:
                early, late = sorted((a, b), key=self.place.__getitem__)
                self.earlier[late].append(early)

    def agrees(self, story):
        expected_new = self.first.get(story, story) == story
        return expected_new == (self.answer[story]["verdict"] == "new")

    def relation_of(self, a, b):
        return self.relation.get((min(a, b, key=str.encode), max(a, b, key=str.encode)), "none")

    def cause(self, story):
        """(kind, cause) of a story on which the jobs disagree."""
        answer = self.answer[story]
        if answer["verdict"] != "new":
            batch = self.relation_of(story, answer["of"])
            if batch in SAME:
                return f"extra {answer['verdict']}", "cut"
            return f"extra {answer['verdict']}", f"days ({batch})" if batch != "none" else "other"
        if not self.earlier[story]:
            return "missed", "later"
        near = answer.get("near", {}).get("relation")
        return "missed", f"days ({near})" if near else "unseen"


def share(stream, stories):
    good = sum(stream.agrees(story) for story in stories)
    return f"{100 * good / max(len(stories), 1):.2f} % of {len(stories):,}"


def main():
    parser = measure.arguments(__doc__)
    parser.add_argument("--list", type=int, default=0, help="name so many stories of each cause")
    parser.add_argument("sets", nargs="*", default=SETS)
    options = parser.parse_args()
    measure.prepare(options)
    program = measure.program(options, "samestory")
    for name in options.sets:
        source = measure.DATA / f"{name}.jsonl.zst"
        if not source.exists():
            print(f"{name}: skipped, no '{source}'")
            continue
        path = sort_corpus(source, options.work / f"{name}.sorted.jsonl")
        stream = Stream(run_jobs(program, options, path))
        print(f"{name}: new when first: all {share(stream, list(stream.place))}, in clusters "
              f"{share(stream, sorted(stream.clustered))}")
        causes = collections.defaultdict(list)
        for story in stream.place:
            if not stream.agrees(story):
                causes[stream.cause(story)].append(story)
        for (kind, cause), stories in sorted(causes.items(), key=lambda item: -len(item[1])):
            print(f"  {len(stories):5} {kind}: {cause}")
            for story in stories[:options.list]:
                print(f"          {story} of {stream.answer[story].get('of', '-')}")


if __name__ == "__main__":
    main()
