"""Scores clusters (`id TAB label` lines) against judged pairs and true clusters."""

import collections
import json

SAME = {"copy", "excerpt", "update"}
DIFFERENT = {"template", "furniture", "event", "different"}


def read_clusters(path):
    with open(path) as file:
        return dict(line.rstrip("\n").split("\t") for line in file)


def read_gold(path, set_prefix):
    """(a, b, label, kind) of each judged pair; ids with the set in front when asked for."""
    with open(path) as file:
        next(file)
        for line in file:
            group, a, b, label, _, why = line.rstrip("\n").split("\t")
            prefix = f"{group}:" if set_prefix else ""
            yield prefix + a, prefix + b, label, why.split(" ")[-1]


def score_pairs(clusters, gold):
    """Precision, recall and F1 of "same story" = same cluster; the share of pairs put together
    for each kind. A story that the tool left out is alone."""
    counts, kinds = collections.Counter(), collections.defaultdict(lambda: [0, 0])
    for a, b, label, kind in gold:
        together = a in clusters and clusters[a] == clusters.get(b)
        kinds[kind][0] += together
        kinds[kind][1] += 1
        if label in SAME:
            counts["found" if together else "missed"] += 1
        elif label in DIFFERENT:
            counts["false" if together else "apart"] += 1
    precision = counts["found"] / max(1, counts["found"] + counts["false"])
    recall = counts["found"] / max(1, counts["found"] + counts["missed"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "counts": dict(counts),
            "kinds": {kind: count[0] / count[1] for kind, count in kinds.items()}}


def read_truth(path):
    with open(path) as file:
        return {story["id"]: story["cluster"] for story in map(json.loads, file)}


def largest_false_cluster(clusters, truth=None):
    """(stories, true clusters) of the largest cluster that holds more than one true cluster."""
    groups = collections.defaultdict(list)
    for identifier, label in clusters.items():
        groups[label].append(identifier)
    largest = (0, 0)
    for group in groups.values():
        true = len({truth[identifier] for identifier in group}) if truth else 2
        if true > 1 and len(group) > largest[0]:
            largest = (len(group), true)
    return largest
