"""Installs each peer from its registry into the scratch folder, once. A peer that cannot be
installed is reported by the last line of its installer."""

import os
import re
import shutil
import subprocess
import sys

import measure

DRIVERS = measure.REPOSITORY / "bench" / "peers" / "drivers"


class Peer:
    """Where a peer comes from, its version, and the command that drives it."""

    def __init__(self, name, origin, driver):
        self.name, self.origin, self.driver = name, origin, driver
        self.version = self.command = self.failure = None
        self.environment = {}

    def user_lines(self):
        """Lines of code that a user writes to get clusters, blank lines and comments left out;
        the union-find of common.py counts where it is used."""
        text = (DRIVERS / self.driver).read_text()
        part = re.search(r"(?:#|//) user code\n(.*?)\n\s*(?:#|//) end\n", text, re.S).group(1)
        lines = count_lines(part)
        if "UnionFind" in part or "unionFind" in part:
            lines += UNION_FIND_LINES
        return lines


UNION_FIND_LINES = 14


def count_lines(text):
    return sum(1 for line in text.splitlines()
               if line.strip() and not line.strip().startswith(("#", "//", '"""')))


def quiet(command, **more):
    """Runs an installer; raises with its last line."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise RuntimeError(lines[-1] if lines else f"{command[0]} failed")
    return done.stdout


def from_pypi(peer, folder, packages):
    environment = folder / peer.name
    python = environment / "bin" / "python"
    if not python.exists():
        quiet([sys.executable, "-m", "venv", environment])
    try:
        version = installed_version(python, peer.name)
    except RuntimeError:
        quiet([python, "-m", "pip", "-q", "install", *packages])
        version = installed_version(python, peer.name)
    peer.version = version
    peer.command = [python, DRIVERS / peer.driver]


def installed_version(python, name):
    return quiet([python, "-c", f"import importlib.metadata as m; print(m.version('{name}'))"]
                 ).strip()


def from_cargo(peer, folder):
    program = folder / peer.name / "bin" / peer.name
    if not program.exists():
        quiet(["cargo", "install", "--locked", peer.name, "--root", folder / peer.name])
    peer.version = quiet([program, "--version"]).split()[-1]
    peer.command = [sys.executable, DRIVERS / peer.driver]
    peer.environment = {peer.name.upper(): str(program)}


def from_debian(peer, folder, package, *needed):
    """Unpacks the source packages and builds the driver against them."""
    source = folder / package
    program = source / "driver"
    if not program.exists():
        source.mkdir(exist_ok=True)
        quiet(["apt-get", "download", package, *needed], cwd=source)
        for archive in source.glob("*.deb"):
            quiet(["dpkg", "-x", archive, source])
        quiet(["go", "build", "-o", program, DRIVERS / peer.driver],
              env={**os.environ, "GO111MODULE": "off", "GOPATH": f"{source}/usr/share/gocode"})
    archive = next(source.glob(f"{package}_*.deb"))
    peer.version = archive.name.split("_")[1]
    peer.command = [program]


def install_all(folder, wanted):
    """The peers, each with a command or a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    recipes = [
        (Peer("datasketch", "PyPI", "datasketch_driver.py"),
         lambda peer: from_pypi(peer, folder, ["datasketch"])),
        (Peer("rensa", "PyPI", "rensa_driver.py"),
         lambda peer: from_pypi(peer, folder, ["rensa"])),
        (Peer("gaoya", "PyPI", "gaoya_driver.py"),
         lambda peer: from_pypi(peer, folder, ["gaoya"])),
        (Peer("text-dedup", "PyPI", "text_dedup_driver.py"),
         lambda peer: from_pypi(peer, folder, ["text-dedup"])),
        (Peer("datatrove", "PyPI", "datatrove_driver.py"),
         lambda peer: from_pypi(peer, folder, ["datatrove[io,processing]", "spacy"])),
        (Peer("incrededup", "cargo", "incrededup_driver.py"),
         lambda peer: from_cargo(peer, folder)),
        (Peer("duplodocus", "cargo", None), lambda peer: from_cargo(peer, folder)),
        (Peer("minhash-lsh", "Debian", "minhash_lsh.go"),
         lambda peer: from_debian(peer, folder, "golang-github-ekzhu-minhash-lsh-dev",
                                  "golang-github-dgryski-go-minhash-dev")),
    ]
    peers = []
    for peer, recipe in recipes:
        if wanted and peer.name not in wanted:
            continue
        print(f"installing {peer.name}", file=sys.stderr)
        try:
            if shutil.which({"cargo": "cargo", "Debian": "go"}.get(peer.origin, "true")) is None:
                raise RuntimeError("its build tool is not there")
            recipe(peer)
            if peer.driver is None:
                raise RuntimeError("it can be installed now, but has no driver yet")
        except (RuntimeError, OSError, StopIteration) as problem:
            peer.failure = re.sub(r"`?\w+://[^\s`]+`?", "(address)", str(problem))
        peers.append(peer)
    return peers
