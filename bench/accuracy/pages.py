#!/usr/bin/env python3
"""How well `samestory split` finds the story of a page: mean F1 of word 4-shingles.

Reads html_newspaper and html_readability (JSONL, zstd: `page` the text of a whole page, `gold` the
expected main text) from DATA/pages, or the files given, runs `samestory split` over the pages and
compares the text of each story with its gold, shingles counted with repetition. Beside it stands
what the whole page as its own story would score. The pages are of as many sites as there are, so
each is read as the only page of its source: nothing is learned from one for another. A gold text
that shares no shingle with its page (a note by whoever made it) cannot be reached; the mean without
such pages is printed too.

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


def shingles(text):
    words = WORD.findall(text.lower())
    return Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def f1(found, gold):
    shared = sum((found & gold).values())
    return 2 * shared / (sum(found.values()) + sum(gold.values())) if shared else 0.0


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


def score(program, path, wrong):
    pages = list(read_pages(path))
    stories = split(program, pages)
    rows = []
    for page, story in zip(pages, stories):
        gold, whole = shingles(page["gold"]), shingles(page["page"])
        rows.append((f1(shingles(story), gold), f1(whole, gold), bool(whole & gold), page["id"]))
    reachable = [row for row in rows if row[2]]
    mean = lambda values: sum(values) / max(1, len(values))
    print(f"{os.path.basename(path)}: {len(rows)} pages, story {mean([r[0] for r in rows]):.3f}, "
          f"whole page {mean([r[1] for r in rows]):.3f}; {len(reachable)} with their gold in the page: "
          f"story {mean([r[0] for r in reachable]):.3f}, "
          f"whole page {mean([r[1] for r in reachable]):.3f}")
    for row in sorted(reachable)[:wrong]:
        print(f"  {row[0]:.3f} (whole {row[1]:.3f}) {row[3]}")


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
