"""What the service does when the disk, the memory or the process fails it."""
import errno
import fcntl
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

from serve_service import BODY, LONG, Service, everything, status_of, story, wait_until

NDJSON = {"Content-Type": "application/x-ndjson"}


class Lock:
    """Another process that writes: it holds the archive's lock."""

    def __init__(self, archive):
        self.file = open(archive + "-lock", "r+b")
        fcntl.lockf(self.file, fcntl.LOCK_EX, 1, 0)

    def release(self):
        self.file.close()


def posted(s, body):
    """A connection with a request sent and not answered yet."""
    data = body.encode()
    connection = s.connect()
    connection.sendall(b"POST /v1/stories HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                       % len(data) + data)
    return connection


# ---- The queue ----

def full_queue(folder, files):
    """More requests than may wait: 429 with Retry-After; those that waited are answered, many in
    one commit."""
    count = 4096
    if files < count + 200:
        print("serve: 429 is not tested, the limit of open files allows too few connections")
        return {"429"}
    s = Service(folder, "--wait", "5m")
    assert s.ask("POST", "/v1/stories", story("first"))[0] == 200
    commits = s.metric("commits_total")
    lock = Lock(s.archive)
    waiting = [posted(s, story(f"q{i}", f"{i * 7} boats and {i} people"))
               for i in range(count)]
    wait_until(lambda: s.metric("queue_requests") == count, "the queue does not fill")
    assert s.ask("POST", "/v1/stories", story("more"))[0] == 429
    assert s.lines("/v1/check", story("more"))[0] == 429
    assert s.ask("POST", "/v1/check", story("more"))[0] == 429
    assert s.ask("DELETE", "/v1/stories/first")[0] == 429
    assert s.ask("GET", "/v1/stories/first")[0] == 200  # a reader waits for nobody
    assert s.ask("GET", "/readyz")[0] == 200
    lock.release()
    for connection in waiting:
        assert status_of(connection.recv(65536)) == 200
        connection.close()
    assert s.metric("commits_total") - commits <= count // 100
    assert s.ask("GET", "/v1/stories/q4095")[0] == 200
    assert s.ask("GET", "/v1/stories/more")[0] == 404
    assert s.stop() == 0
    s.verify()
    return set()


def busy(folder):
    """Another process writes for longer than --wait: 503, and it passes."""
    s = Service(folder, "--wait", "1s")
    lock = Lock(s.archive)
    assert s.ask("POST", "/v1/stories", story("x"))[0] == 503
    assert s.ask("DELETE", "/v1/stories/x")[0] == 503
    assert s.ask("GET", "/readyz")[0] == 200
    lock.release()
    assert s.ask("POST", "/v1/stories", story("x"))[0] == 200
    assert s.stop() == 0


# ---- systemd ----

def notified(folder):
    """systemd hears of readiness, of life and of the end."""
    path = os.path.join(folder, "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(path)
        inbox.settimeout(20)
        s = Service(folder, NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
        assert inbox.recv(100) == b"READY=1"
        s.serves()
        for _ in range(3):
            assert inbox.recv(100) == b"WATCHDOG=1"
        s.process.send_signal(signal.SIGTERM)
        said = inbox.recv(100)
        while said == b"WATCHDOG=1":
            said = inbox.recv(100)
        assert said == b"STOPPING=1" and s.wait() == 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind("\0samestory-" + os.path.basename(folder))  # the watchdog is another's
        inbox.settimeout(20)
        s = Service(folder, NOTIFY_SOCKET="@samestory-" + os.path.basename(folder),
                    WATCHDOG_USEC="100000", WATCHDOG_PID="1")
        assert inbox.recv(100) == b"READY=1"
        time.sleep(1)
        assert s.stop() == 0
        assert inbox.recv(100) == b"STOPPING=1"


def deaf(folder):
    """Nobody reads what systemd is told: time limits and signals work all the same."""
    path = os.path.join(folder, "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(path)
        s = Service(folder, "--timeout", "1s", NOTIFY_SOCKET=path, WATCHDOG_USEC="4000")
        time.sleep(3)  # hundreds of messages
        with s.connect(20) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n")
            assert status_of(everything(connection)) == 408
        inbox.close()
        assert s.stop() == 0


def hanging_disk(folder, preload):
    """An fsync that never returns: the watchdog is told nothing any more."""
    path, when = os.path.join(folder, "notify"), os.path.join(folder, "when")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(path)
        s = Service(folder, "--wait", "1s", LD_PRELOAD=preload, FAULT="fsync:1+:hang",
                    FAULT_WHEN=when, NOTIFY_SOCKET=path, WATCHDOG_USEC="1000000")
        open(when, "w").close()
        connection = posted(s, story("hangs"))
        inbox.settimeout(5)
        begin = time.monotonic()
        try:  # more often than every five seconds, until the minute of patience is over
            while time.monotonic() - begin < 90:
                assert inbox.recv(100) in (b"READY=1", b"WATCHDOG=1")
            assert False, "the watchdog is told that all is well"
        except TimeoutError:
            assert 55 < time.monotonic() - begin
        os.unlink(when)
        assert status_of(connection.recv(65536)) == 200
        inbox.settimeout(20)
        assert inbox.recv(100) == b"WATCHDOG=1"
        connection.close()
        assert s.stop() == 0


# ---- Stopping ----

def drain(folder):
    """SIGTERM: what was asked is answered, also what is still being sent; then the end."""
    s = Service(folder, "--wait", "5m")
    s.ask("POST", "/v1/stories", story("before"))
    lock = Lock(s.archive)
    waiting = [posted(s, story(f"w{i}")) for i in range(50)]
    wait_until(lambda: s.metric("queue_requests") == 50, "requests do not arrive")
    data = story("half").encode()
    half = s.connect()
    half.sendall(b"POST /v1/stories HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(data)
                 + data[:10])
    kept = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
    kept.request("GET", "/readyz")
    assert kept.getresponse().read() == b'{"status":"ready"}\n'
    s.process.send_signal(signal.SIGTERM)
    wait_until(lambda: refuses(s), "new connections are accepted")
    kept.request("GET", "/readyz")
    answer = kept.getresponse()
    assert answer.status == 503 and b"stopping" in answer.read()
    assert answer.headers["Connection"] == "close"
    half.sendall(data[10:])
    lock.release()
    for connection in waiting + [half]:
        answer = everything(connection)
        assert status_of(answer) == 200 and b'"verdict"' in answer
        connection.close()
    assert s.wait() == 0
    s = Service(folder)
    for i in list(range(50)):
        assert s.ask("GET", f"/v1/stories/w{i}")[0] == 200
    assert s.ask("GET", "/v1/stories/half")[0] == 200
    assert s.stop() == 0


def refuses(s):
    try:
        s.connect().close()
        return False
    except OSError as error:
        return error.errno == errno.ECONNREFUSED


def impatient(folder):
    """Ctrl-C, and again: a client that sends nothing more is not waited for."""
    s = Service(folder)
    half = s.connect()
    half.sendall(b"POST /v1/stories HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
    wait_until(lambda: s.metric("connections") == 2, "the request does not arrive")
    s.process.send_signal(signal.SIGINT)
    wait_until(lambda: refuses(s), "new connections are accepted")
    s.process.send_signal(signal.SIGINT)
    s.process.send_signal(signal.SIGTERM)
    assert s.wait() == 0
    half.close()


class Poster(threading.Thread):
    """Posts stories over one connection, as fast as they are answered."""

    def __init__(self, s, name, batch=1):
        super().__init__()
        self.s, self.tag, self.batch = s, name, batch
        self.answers = {}
        self.problems = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=60)
        for round_ in range(100000):
            ids = [f"{self.tag}-{round_}-{i}" for i in range(self.batch)]
            text = f"{BODY} {self.tag} says so for the {round_ % 50}. time."
            try:
                connection.request("POST", "/v1/stories", "\n".join(story(i, text) for i in ids),
                                   NDJSON)
                answer = connection.getresponse()
                status = answer.status
                while line := answer.readline():
                    if line.endswith(b"\n"):
                        value = json.loads(line)
                        if "id" in value and status == 200:
                            self.answers[value["id"]] = value["samestory"]
                        else:
                            self.problems.append(value)
            except (OSError, http.client.HTTPException):
                return  # the service is gone


def check_answers(s, answers):
    """Every acknowledged story is there with the verdict that was given."""
    for number, answer in answers.items():
        status, data, _ = s.ask("GET", f"/v1/stories/{number}")
        assert status == 200, number
        stored = json.loads(data)
        assert stored["verdict"] == answer["verdict"], (number, stored, answer)
        assert stored.get("of") == answer.get("of"), (number, stored, answer)


def stop_under_load(folder):
    s = Service(folder)
    posters = [Poster(s, f"p{i}", 1 if i % 2 else 40) for i in range(8)]
    for poster in posters:
        poster.start()
    wait_until(lambda: s.metric("committed_stories_total") > 200, "nothing is posted")
    assert s.stop() == 0
    answers = {}
    for poster in posters:
        poster.join()
        answers.update(poster.answers)
    s = Service(folder)
    check_answers(s, answers)
    assert s.stop() == 0
    s.verify()


def killed(folder, rounds):
    """kill -9 at any time, again and again, ten times on one archive."""
    dice = random.Random(rounds)
    answers, total = {}, 0
    for round_ in range(rounds):
        archive = f"{round_ // 10}.db"
        s = Service(folder, archive=archive)
        posters = [Poster(s, f"k{round_}-{i}", dice.choice((1, 1, 1, 20))) for i in range(8)]
        for poster in posters:
            poster.start()
        time.sleep(dice.uniform(0.02, 0.6))
        s.process.kill()
        assert s.wait() == -signal.SIGKILL
        fresh = {}
        for poster in posters:
            poster.join()
            assert poster.problems == []
            fresh.update(poster.answers)
        answers.update(fresh)
        total += len(fresh)
        s = Service(folder, archive=archive)
        check_answers(s, fresh)
        for number, answer in list(fresh.items())[:20]:  # asked again, the same answer
            tag, again = number.rsplit("-", 2)[0], number.rsplit("-", 2)[1]
            text = f"{BODY} {tag} says so for the {int(again) % 50}. time."
            data = s.ask("POST", "/v1/stories", story(number, text))[1]
            assert json.loads(data)["samestory"] == answer, (number, data, answer)
        if round_ % 10 == 9 or round_ == rounds - 1:
            check_answers(s, answers)
            answers = {}
        assert s.stop() == 0
        s.verify()
    print(f"serve: killed {rounds} times, {total} acknowledged stories are there")


# ---- Disks ----

def failed_fsync(folder, preload):
    """Nothing may be acknowledged any more, and everybody can see why; reading goes on."""
    when = os.path.join(folder, "when")
    s = Service(folder, LD_PRELOAD=preload, FAULT="fsync:1+:EIO", FAULT_WHEN=when)
    assert s.ask("POST", "/v1/stories", story("kept"))[0] == 200
    open(when, "w").close()
    status, data, _ = s.ask("POST", "/v1/stories", story("lost"))
    assert status == 503 and b"fsync" in data, data
    os.unlink(when)
    for _ in range(2):
        assert s.ask("POST", "/v1/stories", story("lost"))[0] == 503
        assert s.ask("DELETE", "/v1/stories/kept")[0] == 503
        status, data, _ = s.ask("GET", "/readyz")
        assert status == 503 and b"fsync" in data, data
        assert s.metric("writable") == 0
        assert s.ask("GET", "/healthz")[0] == 200
        assert s.ask("GET", "/v1/stories/kept")[0] == 200
        assert s.ask("POST", "/v1/check", story("kept"))[0] == 200
        time.sleep(1.5)
    assert s.stop() == 0
    assert any("read-only: " in line and "fsync" in line for line in s.said), s.said
    s.verify()
    s = Service(folder)
    assert s.ask("GET", "/readyz")[0] == 200
    assert s.ask("GET", "/v1/stories/kept")[0] == 200
    assert s.ask("POST", "/v1/stories", story("lost"))[0] == 200
    assert s.stop() == 0


def failed_write(folder, preload, fault, status):
    """A write that fails passes: refused meanwhile, taken afterwards. An answer in parts ends with
    the line that says so."""
    when = os.path.join(folder, "when")
    s = Service(folder, LD_PRELOAD=preload, FAULT=fault, FAULT_WHEN=when)
    assert s.ask("POST", "/v1/stories", story("kept"))[0] == 200
    open(when, "w").close()
    assert s.ask("POST", "/v1/stories", story("late"))[0] == status
    ready, data, _ = s.ask("GET", "/readyz")
    assert ready in (200, 503)  # looked at once a second
    lines = "\n".join(story(f"l{i}") for i in range(700))
    assert s.lines("/v1/stories", lines)[0] == status
    os.unlink(when)
    wait_until(lambda: s.ask("GET", "/readyz")[0] == 200, "it does not recover")
    assert s.ask("POST", "/v1/stories", story("late"))[0] == 200
    cut_stream(s, when, status)
    assert s.stop() == 0
    s.verify()


def cut_stream(s, when, status):
    """The fault begins behind the first part of an answer."""
    count = 3000
    body = "\n".join(story(f"c{i}", f"{BODY} {i}") for i in range(count)).encode()
    with s.connect() as connection:
        connection.sendall(b"POST /v1/stories HTTP/1.0\r\nContent-Type: application/x-ndjson\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
        data = connection.recv(1000)
        open(when, "w").close()
        data += everything(connection)
    os.unlink(when)
    lines = [json.loads(line) for line in data.split(b"\r\n\r\n", 1)[1].splitlines()]
    assert status_of(data) == 200 and 0 < len(lines) - 1 < count
    assert [line["id"] for line in lines[:-1]] == [f"c{i}" for i in range(len(lines) - 1)]
    assert lines[-1]["error"]["status"] == status and lines[-1]["error"]["line"] == len(lines)
    wait_until(lambda: s.ask("GET", "/readyz")[0] == 200, "it does not recover")
    for i, there in ((len(lines) - 2, 200), (len(lines) - 1, 404), (count - 1, 404)):
        assert s.ask("GET", f"/v1/stories/c{i}")[0] == there


def full_disk(folder):
    """A small disk fills: 507 with the reason, reading goes on, space makes it end."""
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", disk],
                           stderr=subprocess.PIPE)
    if mount.returncode != 0:
        print("serve: no full disk, this needs the right to mount")
        return {"507"}
    try:
        s = Service(disk)
        assert s.ask("POST", "/v1/stories", story("kept"))[0] == 200
        filler = os.path.join(disk, "filler")
        room = os.statvfs(disk)
        with open(filler, "wb") as file:  # nearly: less than one percent is left
            file.write(bytes(room.f_bavail * room.f_frsize - (300 << 10)))
        wait_until(lambda: s.ask("GET", "/readyz")[0] == 503, "the disk is not looked at")
        status, data, _ = s.ask("GET", "/readyz")
        assert b"free" in data, data
        status, data, _ = s.ask("POST", "/v1/stories", story("late"))
        assert status == 507 and b"free" in data
        assert s.ask("GET", "/v1/stories/kept")[0] == 200
        assert s.ask("POST", "/v1/check", story("kept"))[0] == 200
        os.unlink(filler)
        wait_until(lambda: s.ask("GET", "/readyz")[0] == 200, "space does not help")
        assert s.ask("POST", "/v1/stories", story("late"))[0] == 200
        fill_by_posting(s)
        os.unlink(os.path.join(disk, "block"))
        assert s.stop() == 0
        s.verify()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
    return set()


def fill_by_posting(s):
    """It fills while stories arrive: what was acknowledged stays."""
    room = os.statvfs(s.archive)
    with open(os.path.join(os.path.dirname(s.archive), "block"), "wb") as file:
        file.write(bytes(room.f_bavail * room.f_frsize - (4 << 20)))
    dice = random.Random(1)
    last, taken = None, []
    for i in range(400):
        text = " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=8))
                        for _ in range(4000))
        last = s.ask("POST", "/v1/stories", story(f"fill{i}", text))[0]
        if last != 200:
            break
        taken.append(f"fill{i}")
    assert last == 507 and taken, (last, len(taken))
    for number in taken:
        assert s.ask("GET", f"/v1/stories/{number}")[0] == 200


# ---- Memory ----

def session(s):
    """A bit of everything. What is acknowledged is returned; a connection that is closed, or a
    problem with a status, is not."""
    taken = []

    def ask(method, path, body=None, headers=None):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
            connection.close()
        except (OSError, http.client.HTTPException):
            return 0, b""
        assert answer.status in (200, 204, 404, 429, 500, 503), (answer.status, data)
        return answer.status, data

    for i in range(3):
        status, data = ask("POST", "/v1/stories", story(f"m{i}", f"{BODY} {i}"))
        if status == 200:
            assert json.loads(data)["samestory"]
            taken.append(f"m{i}")
    lines = "\n".join(story(f"n{i}", BODY * (i % 9)) for i in range(600))
    status, data = ask("POST", "/v1/stories", lines, NDJSON)
    if status == 200:
        for line in data.splitlines():
            value = json.loads(line)
            taken += [value["id"]] if "samestory" in value else []
    for path in ("/v1/stories/m0", "/v1/clusters/m0", "/metrics", "/readyz", "/v1/stories/m%31"):
        ask("GET", path)
    if ask("DELETE", "/v1/stories/n5")[0] == 204 and "n5" in taken:
        taken.remove("n5")
    ask("POST", "/v1/check", story("x"))
    return taken


def no_memory(preload, rounds):
    """The n-th allocation fails: an honest refusal, and nothing acknowledged is lost."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        s = Service(folder, LD_PRELOAD=preload, FAULT_REPORT=report)
        session(s)
        assert s.stop() == 0
        total = next(int(line.split()[1]) for line in open(report) if line.startswith("malloc"))
    refused = 0
    for n in sorted({1 + i * total // rounds for i in range(rounds)}):
        with tempfile.TemporaryDirectory() as folder:
            s = Service(folder, LD_PRELOAD=preload, FAULT=f"malloc:{n}:ENOMEM")
            if s.port is None:
                assert s.wait() in (2, 4), (n, s.said)
                refused += 1
                continue
            taken = session(s)
            status = s.stop()
            assert status == 0, (n, status, s.said)
            if not os.path.exists(s.archive):
                assert taken == []
                continue
            s = Service(folder)
            for number in taken:
                assert s.ask("GET", f"/v1/stories/{number}")[0] in (200, 410), (n, number)
            assert s.stop() == 0
            s.verify()
    print(f"serve: {rounds} of {total} allocations failed in turn, {refused} times no start")


def all_of(preload, files):
    """Returns the statuses that could not be tested here."""
    left_out = set()

    def inside(test, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            left_out.update(test(folder, *arguments) or set())

    inside(full_queue, files)
    for test in (busy, notified, deaf, drain, impatient, stop_under_load, full_disk):
        inside(test)
    inside(killed, int(os.environ.get("ROUNDS", "200" if LONG else "4")))
    if preload is None:
        print("serve: no failing disk, the library to preload is not there")
        return left_out | {"503"}
    inside(failed_fsync, preload)
    inside(failed_write, preload, "pwrite:1+:EIO", 503)
    inside(failed_write, preload, "pwrite:1+:ENOSPC", 507)
    no_memory(preload, 300 if LONG else 12)
    if LONG:
        inside(hanging_disk, preload)
    return left_out
