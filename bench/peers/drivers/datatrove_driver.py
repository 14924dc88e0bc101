"""datatrove: the four stages of its minhash example on a local executor; the cluster of a story
is what stage 3 saves."""

import glob
import gzip
import json
import os
import shutil

from common import main, read_shingles, write_clusters

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import (MinhashConfig, MinhashDedupBuckets,
                                              MinhashDedupCluster, MinhashDedupFilter)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.hashing import HashConfig


# user code
def stages(config, folder, tasks):
    """Name, pipeline and number of tasks of each stage."""
    reader = JsonlReader(f"{folder}/in")
    return [
        ("signatures", [reader, MinhashDedupSignature(output_folder=f"{folder}/sig",
                                                      config=config)], tasks),
        ("buckets", [MinhashDedupBuckets(input_folder=f"{folder}/sig",
                                         output_folder=f"{folder}/buckets", config=config)],
         config.num_buckets),
        ("clusters", [MinhashDedupCluster(input_folder=f"{folder}/buckets",
                                          output_folder=f"{folder}/remove", config=config,
                                          save_cluster_id=True)], 1),
        ("filter", [reader, MinhashDedupFilter(input_folder=f"{folder}/remove",
                                               exclusion_writer=JsonlWriter(f"{folder}/removed"),
                                               load_cluster_ids=True),
                    JsonlWriter(f"{folder}/kept")], tasks),
    ]


def split_input(source, folder, tasks):
    """One file a task."""
    os.makedirs(f"{folder}/in")
    parts = [open(f"{folder}/in/{i}.jsonl", "w") for i in range(tasks)]
    with open(source) as file:
        for i, line in enumerate(file):
            parts[i % tasks].write(line)
    for part in parts:
        part.close()


def collect(folder, target):
    ids, labels = [], []
    for path in glob.glob(f"{folder}/kept/*.gz") + glob.glob(f"{folder}/removed/*.gz"):
        with gzip.open(path, "rt") as file:
            for line in file:
                story = json.loads(line)
                cluster = story["metadata"].get("minhash_cluster_id", -1)
                ids.append(story["id"])
                labels.append(f"c{cluster}" if cluster != -1 else f"s{story['id']}")
    write_clusters(target, ids, labels.__getitem__)


def shipped(steps, source, target, threads, config=MinhashConfig()):
    folder = f"{target}.folder"
    with steps("split"):
        split_input(source, folder, threads)
    for name, pipeline, tasks in stages(config, folder, threads):
        with steps(name):
            LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=threads,
                                  logging_dir=f"{folder}/log-{name}").run()
    with steps("collect"):
        collect(folder, target)
# end
    shutil.rmtree(folder)


def level(steps, source, target, threads):
    """One shingle is one word of the text; the stages cannot verify."""
    spelled = f"{target}.shingles.jsonl"
    with steps("read"):
        ids, sets = read_shingles(source, str)
        with open(spelled, "w") as out:
            for identifier, tokens in zip(ids, sets):
                out.write(json.dumps({"id": identifier, "text": " ".join(tokens)}) + "\n")
    shipped(steps, spelled, target, threads,
            MinhashConfig(n_grams=1, num_buckets=42, hashes_per_bucket=3,
                          hash_config=HashConfig(precision=64)))
    os.remove(spelled)


if __name__ == "__main__":  # its workers import this file again
    main(shipped, level, shipped="5-grams of its word tokeniser, 14 x 8, not verified",
         level="3-shingles, 42 x 3; clusters only, so not verified")
