"""A running `samestory serve`, and the OpenAPI file that its answers are held against.

Every answer to Service.ask must have a status that the file lists for the operation, a body of the
type and with the members that it requires; Contract.unseen names what no test has seen."""
import atexit
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time

BODY = ("The river authority opened the gates of the northern dam on Tuesday after three days "
        "of heavy rain raised the lake to its highest level since the dam was built.")
LONG = os.environ.get("LONG") == "1"


def story(number, text=BODY):
    return json.dumps({"id": number, "title": "Gates", "text": text})


def allow_files():
    """As many open files as the system lets us have; returns the number."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


class Contract:
    def __init__(self, path):
        self.document = json.load(open(path))
        self.seen = set()

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].lstrip("#/").split("/"):
                target = target[part]
            node = target
        return node

    def check_schema(self, value, schema):
        schema = self.resolve(schema)
        kinds = {"object": dict, "array": list, "string": str, "integer": int,
                 "number": (int, float), "boolean": bool}
        if "type" in schema:
            assert isinstance(value, kinds[schema["type"]]), (value, schema)
        assert "enum" not in schema or value in schema["enum"], (value, schema)
        for name in schema.get("required", []):
            assert name in value, (name, value)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                self.check_schema(value[name], inner)
        if isinstance(value, list) and "items" in schema:
            for item in value:
                self.check_schema(item, schema["items"])

    def template(self, path):
        for prefix in ("/v1/stories/", "/v1/clusters/"):
            if path.startswith(prefix) and len(path) > len(prefix):
                return prefix + "{id}"
        return path.split("?")[0]

    def check(self, method, path, answer, data):
        template = self.template(path)
        operation = self.document["paths"].get(template, {}).get(method.lower())
        operation = operation if method.isupper() else None
        if operation is None:
            assert answer.status in (404, 405), (method, path, answer.status)
            return
        responses = operation["responses"]
        response = responses.get(str(answer.status))
        if response is None:  # "default" stands for what no operation is about
            assert answer.status in (408, 413, 500, 503), \
                f"{method} {path}: {answer.status} is not in the OpenAPI file"
            response = responses["default"]
        self.seen.add((template, method.lower(), str(answer.status)))
        response = self.resolve(response)
        if "Retry-After" in response.get("headers", {}):
            assert int(answer.headers["Retry-After"]) > 0
        if "content" not in response:
            assert data == b""
            return
        kind = answer.headers["Content-Type"].split(";")[0]
        assert kind in response["content"], (method, path, kind)
        schema = response["content"][kind]["schema"]
        if kind == "application/x-ndjson":
            for line in data.splitlines():
                self.check_line(json.loads(line))
        elif kind.endswith("json"):
            value = json.loads(data)
            self.check_schema(value, schema)
            assert "status" not in value or answer.status == 200 \
                or value["status"] == answer.status

    def check_line(self, value):
        schemas = self.document["components"]["schemas"]
        if "error" in value:
            self.check_schema(value, schemas["BadLine"])
        else:
            self.check_schema(value, schemas["Answered"])

    def unseen(self):
        listed = {(path, method, status) for path, item in self.document["paths"].items()
                  for method, operation in item.items() if method != "parameters"
                  for status in operation["responses"] if status != "default"}
        return sorted(listed - self.seen)


class Service:
    program = contract = None  # set once by serve.py

    def __init__(self, folder, *options, archive="a.db", files=None, **environment):
        self.archive = os.path.join(folder, archive)

        def limit():
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        self.process = subprocess.Popen(
            [self.program, "serve", "--archive", self.archive, "--listen", "127.0.0.1:0",
             *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, preexec_fn=limit,
            env={**os.environ, **environment})
        atexit.register(self.process.kill)  # a failed test leaves nothing behind
        self.said = []
        self.port = None
        for line in self.process.stderr:
            self.said.append(line.decode())
            if b"listening on http://" in line:
                self.port = int(line.rsplit(b":", 1)[1])
                break
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()

    def collect(self):
        for line in self.process.stderr:
            self.said.append(line.decode())

    def connect(self, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def ask(self, method, path, body=None, headers=None):
        """One request on a connection of its own, held against the contract."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        self.contract.check(method, path, answer, data)
        return answer.status, data, answer.headers

    def lines(self, path, lines):
        return self.ask("POST", path, lines.encode(), {"Content-Type": "application/x-ndjson"})

    def raw(self, data, timeout=60):
        """Sends bytes as they are; returns everything that comes back."""
        with self.connect(timeout) as s:
            try:
                s.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # answered before all was sent
            return everything(s)

    def serves(self):
        """Others are not affected."""
        assert self.ask("GET", "/healthz")[0] == 200
        assert self.ask("POST", "/v1/check", story("another client"))[0] == 200

    def metric(self, name):
        for line in self.ask("GET", "/metrics")[1].decode().splitlines():
            if line.startswith(f"samestory_{name} "):
                return int(line.split()[1])
        raise AssertionError(name)

    def resident(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        status = self.process.wait(timeout=60)
        self.reader.join(timeout=60)
        self.process.stderr.close()
        return status

    def verify(self):
        done = subprocess.run([self.program, "verify", "-q", "--archive", self.archive],
                              stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr


def everything(connection):
    data = b""
    try:
        while True:
            part = connection.recv(65536)
            if not part:
                return data
            data += part
    except ConnectionResetError:
        return data


def status_of(answer):
    """The status of a raw answer; 0: closed without one."""
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.") else 0


def wait_until(condition, what):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(what)
