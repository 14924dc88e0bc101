"""Clients that mean harm: each gets the status it deserves, and nobody else notices."""
import json
import os
import socket
import threading
import time

from serve_service import (LONG, Service, everything, status_of, story, wait_until)

HEAD = b"POST /v1/stories HTTP/1.1\r\nHost: a\r\n"


def bodies(s):
    """Bad JSON, one object and as a line among good ones."""
    deep = "[" * 2000 + "]" * 2000
    bad = ["{bad", "[]", "1", "null", '"x"', "{}{}", '{"text":1}', '{"text":["x"]}',
           '{"id":"a","id":"b","text":"x"}', '{"id":true,"text":"x"}', '{"id":"a\\u0000b"}',
           '{"text":"\\ud800"}', '{"text":"x",}', "{'text':'x'}", '{"text":NaN}',
           '{"text":"x"', '{"a":' + deep + "}", '{"id":"' + "i" * 5000 + '"}',
           "\ufeff\ufeff{}", "<story/>", "text=x"]
    for body in bad:
        assert s.ask("POST", "/v1/stories", body.encode())[0] == 400, body[:60]
        assert s.ask("POST", "/v1/check", body.encode())[0] == 400, body[:60]
    for body in (b'{"id":"\xff","text":"x"}', b'{"text":"\xc0\xaf"}', b'{"text":"a\x00b"}', b"\0",
                 b'{"text":"\xed\xa0\x80"}', b""):
        assert s.ask("POST", "/v1/stories", body)[0] == 400, body
    lines = "\n".join(b for b in bad if "\n" not in b) + "\n" + story("good line")
    answers = [json.loads(line) for line in s.lines("/v1/check", lines)[1].splitlines()]
    assert [a["error"]["line"] for a in answers[:-1]] == list(range(1, len(bad) + 1))
    assert "samestory" in answers[-1]


def paths(s):
    for path, status in (
            ("/", 404), ("/v1", 404), ("/v1/../etc/passwd", 404), ("//v1/stories", 404),
            ("/v1/stories2", 404), ("/metrics/x", 404), ("/v1/stories/", 404),
            ("/v1/clusters/", 404), ("/V1/stories/a", 404), ("/v1%2Fstories/a", 404),
            ("/v1/stories/..", 404), ("/v1/stories/../../metrics", 404),
            ("/v1/stories/%2e%2e%2fetc", 404), ("/v1/stories/%252e", 404),
            ("/v1/stories/%zz", 400), ("/v1/stories/%", 400), ("/v1/stories/%4", 400),
            ("/v1/stories/%00", 400), ("/v1/stories/a%00b", 400), ("/v1/stories/%0a", 400),
            ("/v1/stories/%7f", 400), ("/v1/stories/%ff", 400), ("/v1/stories/%c0%af", 400),
            ("/v1/stories/%ed%a0%80", 400), ("/v1/clusters/%ff", 400),
            ("/v1/stories/" + "i" * 5000, 404), ("/v1/stories/" + "%41" * 4096, 404)):
        assert s.ask("GET", path)[0] == status, path[:60]
    assert s.ask("DELETE", "/v1/stories/%ff")[0] == 400
    # Decoded once: %2541 is the id %41, which is not A.
    s.ask("POST", "/v1/stories", story("%41"))
    assert json.loads(s.ask("GET", "/v1/stories/%2541")[1])["id"] == "%41"
    assert s.ask("GET", "/v1/stories/%41")[0] == 404
    for path in (b"/healthz", b"/v1/stories/%2541", b"/v1/stories/%2541?", b"/metrics?x=1&y"):
        whole = b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        assert status_of(s.raw(whole)) == 200, path
        for behind in (b"\0", b"\0\0", b"\0x"):
            assert status_of(s.raw(whole.replace(b" HTTP", behind + b" HTTP"))) == 400, path
        for behind in (b" x", b"\0 x", b" "):
            assert status_of(s.raw(whole.replace(b" HTTP", behind + b" HTTP"))) in (0, 400)
    assert status_of(s.raw(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n")) in (414, 431)


def methods(s):
    for method, path, allowed in (
            ("PUT", "/v1/stories", "POST"), ("GET", "/v1/check", "POST"),
            ("HEAD", "/v1/check", "POST"), ("DELETE", "/v1/stories", "POST"),
            ("POST", "/v1/stories/x", "GET, HEAD, DELETE"), ("POST", "/metrics", "GET, HEAD"),
            ("DELETE", "/v1/clusters/x", "GET, HEAD"), ("PATCH", "/healthz", "GET, HEAD"),
            ("TRACE", "/readyz", "GET, HEAD"), ("BREW", "/v1/stories", "POST"),
            ("get", "/healthz", "GET, HEAD")):
        status, _, headers = s.ask(method, path)
        assert status == 405 and headers["Allow"] == allowed, (method, path, status)


def packed(s):
    """A body in another coding is no story, whatever it holds."""
    for path in ("/v1/stories", "/v1/check"):
        for coding, expected in (("gzip", 415), ("br", 415), ("identity", 200), ("", 200)):
            body = b'{"id": "packed", "text": "A story."}'
            assert s.ask("POST", path, body, {"Content-Encoding": coding})[0] == expected, coding


def tricks(s):
    """Heads that two parties could read differently."""
    body = b"\r\n\r\n{}"
    chunked = b"Transfer-Encoding: chunked"
    for fields in (
            b"Content-Length: 2\r\nContent-Length: 2", b"Content-Length: 2\r\nContent-Length: 3",
            b"Content-Length: 2\r\ncontent-length: 2", b"Content-Length: -1",
            b"Content-Length: +2", b"Content-Length: 2x", b"Content-Length: 0x2",
            b"Content-Length: 2, 2", b"Content-Length: 2 2", b"Content-Length:",
            b"Content-Length : 2", b"Content-Length\t: 2", b"X(: 1\r\nContent-Length: 2",
            b"Host: b\r\nContent-Length: 2", b"Host: a\r\nContent-Length: 2"):
        assert status_of(s.raw(HEAD + fields + body)) == 400, fields
    end = b"\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    for fields in (
            b"Content-Length: 2\r\n" + chunked, chunked + b"\r\nContent-Length: 2",
            chunked + b"\r\n" + chunked, b"Transfer-Encoding: gzip",
            b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked, identity",
            b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding : chunked",
            b"Transfer-Encoding: xchunked", b"Transfer-Encoding:"):
        assert status_of(s.raw(HEAD + fields + end)) == 400, fields
    for line in (b"POST /v1/stories HTTP/1.1\r\nContent-Length: 2",
                 b"POST /v1/stories HTTP/1.0\r\n" + chunked,
                 b"POST /v1/stories", b"POST", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"):
        assert status_of(s.raw(line + end)) in (0, 400), line
    for size in (b"zz", b"-2", b"ffffffffffffffff1", b"0x2"):
        answer = s.raw(HEAD + chunked + b"\r\n\r\n" + size + b"\r\n{}\r\n0\r\n\r\n")
        assert status_of(answer) in (400, 413), size
    # What is hidden behind a refused head is not read as a request.
    hidden = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = s.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length : %d\r\n\r\n" % len(hidden)
                   + hidden)
    assert answer.count(b"HTTP/1.1") == 1 and status_of(answer) == 400
    assert status_of(s.raw(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20000)) in (413, 431)


def web_pages(s):
    """A page in a browser of this machine could reach the service; it is not answered."""
    for headers in ({"Origin": "https://page.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-origin"}):
        for method, path in (("POST", "/v1/stories"), ("POST", "/v1/check"), ("GET", "/metrics"),
                             ("GET", "/v1/stories/x"), ("DELETE", "/v1/stories/x"),
                             ("GET", "/v1/clusters/x")):
            body = story("page") if method == "POST" else None
            assert s.ask(method, path, body, headers)[0] == 403, (method, path, headers)
    assert s.ask("GET", "/v1/stories/page")[0] == 404
    assert s.ask("GET", "/metrics", None, {"Sec-Fetch-Site": "none"})[0] == 200


def large(s):
    giant = 1 << 30
    announced = HEAD + b"Content-Length: %d\r\n\r\n" % giant
    for path in (b"stories", b"check"):
        assert status_of(s.raw(announced.replace(b"stories", path))) == 413
    for method, path in (("POST", "/v1/stories"), ("POST", "/v1/check")):
        length = {"Content-Length": str(giant)}
        assert s.ask(method, path, None, length)[0] == 413
    for length in (b"18446744073709551615", b"18446744073709551616", b"9" * 40):
        answer = s.raw(HEAD + b"Content-Length: " + length + b"\r\n\r\n{}")
        assert status_of(answer) in (400, 413), length
    # It is sent all the same.
    block = b"x" * (1 << 20)
    blocks = 1024 if LONG else 96
    with s.connect() as connection:
        try:
            connection.sendall(announced)
            for _ in range(blocks):
                connection.sendall(block)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert status_of(everything(connection)) == 413
    with s.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(blocks):
            connection.sendall(b"100000\r\n" + block + b"\r\n")
        s.serves()
        connection.sendall(b"0\r\n\r\n")
        answer = connection.recv(65536)
        assert status_of(answer) == 413, answer
    assert s.metric("body_bytes") == 0


def leaving(s):
    """Clients that go away in the middle."""
    body = "\n".join(story(f"left {i}") for i in range(600)).encode()
    head = HEAD + b"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n" % len(body)
    late = s.metric("timeouts_total")
    for cut in (10, len(head) - 1, len(head), len(head) + 100, len(head) + len(body)):
        with s.connect() as connection:
            connection.sendall((head + body)[:cut])
    for _ in range(20):  # reset, not closed
        with s.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  b"\1\0\0\0\0\0\0\0")
            connection.sendall(head + body)
    s.serves()
    wait_until(lambda: s.metric("queue_requests") == 0, "the queue is not empty")
    wait_until(lambda: s.metric("body_bytes") == 0, "bodies are kept")
    assert s.metric("timeouts_total") == late, "that they went was not seen before the time limit"


def all_of(s):
    for attack in (bodies, paths, methods, packed, tricks, web_pages, large, leaving):
        attack(s)
        s.serves()


# ---- Time ----

def drip(connection, data, stop):
    """A byte now and then, until the other side has had enough."""
    try:
        for byte in data:
            if stop.is_set():
                break
            connection.sendall(bytes([byte]))
            time.sleep(0.1)
    except OSError:
        pass


def slow(folder):
    s = Service(folder, "--timeout", "2s", "--max-record", "40M")
    stop = threading.Event()
    starts = [
        (b"", b"GET /healthz" + b"z" * 10000),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n", b"X-Slow: " + b"z" * 10000),
        (HEAD + b"Content-Length: 10000\r\n\r\n", b"{" + b" " * 10000),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n1\r\n \r\n" * 1000),
        (HEAD + b"Content-Length: 10000\r\n\r\n{", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n", b""), (b"", b""),
        (b"\x00\xff nonsense\r\n\r\n", b"")]
    connections, threads = [], []
    for begin, rest in starts:
        connection = s.connect()
        connection.sendall(begin)
        connections.append(connection)
        threads.append(threading.Thread(target=drip, args=(connection, rest, stop)))
        threads[-1].start()
    # One that kept its connection after an answer is closed without a word.
    kept = s.connect()
    kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status_of(kept.recv(65536)) == 200
    s.serves()
    for connection, start in zip(connections, starts):
        answer = everything(connection)
        assert status_of(answer) == 408 and b'"status":408' in answer, (start[0], answer)
        connection.close()
    assert everything(kept) == b""
    stop.set()
    for thread in threads:
        thread.join()
    slow_reader(s)
    s.serves()
    assert s.stop() == 0


def slow_reader(s):
    """Asks for much and does not take it: the work stops, and so does the connection."""
    count = 3000
    body = "\n".join(story(f"r{i}", f"{i} " * 2000) for i in range(count)).encode()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", s.port))
        connection.settimeout(60)
        connection.sendall(HEAD + b"Content-Type: application/x-ndjson\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
        before = s.metric("timeouts_total")
        s.serves()
        wait_until(lambda: s.metric("timeouts_total") == before + 1, "the reader is waited for")
        # Nothing was made in advance that nobody takes.
        assert s.metric("committed_stories_total") < count
        assert everything(connection).count(b'"samestory"') < count
    wait_until(lambda: s.metric("body_bytes") == 0, "the body is kept")


# ---- Numbers ----

def many(folder, files):
    wanted = 10000 if LONG else 1500
    if files < wanted + 200:
        wanted = files - 200
        print(f"serve: only {wanted} connections, the limit of open files allows no more")
    s = Service(folder)
    before = s.resident()
    idle = [s.connect() for _ in range(wanted)]
    s.serves()
    wait_until(lambda: s.metric("connections") > wanted, "connections were refused")
    print(f"serve: {wanted} idle connections take {(s.resident() - before) >> 10} KB")
    for connection in idle:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert all(status_of(connection.recv(4096)) == 200 for connection in idle)
    for connection in idle[::2]:  # and half of a request each
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    s.serves()
    for connection in idle:
        connection.close()
    s.serves()
    assert s.metric("crowded_out_total") == 0
    assert s.stop() == 0
    crowd(folder)
    too_many_bytes(folder)


def crowd(folder):
    """More connections than there are files: the idlest give way."""
    s = Service(folder, files=500)
    idle = [s.connect() for _ in range(900)]
    s.serves()
    assert s.metric("crowded_out_total") > 400
    last = idle[-1]
    last.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert status_of(last.recv(4096)) == 200
    assert everything(idle[0]) == b""
    for connection in idle:
        connection.close()
    assert s.stop() == 0


def too_many_bytes(folder):
    """Bodies that never end may not fill the memory: what does not fit is told to come back."""
    s = Service(folder, "--max-record", "4M")
    size = 4 << 20
    part = b"x" * (size - 1)
    full = [s.connect() for _ in range(66)]
    for connection in full:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % size)
        connection.sendall(part)
    wait_until(lambda: s.metric("body_bytes") > 250 << 20, "bodies are not counted")
    answers = []
    for connection in full:
        connection.sendall(b"x")
        answers.append(connection.recv(4096))
    assert {status_of(answer) for answer in answers} == {400, 429}
    assert all((b"Retry-After: 1" in a) == (status_of(a) == 429) for a in answers)
    with open(Service.program, "rb") as program:
        if b"__asan_init" not in program.read():
            assert s.resident() < 450 << 20, s.resident()
    for connection in full:
        connection.close()
    wait_until(lambda: s.metric("body_bytes") == 0, "bodies are kept")
    s.serves()
    assert s.stop() == 0
