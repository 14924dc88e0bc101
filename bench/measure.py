"""What the drivers of bench/ share: programs, child processes, machine line, tables."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("SAMESTORY_DATA", REPOSITORY / ".." / "shared" / "data"))
LAUNCHER = REPOSITORY / "bench" / "launch.py"
CORPORA = ["bn_all", "saudinewsnet", "reuters21578", "bbc", "agnews_test", "clir_bd_en",
           "bdnews_multi", "tgnews_pairs"]


def arguments(description):
    """The options that every driver has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=REPOSITORY / "build",
                        help="build directory (release), default build/")
    parser.add_argument("--work", type=pathlib.Path, required=True,
                        help="scratch folder outside the repository; corpora are kept there")
    parser.add_argument("--json", type=pathlib.Path, help="also write all figures here")
    return parser


def prepare(options):
    """Checks the folders; every later path may be relied on."""
    options.work = options.work.resolve()
    if options.work.is_relative_to(REPOSITORY) and not options.work.is_relative_to(options.build):
        sys.exit(f"cannot work in '{options.work}'; name a folder outside the repository")
    options.work.mkdir(parents=True, exist_ok=True)


def program(options, name):
    """The path of a built program."""
    found = sorted(path for path in options.build.rglob(name)
                   if path.is_file() and os.access(path, os.X_OK))
    if not found:
        sys.exit(f"cannot find '{name}' in '{options.build}'; build first or name --build")
    return str(found[0])


class Run:
    """One finished child: seconds, CPU seconds and the kernel's share of them, peak bytes, exit
    status, its messages."""

    def __init__(self, command, report, messages, limit):
        self.command, self.messages = command, messages
        # Killed with its launcher: nothing was reported.
        status, self.seconds, self.cpu, self.kernel, peak = map(
            float, (report or f"-9 {limit} 0 0 0").split())
        self.status, self.peak = int(status), int(peak)


def run(command, stdout=subprocess.DEVNULL, accept=(0,), limit=None, environment=None,
        watch=None):
    """Runs a command to its end and measures it; stops the program on an unexpected status.
    `accept` None takes any. After `limit` seconds it is killed with its children. `watch` is a
    thread class with `peak` and `done` that looks at all of them, for programs with children."""
    command = [str(part) for part in command]
    read_end, write_end = os.pipe()
    launcher = [sys.executable, "-S", "-E", str(LAUNCHER), str(write_end), *command]
    child = subprocess.Popen(launcher, stdout=stdout, stderr=subprocess.PIPE,
                             env={**os.environ, **(environment or {})}, start_new_session=True,
                             pass_fds=(write_end,))
    os.close(write_end)
    timer = threading.Timer(limit, os.killpg, (child.pid, signal.SIGKILL)) if limit else None
    watcher = watch(child.pid) if watch else None
    for thread in filter(None, (timer, watcher)):
        thread.start()
    messages = child.stderr.read().decode(errors="replace")
    child.wait()
    if timer:
        timer.cancel()
    if watcher:
        watcher.done.set()
        watcher.join()
    with open(read_end) as report:
        finished = Run(command, report.read(), messages, limit)
    if watcher:
        finished.peak = max(finished.peak, watcher.peak)
    if accept is not None and finished.status not in accept:
        sys.exit(f"'{' '.join(command)}' ended with {finished.status}:\n{messages[-2000:]}")
    return finished


def warm(path):
    """Brings a file into the page cache."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def generate(options, name, corpus, count, argument=None):
    """The path of a generated corpus, made when it is not there yet."""
    path = options.work / f"{name}.jsonl"
    if not path.exists():
        command = [program(options, "bench_generate"), corpus, count]
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as out:
            run(command + ([argument] if argument else []), stdout=out)
        partial.rename(path)
    return path


def median_of(runs, key=lambda run: run.seconds):
    return statistics.median(key(run) for run in runs)


def machine_line(options):
    """CPU, memory, system, compiler, commit, day: a number without them is an anecdote."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [cpu, f"{len(os.sched_getaffinity(0))} cores", f"{memory:.0f} GiB", platform.release()]
    parts += _build_facts(options.build)
    commit = "unknown"
    if shutil.which("git"):
        commit = subprocess.run(["git", "-C", REPOSITORY, "rev-parse", "--short", "HEAD"],
                                capture_output=True, text=True).stdout.strip()
    return ", ".join(parts + [f"commit {commit}", f"{datetime.date.today()}"])


def _build_facts(build):
    cache = build / "CMakeCache.txt"
    if not cache.exists():
        return []
    facts = dict(line.split("=", 1) for line in cache.read_text().splitlines()
                 if "=" in line and not line.startswith(("#", "//")))
    compiler = next((value for key, value in facts.items()
                     if key.startswith("CMAKE_C_COMPILER:")), "cc")
    version = subprocess.run([compiler, "--version"], capture_output=True,
                             text=True).stdout.splitlines()[:1]
    kind = next((value for key, value in facts.items()
                 if key.startswith("CMAKE_BUILD_TYPE:")), "")
    return version + [kind]


def table(header, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def save(options, figures):
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
