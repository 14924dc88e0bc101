#!/usr/bin/env python3
"""serve.py PROGRAM OPENAPI [PRELOAD]: `samestory serve` against ordinary clients, hostile ones and
failing disks. PRELOAD is the library of tests/fault/preload.c. LONG=1: the full numbers."""
import json
import os
import socket
import subprocess
import sys
import tempfile

import serve_fault
import serve_hostile
from serve_service import BODY, Contract, Service, allow_files, everything, story

PROGRAM, PRELOAD = sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None


def ordinary(s):
    status, data, _ = s.ask("POST", "/v1/stories", story("a/1?x"))
    assert status == 200 and json.loads(data)["samestory"]["verdict"] == "new"
    status, data, _ = s.ask("POST", "/v1/check", story("b"))
    assert json.loads(data)["samestory"]["of"] == "a/1?x"
    assert s.ask("GET", "/v1/stories/b")[0] == 404
    lines = "\n".join([story("c"), "", "{bad", story("d", "quite other words")]) + "\n"
    status, data, headers = s.lines("/v1/stories", lines)
    answers = [json.loads(line) for line in data.splitlines()]
    assert status == 200 and headers["Content-Type"] == "application/x-ndjson"
    assert [("error" in a) for a in answers] == [False, True, False]
    assert answers[0]["samestory"]["verdict"] == "identical"
    assert answers[1]["error"]["status"] == 400 and answers[1]["error"]["line"] == 2
    assert s.ask("GET", "/v1/stories/a%2F1%3Fx")[0] == 200
    assert s.ask("GET", "/v1/stories/a/1%3Fx")[0] == 200
    status, data, _ = s.ask("GET", "/v1/clusters/a%2F1%3Fx")
    assert status == 200 and json.loads(data)["size"] == 2
    assert s.ask("GET", "/v1/clusters/nobody")[0] == 404
    assert s.ask("DELETE", "/v1/stories/c")[0] == 204
    assert s.ask("DELETE", "/v1/stories/c")[0] == 204, "a client that heard no answer asks again"
    assert s.ask("GET", "/v1/stories/c")[0] == 410
    assert s.ask("POST", "/v1/stories", story("c"))[0] == 410
    assert s.ask("POST", "/v1/check", story("c"))[0] == 410
    assert s.ask("DELETE", "/v1/stories/nobody")[0] == 404
    assert s.ask("GET", "/healthz")[0] == 200 and s.ask("GET", "/readyz")[0] == 200
    # What is only asked, known or refused is no story that was made durable.
    assert s.ask("POST", "/v1/stories", story("a/1?x"))[0] == 200
    assert s.metric("committed_stories_total") == 3 and s.metric("commits_total") == 2
    assert b'samestory_answers_total{verdict="new"} 3' in s.ask("GET", "/metrics")[1]


def heads(s):
    """Forms of a request that are unusual and allowed."""
    for path in ("/healthz", "/v1/stories/a%2F1%3Fx"):
        get = s.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        head = s.raw(f"HEAD {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert get.startswith(head[:15] + b" 200 OK"[15:]) and head.endswith(b"\r\n\r\n")
        assert get.split(b"\r\n\r\n")[1] != b""
    whole = s.raw(b"GET http://a/healthz?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert whole.startswith(b"HTTP/1.1 200"), whole
    two = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.0\r\n\r\n"
    assert s.raw(two).count(b"HTTP/1.1 200") == 2
    body = story("chunks").encode()
    chunked = (b"POST /v1/check HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
               b"Connection: close\r\n\r\n")
    for byte in body:
        chunked += b"1\r\n" + bytes([byte]) + b"\r\n"
    assert s.raw(chunked + b"0\r\n\r\n").startswith(b"HTTP/1.1 200")


def streams(s):
    """A long body is answered while it is worked on, line by line and in order, and the answers
    are those of the same stories sent one by one."""
    count = 1000
    lines = [story(f"s{i}", f"{BODY} In village number {i % 7} people watched.")
             for i in range(count)]
    status, data, headers = s.lines("/v1/stories", "\n".join(lines))
    assert status == 200 and headers["Transfer-Encoding"] == "chunked"
    answers = [json.loads(line) for line in data.splitlines()]
    assert [a["id"] for a in answers] == [f"s{i}" for i in range(count)]
    for i in (0, 1, 500, 999):
        again = json.loads(s.ask("POST", "/v1/stories", lines[i])[1])
        assert again == answers[i]
    # The first answers come before the last line is sent for.
    with s.connect() as connection:
        body = "\n".join(lines).encode()
        connection.sendall(b"POST /v1/check HTTP/1.0\r\nContent-Type: application/x-ndjson\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
        old = everything(connection)  # HTTP/1.0 knows no chunks: the end of the connection tells
    assert old.startswith(b"HTTP/1.") and old.count(b'"samestory"') == count
    assert b"chunked" not in old.split(b"\r\n\r\n")[0]
    assert s.lines("/v1/stories", "\n \n\n")[:2] == (200, b"")


def secured(folder):
    token = os.path.join(folder, "token")
    with open(token, "w") as file:
        file.write("0123456789abcdef-secret\n")
    s = Service(folder, "--token-file", token)
    good = {"Authorization": "Bearer 0123456789abcdef-secret"}
    bad = [{}, *({"Authorization": value} for value in (
        "Bearer wrong", "Bearer", "Bearer ", "Basic 0123456789abcdef-secret",
        "Bearer 0123456789abcdef-secre", "Bearer 0123456789abcdef-secret2",
        "Bearer 0123456789abcdef-secret0123456789abcdef-secret"))]
    for headers in bad:
        assert s.ask("POST", "/v1/check", story("z"), headers)[0] == 401, headers
    for method, path in (("POST", "/v1/stories"), ("GET", "/v1/stories/z"),
                         ("DELETE", "/v1/stories/z"), ("GET", "/v1/clusters/z"),
                         ("GET", "/metrics"), ("GET", "/nowhere"), ("PUT", "/v1/check")):
        answer = s.raw(f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 401") and b"WWW-Authenticate: Bearer" in answer
        if path not in ("/nowhere", "/v1/check"):
            assert s.ask(method, path)[0] == 401
    assert s.ask("POST", "/v1/check", story("z"), good)[0] == 200
    page = {"Origin": "https://page.example", **good}
    assert s.ask("POST", "/v1/check", story("z"), page)[0] == 200
    assert s.ask("GET", "/healthz")[0] == 200 and s.ask("GET", "/readyz")[0] == 200
    assert s.stop() == 0


def refusals(folder):
    """What serve cannot start with: status and message."""
    def fails(status, words, *options):
        done = subprocess.run([PROGRAM, "serve", "--archive", os.path.join(folder, "x.db"),
                               *options], stderr=subprocess.PIPE, timeout=60)
        assert done.returncode == status and words in done.stderr, (done, words)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        fails(4, b"address already in use; choose another with --listen",
              "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert not os.path.exists(os.path.join(folder, "x.db")), "an archive that nobody asked for"
    first = Service(folder)
    fails(4, b"address already in use", "--listen", f"127.0.0.1:{first.port}")
    assert first.stop() == 0
    fails(2, b"--token-file", "--listen", "0.0.0.0:1")
    fails(2, b"--token-file", "--listen", "[::]:1")
    for place in ("8765", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", ":1",
                  "nobody.example:1", "::1:1", "[::1]"):
        fails(2, b"--listen wants ADDRESS:PORT", "--listen", place)
    short = os.path.join(folder, "short")
    with open(short, "w") as file:
        file.write("abc\n")
    fails(2, b"16 characters", "--token-file", short)
    fails(4, b"cannot read the token", "--token-file", os.path.join(folder, "none"))
    fails(2, b"a time span above 0", "--timeout", "0s")
    done = subprocess.run([PROGRAM, "serve"], stderr=subprocess.PIPE)
    assert done.returncode == 2 and b"--archive DB" in done.stderr


def beside_sqlite(folder):
    """Another program that reads the archive and goes takes nothing away: what is acknowledged
    behind it is there after a kill."""
    s = Service(folder, archive="read.db")
    assert s.ask("POST", "/v1/stories", story("before"))[0] == 200
    read = ("import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
            "print(db.execute('SELECT count(*) FROM stories').fetchone()[0]); db.close()")
    seen = subprocess.run([sys.executable, "-c", read, s.archive], stdout=subprocess.PIPE,
                          check=True)
    assert seen.stdout == b"1\n"
    assert os.path.exists(s.archive + "-wal"), "the WAL was taken away under the service"
    assert s.ask("POST", "/v1/stories", story("behind"))[0] == 200
    s.process.kill()
    s.process.wait()
    s = Service(folder, archive="read.db")
    assert s.ask("GET", "/v1/stories/behind")[0] == 200
    assert s.stop() == 0
    s.verify()


def main():
    Service.program, Service.contract = PROGRAM, Contract(sys.argv[2])
    files = allow_files()
    with tempfile.TemporaryDirectory() as folder:
        s = Service(folder)
        ordinary(s)
        heads(s)
        streams(s)
        serve_hostile.all_of(s)
        assert s.stop() == 0
        secured(folder)
        refusals(folder)
        s.verify()
        beside_sqlite(folder)
    with tempfile.TemporaryDirectory() as folder:
        serve_hostile.slow(folder)
        serve_hostile.many(folder, files)
    left_out = serve_fault.all_of(PRELOAD, files)
    unseen = [u for u in Service.contract.unseen() if u[2] not in left_out]
    assert unseen == [], f"the OpenAPI file lists what was not seen: {unseen}"
    print("serve: all as it should be")


main()
