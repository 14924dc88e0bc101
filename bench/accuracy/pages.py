#!/usr/bin/env python3
"""How well `samestory split` finds the story of a page: mean F1 of word 4-shingles.

Reads html_newspaper and html_readability (JSONL, zstd: `page` the text of a whole page, `gold` the
expected main text) from DATA/pages, or the files given, runs `samestory split` over the pages and
compares the text of each story with its gold, shingles counted with repetition. Beside it stands
what the whole page as its own story would score, and a ceiling: about what the best choice among
the page's lines would, made by one who knows the gold. It is under one where a gold text is not of
the page, or breaks off inside a line. The pages are of as many sites as there are, so each is read
as the only page of its source: nothing is learned from one for another. A gold text that shares no
shingle with its page (a note by whoever made it) cannot be reached; the means without such pages
are printed too.

    bench/accuracy/pages.py [--samestory PROGRAM] [--data DATA] [--wrong N] [FILE.jsonl.zst...]
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

WORD = re.compile(r"\w+")
MEASURES = ("story", "whole page", "ceiling")


def shingles(text):
    words = WORD.findall(text.lower())
    return Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3)) if words)


def f1(found, gold):
    shared = sum((found & gold).values())
    return 2 * shared / (sum(found.values()) + sum(gold.values())) if shared else 0.0


def ceiling(page, gold):
    """F1 of the lines that have half of their shingles or more in the gold; one too short to
    have any is taken between two that are."""
    lines = [line for line in page.split("\n") if WORD.search(line)]
    counts = [shingles(line) for line in lines]
    words = [len(WORD.findall(line)) >= 4 for line in lines]
    taken = [wide and 2 * sum((count & gold).values()) >= sum(count.values())
             for wide, count in zip(words, counts)]
    for i in range(1, len(lines) - 1):
        taken[i] = taken[i] or (not words[i] and taken[i - 1] and taken[i + 1])
    return f1(shingles("\n".join(line for line, take in zip(lines, taken) if take)), gold)


def read_pages(path):
    command = ["zstd", "-dc", path] if path.endswith(".zst") else ["cat", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield from (json.loads(line) for line in process.stdout)


def split(program, pages):
    """The story text of each page, empty where none was found."""
    lines = [json.dumps({"id": str(number), "source": f"site-{number}", "page": page["page"]})
             for number, page in enumerate(pages)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        output = subprocess.run([program, "split", file.name], stdout=subprocess.PIPE,
                                check=True).stdout
    stories = [""] * len(pages)
    for line in output.decode("utf-8").splitlines():
        record = json.loads(line)
        if record["role"] == "story":
            stories[int(record["id"])] = record["text"] or ""
    return stories


def means(rows):
    return ", ".join(f"{name} {sum(row[name] for row in rows) / max(1, len(rows)):.3f}"
                     for name in MEASURES)


def score(program, path, wrong):
    pages = list(read_pages(path))
    stories = split(program, pages)
    rows = []
    for page, story in zip(pages, stories):
        gold, whole = shingles(page["gold"]), shingles(page["page"])
        rows.append({"id": page["id"], "story": f1(shingles(story), gold),
                     "whole page": f1(whole, gold), "ceiling": ceiling(page["page"], gold),
                     "reachable": bool(whole & gold)})
    reachable = [row for row in rows if row["reachable"]]
    print(f"{os.path.basename(path)}: {len(rows)} pages, {means(rows)}; "
          f"{len(reachable)} with their gold in the page: {means(reachable)}")
    for row in sorted(reachable, key=lambda row: row["story"])[:wrong]:
        print("  " + row["id"] + "".join(f" {name} {row[name]:.3f}" for name in MEASURES))


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--samestory", default="samestory", help="the program to measure")
    parser.add_argument("--data", default=os.environ.get("SAMESTORY_DATA",
                                                         os.path.join(root, "../shared/data")))
    parser.add_argument("--wrong", type=int, default=0, help="list the N worst pages")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    files = arguments.files or [os.path.join(arguments.data, "pages", name + ".jsonl.zst")
                                for name in ("html_newspaper", "html_readability")]
    for path in files:
        if not os.path.exists(path):
            print(f"{path}: skipped, not there")
            continue
        score(arguments.samestory, path, arguments.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
