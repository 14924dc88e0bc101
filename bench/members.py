"""Computes what samestory recorded about pairs and cluster members again, from the output of
`samestory tokens`."""

import hashlib
import json
import subprocess

import measure


def ratio(numerator, denominator):
    """Three decimals, half up; only equality is 1.000 and only zero 0.000."""
    if numerator == 0:
        return 0.0
    if numerator == denominator:
        return 1.0
    thousandths = (2000 * numerator + denominator) // (2 * denominator)
    return min(max(thousandths, 1), 999) / 1000


def raw(identifier):
    """An id as it stands escaped in samestory's output."""
    return json.dumps(identifier, ensure_ascii=False)[1:-1]


def shingles(options, files, width, name):
    """Writes the shingle sets of the files to the work folder, once."""
    path = options.work / f"{name}.{width}.shingles"
    command = [measure.program(options, "samestory"), "tokens", "-q", "--shingles", width, *files]
    with open(path, "wb") as out:
        measure.run(command, stdout=out, accept=(0, 3))
    return path


def count(options, shingle_path, pairs):
    """{(a, b): (shared, size of a, size of b)} of pairs of ids."""
    command = [measure.program(options, "bench_exact"), "count", shingle_path]
    lines = "".join(f"{raw(a)}\t{raw(b)}\n" for a, b in pairs)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    numbers = (tuple(int(field) for field in line.split("\t")[2:])
               for line in done.stdout.splitlines())
    return dict(zip(pairs, numbers))


def streams(options, files):
    """{id: digest of its tokens}."""
    command = [measure.program(options, "samestory"), "tokens", "-q", *files]
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
    digests = {}
    for line in child.stdout:
        record = json.loads(line)
        digests[record["id"]] = (hashlib.blake2b("\n".join(record["tokens"]).encode(),
                                                 digest_size=16).digest(), len(record["tokens"]))
    child.wait()
    return digests


def read_members(cluster_path):
    """(member, to, relation, jaccard, contained) of every member but the canonical ones."""
    with open(cluster_path) as file:
        for line in file:
            for member in json.loads(line)["members"]:
                if member["relation"] != "canonical":
                    yield (member["id"], member["to"], member["relation"], member["jaccard"],
                           member["contained"])


def holds(member, numbers, digests):
    """True when the recorded numbers are the exact ones, and equality is equality."""
    identifier, to, relation, jaccard, contained = member
    shared, size, size_to = numbers
    equal = digests[identifier] == digests[to]
    return (jaccard == ratio(shared, size + size_to - shared) and
            contained == ratio(shared, size) and shared > 0 and
            (equal if relation == "identical" else not equal))


def check(options, files, cluster_path, name="members", wrong_path=None):
    """(members checked, members whose record does not hold). Wrong ones go to `wrong_path`."""
    members = list(read_members(cluster_path))
    shingle_path = shingles(options, files, 3, name)
    numbers = count(options, shingle_path, [member[:2] for member in members])
    digests = streams(options, files)
    wrong = [(*member, *numbers[member[:2]]) for member in members
             if not holds(member, numbers[member[:2]], digests)]
    if wrong_path:
        wrong_path.write_text("".join("\t".join(map(str, row)) + "\n" for row in wrong))
    return len(members), len(wrong)
