"""text-dedup: its minhash program over a JSONL file, clusters from its debug dump."""

import os
import pickle
import shutil
import subprocess
import sys

from common import main, read_shingles, read_stories, write_clusters


# user code
def shipped(steps, source, target, threads, more=()):
    with steps("program"):
        subprocess.run([sys.executable, "-m", "text_dedup.minhash", "--path", "json",
                        "--data_files", source, "--split", "train", "--column", "text",
                        "--output", f"{target}.out", "--cache_dir", f"{target}.cache",
                        "--num_proc", str(threads), "--debug", *more], check=True,
                       stdout=subprocess.DEVNULL)
    with steps("clusters"):
        ids, _ = read_stories(source)
        with open(f"{target}.out/uf.pkl", "rb") as file:
            clusters = pickle.load(file)
        parent = clusters.parent
    write_clusters(target, ids, lambda i: clusters.find(i) if i in parent else i)
# end
    shutil.rmtree(f"{target}.out")
    shutil.rmtree(f"{target}.cache")


def level(steps, source, target, threads):
    """One shingle is one word of the text; the program cannot verify."""
    import json
    spelled = f"{target}.shingles.jsonl"
    with steps("read"):
        ids, sets = read_shingles(source, str)
        with open(spelled, "w") as out:
            for identifier, tokens in zip(ids, sets):
                out.write(json.dumps({"id": identifier, "text": " ".join(tokens)}) + "\n")
    shipped(steps, spelled, target, threads,
            ["--ngram", "1", "--min_length", "1", "--num_perm", "128", "--b", "42", "--r", "3"])
    os.remove(spelled)


main(shipped, level, shipped="5-grams of \\W-separated words, 250 permutations, threshold .7,"
     " bands by the library, not verified",
     level="3-shingles, 128 permutations, 42 x 3; clusters only, so not verified")
