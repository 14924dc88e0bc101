"""incrededup: its program over the documented SQLite table (ids must be UUIDs), clusters from
its table of duplicates."""

import os
import shutil
import sqlite3
import subprocess
import uuid

from common import UnionFind, main, read_stories, write_clusters


# user code
SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, content TEXT NOT NULL, content_len INTEGER NOT NULL,
                        filename TEXT, is_parent INTEGER);
CREATE TABLE dupes (child_id TEXT PRIMARY KEY, parent_id TEXT NOT NULL,
                    jaccard_similarity REAL NOT NULL, size_difference INTEGER NOT NULL,
                    size_difference_pct REAL NOT NULL);
"""


def shipped(steps, source, target, threads, more=()):
    database, data = f"{target}.sqlite", f"{target}.data"
    with steps("load"):
        ids, texts = read_stories(source)
        with sqlite3.connect(database) as connection:
            connection.executescript(SCHEMA)
            connection.executemany("INSERT INTO documents VALUES (?, ?, ?, NULL, NULL)",
                                   ((str(uuid.UUID(int=i)), text, len(text.encode()))
                                    for i, text in enumerate(texts)))
        connection.close()
    with steps("program"):
        subprocess.run([os.environ["INCREDEDUP"], "--sqlite", database, "--data-dir", data,
                        "--workers", str(threads), *more], check=True,
                       stdout=subprocess.DEVNULL)
    with steps("clusters"):
        clusters = UnionFind(len(ids))
        with sqlite3.connect(database) as connection:
            for child, parent in connection.execute("SELECT child_id, parent_id FROM dupes"):
                clusters.union(uuid.UUID(child).int, uuid.UUID(parent).int)
        connection.close()
    write_clusters(target, ids, clusters.find)
# end
    steps.index_bytes = sum(os.path.getsize(os.path.join(folder, name))
                            for folder, _, names in os.walk(data) for name in names)
    shutil.rmtree(data)
    os.remove(database)


def level(steps, source, target, threads):
    """Tokens, permutations and bands are fixed in the program; the rest is opened up. It reads
    the stories, not the shingles."""
    shipped(steps, source, target, threads,
            ["--threshold", "0.5", "--size-diff", "1.0", "--min-content-len", "1"])


main(shipped, level, shipped="character 3-grams, 128 permutations, 16 x 8, threshold .8 on the"
     " estimate, size difference .3, 500 bytes at least",
     level="the same tokens and bands (fixed), threshold .5 on the estimate, every length")
