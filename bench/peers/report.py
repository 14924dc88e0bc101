"""Writes what bench/peers/run measured as Markdown."""

import measure

# Steps in the order in which they happen, whatever the driver prints.
STEPS = ["load", "split", "read", "program", "signatures", "sketch", "index", "buckets", "query",
         "verify", "clusters", "filter", "collect"]
APART = {"event", "furniture", "roundup-sources", "teaser", "template", "unrelated"}
UNSCORED = {"roundup"}

FAIRNESS = """## Fairness

**What peers do that samestory does not.** datasketch, rensa, gaoya and minhash-lsh are libraries
that sketch any set, not only text; datasketch also has weighted sets, HyperLogLog, LSH Forest,
LSH Ensemble and storage in Redis or Cassandra. rensa's "rho" pipeline samples token positions and
answers only whether a story is a duplicate, not of which: where that is enough it is the fastest
of all, and it is not in the table because it makes no clusters. text-dedup and datatrove also
write the filtered data set, and datatrove spreads its stages over a cluster of machines.
incrededup keeps its index on disk and takes new stories at any time; samestory's counterpart of
that is `filter`, not the batch job measured here. text-dedup also has SimHash, suffix arrays and
Bloom filters.

**How time is counted.** Shipped: wall time of the whole process, from a JSONL file in the page
cache to a file of clusters, interpreter start and imports included, because a user waits for
them. Trials on 1,000 and 2,000 stories decide how many stories a tool is given; rates of tools
with a smaller corpus are not slowed by it, which favours them. Level: samestory's tokenising is
left out for everybody (the shingles are ready in a file), and the steps are listed one by one;
exact verification is written in the driver's language, so compare sketch, index and query. The
rows of one and two cores pin the process to that many cores; datasketch has one thread, and the
drivers use the threads that a library offers.

**What level means.** The same 3-word shingles, 128 permutations and 42 x 3 bands, then exact
Jaccard of at least .5: the peer with samestory's text handling and a verification that the user
writes. Rates on the level start from ready shingles, so they leave out parsing and tokenising,
which samestory's rate has. rensa and gaoya take as many slots as 42 x 3 needs (126). gaoya makes
its sketches twice, once to insert and once to query. text-dedup and datatrove give clusters, not
candidates, so theirs are not verified. incrededup has fixed tokens and bands; only its threshold
and its length limits are opened.

**What shipped means.** The example of the tool's own documentation with the values it shows, or
the defaults of its program. Words are what the example splits at. Most peers see neither title,
source nor date; samestory uses them.

**Where samestory loses.** Pages that are nothing but furniture of different sites, and notices of
one form without titles, are merged more often than by an exact Jaccard threshold on clean pairs
(rows "furniture" and "template" below 1 but not 0). Its archive takes more bytes a story than
rensa's index, as it keeps texts, excerpt keys and history. It works on one machine and on text
only; it has no bindings, so a Python program calls its command line or its HTTP service, while most
peers are a function call away.

**Accuracy.** Two stories count as the same when they end in the same cluster, for every tool;
chains therefore count against whoever makes them. The labelled corpus is made by this
repository, so it knows the edits that samestory was built for; the judged pairs of real news are
the fairer test where they are present. A story that a tool skips (too short, no token) is alone.
Memory is the peak of the process and its children.
"""


def rate(speed, cores):
    """Stories a second, or the reason why there are none."""
    run = speed.get("cores", {}).get(str(cores), {})
    return speed["stories"] / run["seconds"] if "seconds" in run else None


def number(value, form="{:,.0f}"):
    return "-" if value is None else form.format(value)


def speed_cells(speed):
    one, two = rate(speed, 1), rate(speed, 2)
    size = speed["bytes"] / speed["stories"] if "bytes" in speed else None
    peak = speed.get("cores", {}).get("2", {}).get("peak")
    return [number(speed.get("stories")), number(one), number(two),
            number(two and two * size / 1e6, "{:.1f}"), number(peak and peak / 1e6),
            number(peak and peak / speed["stories"])]


def index_bytes(row, speed, figures):
    if row["name"] == "samestory":
        return number(figures["archive_bytes"])
    total = speed.get("cores", {}).get("1", {}).get("index_bytes")
    return number(total and total / speed["stories"])


def f1(accuracy, corpus):
    return accuracy.get(corpus, {}).get("f1")


def summary_table(figures, mode):
    rows = []
    for row in figures["tools"]:
        if row["failure"]:
            rows.append([row["name"], "-", f"cannot be installed: {row['failure']}", *[""] * 11])
        for name, measured in row["modes"].items():
            if name != mode and row["name"] != "samestory":
                continue
            speed, accuracy = measured["speed"], measured["accuracy"]
            problem = speed.get("failure") or speed["cores"]["1"].get("failure") or ""
            rows.append([row["name"], row["version"], parameters(measured) or problem,
                         *speed_cells(speed), index_bytes(row, speed, figures),
                         row["user_lines"],
                         *(number(f1(accuracy, corpus), "{:.3f}")
                           for corpus in ("labelled", "dev")),
                         false_cluster(accuracy)])
    return measure.table(["tool", "version", "what was run", "stories", "stories/s, 1 core",
                          "stories/s, 2 cores", "MB/s, 2 cores", "peak MB",
                          "peak bytes a story", "index bytes a story", "lines of user code",
                          "F1 labelled", "F1 real", "largest false cluster"], rows)


def parameters(measured):
    for run in measured["speed"].get("cores", {}).values():
        if "parameters" in run:
            return run["parameters"]
    return None


def false_cluster(accuracy):
    largest = accuracy.get("labelled", {}).get("largest")
    if not largest:
        return "-"
    return f"{largest[0]} stories of {largest[1]}" if largest[0] else "none"


def accuracy_table(figures, corpus):
    rows = []
    for row in figures["tools"]:
        for mode, measured in row["modes"].items():
            result = measured["accuracy"].get(corpus)
            if result and "f1" in result:
                rows.append([row["name"], mode, *(f"{result[key]:.3f}" for key in
                                                  ("precision", "recall", "f1")),
                             result["largest"][0]])
            elif result:
                rows.append([row["name"], mode, result["failure"], *[""] * 3])
    return measure.table(["tool", "mode", "precision", "recall", "F1",
                          "largest false cluster" if corpus == "labelled" else "largest cluster"],
                         rows)


def kind_table(figures):
    """Shares of pairs that end in one cluster."""
    measured = [(row["name"], mode, modes["accuracy"].get("labelled", {}).get("kinds"))
                for row in figures["tools"] for mode, modes in row["modes"].items()]
    measured = [entry for entry in measured if entry[2]]
    if not measured:
        return ""
    kinds = sorted(measured[0][2], key=lambda kind: (kind in UNSCORED, kind in APART, kind))
    rows = [[kind, "-" if kind in UNSCORED else "0" if kind in APART else "1",
             *(f"{entry[2][kind]:.2f}" for entry in measured)] for kind in kinds]
    return measure.table(["kind", "good", *(f"{name}, {mode}" for name, mode, _ in measured)], rows)


def step_table(figures):
    rows = []
    for row in figures["tools"]:
        speed = row["modes"].get("level", {}).get("speed", {})
        run = speed.get("cores", {}).get("1", {})
        if "steps" in run:
            steps = ", ".join(f"{name} {run['steps'][name] * 1e6 / speed['stories']:.1f}"
                              for name in STEPS if name in run["steps"])
            rows.append([row["name"], f"{speed['stories']:,}", steps])
    return measure.table(["tool", "stories", "microseconds a story of each step, one core"], rows)


def best_modes(figures):
    """(name, mode, rate on two cores, F1, peak bytes a story) of every peer's runs."""
    corpus = "dev" if any(f1(modes["accuracy"], "dev") is not None for row in figures["tools"]
                          for modes in row["modes"].values()) else "labelled"
    for row in figures["tools"]:
        for mode, measured in row["modes"].items():
            speed = measured["speed"]
            if rate(speed, 2) and f1(measured["accuracy"], corpus) is not None:
                yield (row["name"], mode, rate(speed, 2), f1(measured["accuracy"], corpus),
                       speed["cores"]["2"]["peak"] / speed["stories"])


def comparison(figures):
    """The peer that comes near in F1 and is fastest, datasketch, and the fastest of all."""
    runs = list(best_modes(figures))
    ours = next((run for run in runs if run[0] == "samestory"), None)
    peers = [run for run in runs if run[0] != "samestory"]
    if not ours or not peers:
        return "No comparison: samestory or every peer has no figures.\n"
    near = [run for run in peers if run[3] >= ours[3] - 0.1]
    if near:
        chosen = [("fastest peer whose F1 is within .1", max(near, key=lambda run: run[2]))]
    else:
        chosen = [("no peer's F1 is within .1; peer with the best F1",
                   max(peers, key=lambda run: run[3]))]
    chosen += [("fastest of all", max(peers, key=lambda run: run[2]))]
    chosen += [("datasketch", run) for run in peers if run[0] == "datasketch"]
    rows = [[why, f"{name}, {mode}", f"{ours[2] / speed:.1f} times",
             f"{ours[3]:.3f} : {quality:.3f}", f"{ours[4]:,.0f} : {memory:,.0f}"]
            for why, (name, mode, speed, quality, memory) in chosen]
    return measure.table(["against", "tool", "samestory's stories/s on two cores",
                          "F1, samestory : peer", "peak bytes a story, samestory : peer"], rows)


def render(figures):
    return f"""# samestory beside other tools

{figures['machine']}

Made by `{figures['command']}`; every figure is in the JSON file beside this one. F1 "real" is
over the judged pairs of real news, F1 "labelled" over the generated corpus with the edits of
syndication. samestory's "index" is its archive after `filter`. A tool whose run would have been
longer than the limit got fewer stories, which favours it; figures that an earlier run kept have that
run's own limit.

## In short

{comparison(figures)}
## As shipped

{summary_table(figures, 'shipped')}
## On the level

{summary_table(figures, 'level')}
{step_table(figures)}
## Same story, judged pairs of real news

{accuracy_table(figures, 'dev')}
## Same story, labelled corpus

{accuracy_table(figures, 'labelled')}
Share of pairs that end in one cluster, by kind of edit, and what a perfect tool would show. A
round-up and its source are left out of the scores.

{kind_table(figures)}
{FAIRNESS}"""
