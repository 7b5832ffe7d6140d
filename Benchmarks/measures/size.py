"""How much memory the server has needed at most, once people have gone through its pages and files."""

import csv
import io
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import city as cities

from .common import PLACE, READER, Reader, at_most, demo_city, megabytes, note
from .nation import nation

PAGES = [
    "/", "/estates", "/map", "/map/facts.json", "/tiles/9/416/214.mvt", "/quality", "/quality/outdated", "/projects",
    "/people", "/people/rights", "/record", "/places", "/forms", "/checklists", "/help", "/api/v1/summary",
]  # fmt: skip
ESTATES = 100
READERS = 4


def measure():
    return [
        _row("demo city", demo_city("size-city"), 120e6),
        _row("nation", nation(), 600e6),
    ]


def _row(name, city, limit):
    with sqlite3.connect(city.folder / "yiju.sqlite") as database:
        ids = database.execute("SELECT id FROM estate ORDER BY id LIMIT ?", [ESTATES]).fetchall()
    estates = [f"/estates/{uuid.UUID(bytes=identity)}" for (identity,) in ids]
    paths = PAGES + estates + [f"{path}/history" for path in estates]
    with cities.Server(city, PLACE / "size.log") as server:
        readers = [Reader(server, city.account(READER)) for _ in range(READERS)]
        told = [_peak(server, "after signing in")]
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(lambda reader: [reader.read(path) for path in paths], readers))
        told.append(_peak(server, "after the pages"))
        exported = len(readers[0].read("/estates.xlsx"))
        told.append(_peak(server, f"after an export of {megabytes(exported)}"))
        uploaded = _preview(Reader(server, city.account("cityOfficer")))
        told.append(_peak(server, f"after the preview of an upload of {megabytes(uploaded)}"))
    note(f"{name}: " + ", ".join(f"{megabytes(peak)} {when}" for peak, when in told))
    done = f"{READERS} readers, {len(paths)} pages each, all estates as XLSX, an upload of {megabytes(uploaded)}"
    return at_most(limit, f"server's peak memory, {name}: {done}", told[-1][0], megabytes)


def _preview(officer):
    """The officer's own list is uploaded again: every row is read, placed, matched and compared. Its size."""
    sheet = officer.read("/estates.csv")
    sent = officer.upload("/imports", "estates.csv", sheet, kind="estates", datum="cgcs2000", source="Benchmarks")
    if sent.status != 303:
        raise RuntimeError(f"the upload answered {sent.status}:\n{sent.text[:2000]}")
    rows = sum(1 for _ in csv.reader(io.StringIO(sheet.decode("utf-8-sig")))) - 1
    if f"{rows:,}" not in officer.read(sent.location).decode("utf-8"):
        raise RuntimeError(f"the preview at {sent.location} does not tell of {rows:,} rows")
    return len(sheet)


def _peak(server, when):
    """VmHWM in bytes, and when it was that."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024, when
