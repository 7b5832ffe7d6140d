"""How much memory the server has needed at most, once people have gone through its pages."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import city as cities

from .common import PLACE, READER, Reader, Row, demo_city, megabytes, note
from .nation import nation

PAGES = [
    "/", "/estates", "/map", "/map/outlines.geojson", "/map/estates.geojson", "/quality", "/quality/outdated",
    "/projects", "/people", "/people/rights", "/record", "/places", "/forms", "/checklists", "/help", "/api/v1/summary",
]  # fmt: skip
ESTATES = 100
READERS = 4


def measure():
    return [
        _row("demo city", demo_city("size-city"), "≤ 120 MB"),
        _row("nation", nation(), "≤ 600 MB"),
    ]


def _row(name, city, target):
    with sqlite3.connect(city.folder / "yiju.sqlite") as database:
        ids = database.execute("SELECT hex(id) FROM estate ORDER BY id LIMIT ?", [ESTATES]).fetchall()
    estates = [f"/estates/{_uuid(digits)}" for (digits,) in ids]
    paths = PAGES + estates + [f"{path}/history" for path in estates]
    with cities.Server(city, PLACE / "size.log") as server:
        readers = [Reader(server, city.account(READER)) for _ in range(READERS)]
        started = _peak(server)
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(lambda reader: [reader.get(path) for path in paths], readers))
        peak = _peak(server)
    note(f"{name}: {megabytes(started)} after signing in, {megabytes(peak)} after the pages")
    pages = f"{READERS} readers, {len(paths)} pages each"
    return Row(f"server's peak memory, {name}, {pages}", megabytes(peak), "", "", target)


def _uuid(digits):
    digits = digits.lower()
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def _peak(server):
    """VmHWM in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
