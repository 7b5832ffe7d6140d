"""What the measurements share: the table, the programs, a signed-in reader."""

import http.client
import os
import shutil
import statistics
import subprocess
import sys
import time
import unicodedata
import venv
from dataclasses import dataclass
from pathlib import Path

import city as cities

ROOT = cities.ROOT
PLACE = ROOT / ".build-bench"
SMALL = os.environ.get("YIJU_BENCH_SCALE") == "small"
# Reads everything and changes nothing.
READER = "auditor"


@dataclass(frozen=True)
class Row:
    """A line of the table: `ratio` is ours to the peer's or to the target, whichever the target speaks of."""

    what: str
    target: str
    ours: str
    peer: str
    ratio: str


def against_peer(what, target, ours, peer, ratio):
    """`target` is what the ratio should be, such as "≥ 0.8"; none where nobody asked."""
    return Row(what, f"{target} × peer" if target else "", ours, peer, f"{ratio:.2f} × peer")


def at_most(limit, what, value, show, peer=""):
    """A figure that should not be above `limit`, whatever a peer has; `show` writes such figures."""
    return Row(what, f"≤ {show(limit)}", show(value), peer, f"{value / limit:.2f} × target")


def table(rows):
    lines = [("what", "target", "ours", "peer", "ratio")]
    lines += [(row.what, row.target or "–", row.ours, row.peer or "–", row.ratio or "–") for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(5)]
    lines.insert(1, tuple("-" * width for width in widths))
    padded = [[cell + " " * (width - _width(cell)) for cell, width in zip(line, widths)] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in padded)


def _width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def note(text):
    print(f"· {text}", file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


def folder(name):
    """An empty folder for one measurement."""
    path = PLACE / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def need(program, package):
    if not shutil.which(program):
        raise RuntimeError(f"{program} is missing: install Debian's {package}, or run scripts/setup test")


def tool(name):
    """One of the programs of Benchmarks/Package.swift, release."""
    scratch = PLACE / "swift"
    note(f"building {name} (release); the first time takes some minutes")
    jobs = ["--jobs", os.environ["YIJU_JOBS"]] if os.environ.get("YIJU_JOBS") else []
    package = ["--package-path", str(ROOT / "Benchmarks"), "--scratch-path", str(scratch)]
    subprocess.run(
        ["swift", "build", "--configuration", "release", *package, "--product", name, *jobs],
        check=True,
        stdout=sys.stderr,
        cwd=ROOT,
    )
    return str(scratch / "release" / name)


def peers_python():
    """A Python with the peers, at pinned versions."""
    place, wanted = PLACE / "python-peers", (ROOT / "Benchmarks/requirements.txt").read_text(encoding="utf-8")
    stamp = place / "made-from"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        note("installing the peers in Python")
        venv.create(place, clear=True, with_pip=True)
        wants = ["--quiet", "--require-hashes", "--no-deps", "-r", ROOT / "Benchmarks/requirements.txt"]
        subprocess.run([place / "bin/pip", "install", *wants], check=True, stdout=sys.stderr)
        stamp.write_text(wanted, encoding="utf-8")
    return str(place / "bin/python")


@dataclass(frozen=True)
class Spent:
    """What a process cost: wall time in seconds, largest resident memory in bytes, what it printed."""

    seconds: float
    memory: int
    output: str


def spend(arguments, log, env=None, stdin=None):
    """Runs a program to its end and tells what it cost; `log` gets what it says. The memory is the kernel's figure."""
    with open(log, "w+b") as sink:
        began = time.monotonic()
        process = subprocess.Popen(
            arguments, stdout=sink, stderr=subprocess.STDOUT, stdin=stdin or subprocess.DEVNULL, cwd=ROOT,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        sink.seek(0)
        output = sink.read().decode("utf-8", "replace")
    if process.returncode != 0:
        raise RuntimeError(f"{Path(arguments[0]).name} ended with {process.returncode}:\n{output[-2000:]}")
    return Spent(seconds, usage.ru_maxrss * 1024, output)


class Reader(cities.Client):
    """A person signed in over one connection that stays open. One thread uses it at a time."""

    def __init__(self, server, account):
        super().__init__(server)
        self.link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        self.sign_in(account)

    def send(self, method, address, body, headers):
        self.link.request(method, address, body, headers)
        answer = self.link.getresponse()
        return cities.Answer(answer.status, answer.headers, answer.read())

    def read(self, path):
        """The body; anything but 200 is an error."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}")
        return answer.body

    def time(self, path):
        """Seconds from the request to the last byte."""
        began = time.perf_counter()
        self.read(path)
        return time.perf_counter() - began


def demo_city(name="city"):
    """A fresh demo city."""
    note("making the demo city")
    return cities.make_demo_city(folder(name) / "data")


def megabytes(size):
    return f"{size / 1e6:,.{0 if size >= 1e7 else 1}f} MB"


def minutes(seconds):
    return f"{seconds / 60:.1f} min"
