"""The nation to measure with: 220,000 estates, kept between runs, and someone who may read all of them."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from functools import cache
from pathlib import Path

import city as cities

from .common import PLACE, READER, ROOT, SMALL, demo_city, note


@cache
def nation():
    """The nation; in a rehearsal the demo city stands in for it."""
    if SMALL:
        return demo_city("nation-small")
    place = PLACE / "nation"
    accounts, stamp = place / "accounts.json", place / "made-from"
    if not stamp.exists() or stamp.read_text() != _origin():
        note("making the nation; it takes some minutes and is kept for the next run")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        command = [cities.binary(), "demo", "--scale", "nation", "--data", str(place / "data"), "--format", "json"]
        accounts.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)
        _widen(place / "data/yiju.sqlite")
        stamp.write_text(_origin())
    people = json.loads(accounts.read_text(encoding="utf-8"))["accounts"]
    return cities.City(place / "data", None, tuple(cities.Account.of(person) for person in people))


def _origin():
    """Of everything that decides what the nation looks like: all that makes and stores it, and not the pages."""
    pages = ROOT / "Sources/Web"
    sources = [file for file in ROOT.glob("Sources/**/*") if pages not in file.parents]
    digest = hashlib.sha256()
    for file in sorted([*sources, *ROOT.glob("Resources/**/*"), Path(__file__)]):
        if file.is_file():
            digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _widen(database):
    """No post of a demo reaches beyond its city, but the search is to be measured over all of them."""
    with sqlite3.connect(database) as link:
        link.execute("UPDATE post SET place = '' WHERE role = ?", [READER])
