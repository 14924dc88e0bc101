#!/usr/bin/env python3
"""bar.py PROGRAM: the progress bar on a terminal of 20 and of 200 columns.

No frame is wider than the terminal, none is left behind, and a file that grows while it is read
does not make the bar overflow."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading

program = sys.argv[1]
FRAME = re.compile(rb"\r\x1b\[K([^\r\n]*)")
CELLS = re.compile(rb"\[([ =]*)\]")


def lines(first, count):
    return "".join(
        '{"id": "%d", "text": "%s"}\n' % (i, " ".join("w%d" % (i * 31 + k) for k in range(60)))
        for i in range(first, first + count))


def run(columns, path, grow):
    """What the program wrote to a terminal of so many columns."""
    try:
        master, slave = pty.openpty()
    except OSError as why:
        print("skipped:", why)
        sys.exit(77)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen([program, "cluster", "-j", "1", "-o", "/dev/null", path], stderr=slave)
    os.close(slave)
    grower = threading.Thread(target=grow)
    grower.start()
    written = b""
    while True:
        try:
            piece = os.read(master, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        written += piece
    grower.join()
    assert child.wait() == 0, written
    os.close(master)
    return written


def check(columns):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "growing.jsonl")
        with open(path, "w") as file:
            file.write(lines(0, 30000))
        more = lines(30000, 30000)

        def grow():
            with open(path, "a") as file:
                file.write(more)

        written = run(columns, path, grow)
    frames = [frame for frame in FRAME.findall(written) if b"[" in frame]
    if not frames:
        print("skipped: the job was over before a bar was due")
        sys.exit(77)
    for frame in frames:
        assert len(frame) < columns, (columns, frame)
        cells = CELLS.search(frame)
        assert cells is None or len(cells.group(1)) == 24, frame
    summary = written[written.rindex(b"\r\x1b[K") + 4:]
    assert summary.startswith(b"stories "), summary
    return len(frames)


print("bar: %d and %d frames" % (check(20), check(200)))
