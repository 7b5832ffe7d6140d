"""A spreadsheet of a whole country's estates into an empty register, against SQLite's own import of the same file."""

import shutil
import sqlite3
import subprocess

import city as cities

from .common import SMALL, against_peer, at_most, folder, median, megabytes, need, note, spend, tool

ROWS = 2_000 if SMALL else 220_000
ROUNDS = 1 if SMALL else 3


def measure():
    need("sqlite3", "sqlite3")
    place = folder("imports")
    sheet = place / "estates.csv"
    subprocess.run([tool("Acts"), "sheet", str(sheet), str(ROWS), str(cities.ROOT / "Resources")], check=True)
    founded = cities.City(place / "founded", None)
    # A first start founds the city with its streets and nothing else.
    with cities.Server(founded, place / "serve.log"):
        pass
    ours, peers = [], []
    for number in range(ROUNDS):
        peers.append(_peer(sheet, place))
        ours.append(_ours(sheet, founded, place / f"city-{number}"))
        note(f"{ours[-1].seconds:.2f} s, {megabytes(ours[-1].memory)}; sqlite3 .import {peers[-1].seconds:.2f} s")
    ratio = median([one.seconds / other.seconds for one, other in zip(ours, peers)])
    seconds = [median([each.seconds for each in runs]) for runs in (ours, peers)]
    memory = [max(each.memory for each in runs) for runs in (ours, peers)]
    what = f"import of {ROWS:,} estates, 24 columns, {megabytes(sheet.stat().st_size)}"
    return [
        against_peer(what, "≤ 10", f"{seconds[0]:.2f} s", f"sqlite3 .import {seconds[1]:.2f} s", ratio),
        at_most(300e6, "its peak memory", memory[0], megabytes, f"sqlite3 .import {megabytes(memory[1])}"),
    ]


def _ours(sheet, founded, folder):
    city = founded.copy(folder)
    spent = spend([cities.binary(), "import", "estates", str(sheet), *city.arguments], f"{folder}.log")
    with sqlite3.connect(folder / "yiju.sqlite") as database:
        estates, lines = (
            database.execute(question).fetchone()[0]
            for question in (
                "SELECT count(*) FROM estate",
                "SELECT count(DISTINCT subject_id) FROM record_line WHERE subject_kind = 'estate'",
            )
        )
    if (estates, lines) != (ROWS, ROWS):
        raise RuntimeError(f"of {ROWS} estates, {estates} were imported and {lines} recorded:\n{spent.output[-2000:]}")
    shutil.rmtree(folder)
    return spent


def _peer(sheet, place):
    file = place / "peer.sqlite"
    file.unlink(missing_ok=True)
    return spend(["sqlite3", str(file), f".import --csv '{sheet}' estates"], place / "peer.log")
