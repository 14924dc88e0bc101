#!/usr/bin/env python3
"""serve.py PROGRAM OPENAPI: `samestory serve` against ordinary and hostile clients.

Every answer to an ordinary request is held against the OpenAPI file: its status must be listed
and its body must have the type and the members that the file requires."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM, OPENAPI = sys.argv[1], json.load(open(sys.argv[2]))
BODY = ("The river authority opened the gates of the northern dam on Tuesday after three days "
        "of heavy rain raised the lake to its highest level since the dam was built.")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Service:
    def __init__(self, folder, *options):
        self.port = free_port()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "-q", "--archive", os.path.join(folder, "a.db"), "--listen",
             f"127.0.0.1:{self.port}", *options], stderr=subprocess.PIPE)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("serve does not answer")

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        check_contract(method, path, answer, data)
        return answer.status, data, answer.headers

    def raw(self, data, wait=10):
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as s:
            s.sendall(data)
            return s.recv(65536).decode(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def resolve(node):
    while "$ref" in node:
        target = OPENAPI
        for part in node["$ref"].lstrip("#/").split("/"):
            target = target[part]
        node = target
    return node


def check_schema(value, schema):
    schema = resolve(schema)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
             "boolean": bool}
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]]), (value, schema)
    assert "enum" not in schema or value in schema["enum"], (value, schema)
    for name in schema.get("required", []):
        assert name in value, (name, value)
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            check_schema(value[name], inner)


def check_contract(method, path, answer, data):
    template = path
    for prefix in ("/v1/stories/", "/v1/clusters/"):
        if path.startswith(prefix) and len(path) > len(prefix):
            template = prefix + "{id}"
    operations = OPENAPI["paths"].get(template, {})
    if method.lower() not in operations:
        return  # not part of the service: 404 and 405 are tested by the caller
    response = operations[method.lower()]["responses"].get(str(answer.status))
    assert response is not None, f"{method} {path}: {answer.status} is not in the OpenAPI file"
    response = resolve(response)
    if "content" not in response:
        assert data == b""
        return
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in response["content"], (method, path, kind)
    if kind.endswith("json") and kind != "application/x-ndjson":
        check_schema(json.loads(data), response["content"][kind]["schema"])


def story(number, text=BODY):
    return json.dumps({"id": number, "title": "Gates", "text": text})


def ordinary(s):
    status, data, _ = s.ask("POST", "/v1/stories", story("a/1?x"))
    assert status == 200 and json.loads(data)["samestory"]["verdict"] == "new"
    status, data, _ = s.ask("POST", "/v1/check", story("b"))
    assert json.loads(data)["samestory"]["of"] == "a/1?x"
    assert s.ask("GET", "/v1/stories/b")[0] == 404
    lines = "\n".join([story("c"), "", "{bad", story("d", "quite other words")]) + "\n"
    status, data, headers = s.ask("POST", "/v1/stories", lines,
                                  {"Content-Type": "application/x-ndjson"})
    answers = [json.loads(line) for line in data.splitlines()]
    assert status == 200 and headers["Content-Type"] == "application/x-ndjson"
    assert [("error" in a) for a in answers] == [False, True, False]
    assert answers[0]["samestory"]["verdict"] == "identical"
    assert answers[1]["error"]["status"] == 400 and answers[1]["error"]["line"] == 2
    assert s.ask("GET", "/v1/stories/a%2F1%3Fx")[0] == 200
    assert s.ask("GET", "/v1/stories/a/1%3Fx")[0] == 200
    status, data, _ = s.ask("GET", "/v1/clusters/a%2F1%3Fx")
    assert status == 200 and json.loads(data)["size"] == 2
    assert s.ask("DELETE", "/v1/stories/c")[0] == 204
    assert s.ask("GET", "/v1/stories/c")[0] == 410
    assert s.ask("POST", "/v1/stories", story("c"))[0] == 410
    assert s.ask("DELETE", "/v1/stories/nobody")[0] == 404
    assert s.ask("GET", "/healthz")[0] == 200 and s.ask("GET", "/readyz")[0] == 200
    assert b'samestory_answers_total{verdict="new"} 2' in s.ask("GET", "/metrics")[1]


def hostile(s):
    assert s.ask("POST", "/v1/stories", "{bad")[0] == 400
    assert s.ask("POST", "/v1/stories", "")[0] == 400
    assert s.ask("POST", "/v1/stories", b'{"id":"\xff","text":"x"}')[0] == 400
    assert s.ask("PUT", "/v1/stories", "{}")[0] == 405
    assert s.ask("GET", "/v1/check")[0] == 405
    assert s.ask("GET", "/v1/stories/%zz")[0] == 400
    assert s.ask("GET", "/v1/stories/%00")[0] == 400
    for path in ("/", "/v1", "/v1/../etc/passwd", "//v1/stories", "/v1/stories2", "/metrics/x"):
        assert s.ask("GET", path)[0] == 404, path
    head = "POST /v1/stories HTTP/1.1\r\nHost: a\r\n"
    tricks = [
        head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + "Host: b\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/stories HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        head + "Content-Length: -1\r\n\r\n{}",
        head + "Content-Length: 2x\r\n\r\n{}",
    ]
    for trick in tricks:
        answer = s.raw(trick.encode())
        assert answer == "" or answer.startswith("HTTP/1.1 400"), (trick, answer[:80])
    big = head + "Content-Length: 1073741824\r\n\r\n"
    assert s.raw(big.encode()).startswith("HTTP/1.1 413")
    assert s.raw(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 4")
    with socket.create_connection(("127.0.0.1", s.port)) as nonsense:
        nonsense.sendall(b"\x00\xff nonsense\r\n\r\n")
    # Many connections that send nothing do not keep others from being answered.
    idle = [socket.create_connection(("127.0.0.1", s.port)) for _ in range(300)]
    half = [socket.create_connection(("127.0.0.1", s.port)) for _ in range(50)]
    for connection in half:
        connection.sendall(head.encode() + b"Content-Length: 100\r\n\r\n{")
    assert s.ask("POST", "/v1/stories", story("after"))[0] == 200
    for connection in idle + half:
        connection.close()
    assert s.ask("GET", "/healthz")[0] == 200


def secured(folder):
    token = os.path.join(folder, "token")
    open(token, "w").write("0123456789abcdef-secret\n")
    s = Service(folder, "--token-file", token)
    assert s.ask("POST", "/v1/check", story("z"))[0] == 401
    assert s.ask("POST", "/v1/check", story("z"), {"Authorization": "Bearer wrong"})[0] == 401
    good = {"Authorization": "Bearer 0123456789abcdef-secret"}
    assert s.ask("POST", "/v1/check", story("z"), good)[0] == 200
    assert s.ask("GET", "/metrics")[0] == 401 and s.ask("GET", "/healthz")[0] == 200
    assert s.stop() == 0
    public = subprocess.run([PROGRAM, "serve", "--archive", os.path.join(folder, "a.db"),
                             "--listen", "0.0.0.0:1"], stderr=subprocess.PIPE)
    assert public.returncode == 2 and b"--token-file" in public.stderr


def notified(folder):
    """systemd hears of readiness and of the end."""
    path = os.path.join(folder, "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(path)
        inbox.settimeout(20)
        os.environ["NOTIFY_SOCKET"] = path
        s = Service(folder)
        del os.environ["NOTIFY_SOCKET"]
        assert inbox.recv(100) == b"READY=1"
        assert s.stop() == 0
        assert inbox.recv(100) == b"STOPPING=1"


with tempfile.TemporaryDirectory() as scratch:
    service = Service(scratch)
    ordinary(service)
    hostile(service)
    assert service.stop() == 0
    secured(scratch)
    notified(scratch)
    verified = subprocess.run([PROGRAM, "verify", "-q", "--archive",
                               os.path.join(scratch, "a.db")])
    assert verified.returncode == 0
print("serve: all as it should be")
