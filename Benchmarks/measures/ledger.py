"""The ledger on SQLite: bulk posting, single entries, balances of a past day, verifying, each with all rules, against
PostgreSQL without any, and against ledger and hledger on the journal that we export."""

import datetime
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
from pathlib import Path

import city as cities

from .common import (
    ROOT, SMALL, against_peer, at_most, folder, megabytes, median, need, note, peers_python, spend, tool,
)  # fmt: skip

HERE = Path(__file__).resolve().parent
ENTRIES = 5_000 if SMALL else 500_000
PROJECTS = 100 if SMALL else 1_500
SOURCES = 12
CLIENTS = 32
SINGLES = 2_000 if SMALL else 60_000
ROUNDS = 1 if SMALL else 3
# Fen by turns: what is planned is allotted in part, what is allotted is drawn in part, so that nothing runs short.
MOVES = (("plan", 300), ("allot", 200), ("draw", 100))


def measure():
    need("ledger", "ledger")
    need("hledger", "hledger")
    need("pgbench", "postgresql")
    server = os.environ.get("YIJU_TEST_POSTGRES")
    if not server:
        raise RuntimeError("YIJU_TEST_POSTGRES is not set: run this through scripts/bench")
    money, place = tool("Money"), folder("ledger")
    year = datetime.date.today().year - 1
    founded = _founded(place, year)
    entries = _entries(place, year)
    peer = _Peer(server, place, year)
    try:
        rows, town = _bulk(place, founded, entries, peer)
        journal = _journal(place, town)
        rows += _verify(place, town, journal)
        rows += _balances(place, money, town, journal, peer, year)
        rows += _singles(place, money, town, peer, year)
        return rows
    finally:
        peer.close()


def _project(number):
    return f"BP-{number:04d}"


def _founded(place, year):
    """A city with projects and sources, and an empty journal."""
    town = cities.City(place / "founded", None)
    # A first start founds the city with its streets and nothing else.
    with cities.Server(town, place / "serve.log"):
        pass
    with sqlite3.connect(town.folder / "yiju.sqlite") as database:
        (home,) = database.execute("SELECT code FROM place ORDER BY length(code) DESC, code LIMIT 1").fetchone()
        (stage,) = database.execute("SELECT code FROM stage ORDER BY position LIMIT 1").fetchone()
        database.executemany(
            "INSERT INTO project (id, number, name, place, stage, stage_day, changed_at) VALUES (?, ?, ?, ?, ?, ?, 0)",
            [
                (secrets.token_bytes(16), _project(number), _project(number), home, stage, f"{year}-01-01")
                for number in range(PROJECTS)
            ],
        )
    with open(place / "terms.jsonl", "w", encoding="utf-8") as file:
        for number in range(SOURCES):
            source = {"code": f"s{number}", "zh": f"来源{number}", "en": f"source {number}", "kind": "city",
                      "document": f"财{number}号", "amount": 10**13, "from": year, "to": year + 1}
            file.write(json.dumps({"source": source}, ensure_ascii=False) + "\n")
    town.run("ledger", "terms", str(place / "terms.jsonl"))
    return town


def transactions(year):
    """Number, source, project, move, amount and day of each: as many as ENTRIES, every cell in its turn."""
    pairs = PROJECTS * SOURCES
    for number in range(ENTRIES):
        turn, pair = divmod(number, pairs)
        move, amount = MOVES[turn % len(MOVES)]
        day = datetime.date(year, 1, 1) + datetime.timedelta(days=(turn * 12) % 360)
        yield number, pair % SOURCES, pair // SOURCES, move, amount, day


def _entries(place, year):
    path = place / "entries.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for number, source, project, move, amount, day in transactions(year):
            file.write(
                f'{{"key":"b{number}","day":"{day}","authority":{{"kind":"document","reference":"bench"}},'
                f'"moves":[{{"move":"{move}","source":"s{source}","project":"{_project(project)}","year":{year},'
                f'"amount":{amount}}}]}}\n'
            )
    return path


def _bulk(place, founded, entries, peer):
    ours, rows, sets = [], [], []
    for number in range(ROUNDS):
        rows.append(peer.ask("rows"))
        sets.append(peer.ask("sets"))
        town = founded.copy(place / f"city-{number}")
        spent = spend([cities.binary(), "ledger", "post", str(entries), *town.arguments], place / "post.log")
        if f": {ENTRIES} " not in spent.output.splitlines()[-1]:
            raise RuntimeError(f"not all entries were posted:\n{spent.output[-2000:]}")
        ours.append(spent.seconds)
        note(f"bulk: {_rate(spent.seconds)}; executemany {_rate(rows[-1])}, set-based SQL {_rate(sets[-1])}")
        if number + 1 < ROUNDS:
            shutil.rmtree(town.folder)
    ratio = median([peers / mine for mine, peers in zip(ours, rows)])
    what = f"bulk posting of {ENTRIES:,} transactions, rules held, sealed, durable every 1,000"
    told = f"psycopg executemany of bare rows {_rate(median(rows))}, set-based SQL {_rate(median(sets))}"
    return [against_peer(what, "≥ 2", _rate(median(ours)), told, ratio)], town


def _rate(seconds):
    return f"{ENTRIES / seconds:,.0f}/s"


def _journal(place, town):
    path = place / "journal.hledger"
    with open(path, "wb") as file:
        command = [cities.binary(), "ledger", "export", "--format", "hledger", *town.arguments]
        subprocess.run(command, check=True, stdout=file, cwd=ROOT)
    return path


def _verify(place, town, journal):
    ours, peers = [], []
    for _ in range(ROUNDS):
        peers.append(spend(["ledger", "-f", str(journal), "bal", "--flat"], place / "ledger.log").seconds)
        ours.append(spend([cities.binary(), "ledger", "verify", *town.arguments], place / "verify.log"))
        note(f"verify {ours[-1].seconds:.1f} s, {megabytes(ours[-1].memory)}; ledger bal {peers[-1]:.1f} s")
    seconds = median([each.seconds for each in ours])
    what = f"verify: {2 * ENTRIES:,} postings posted again, seal and rules"
    ratio = median([mine.seconds / theirs for mine, theirs in zip(ours, peers)])
    return [
        against_peer(what, "≤ 1", f"{seconds:.1f} s", f"ledger bal {median(peers):.1f} s", ratio),
        at_most(300e6, "its peak memory", max(each.memory for each in ours), megabytes),
    ]


def _balances(place, money, town, journal, peer, year):
    day = datetime.date(year, 7, 1)
    ours, groups = [], []
    for _ in range(ROUNDS):
        groups.append(peer.ask("group", day))
        ours.append(json.loads(spend([money, "ask", str(town.folder), str(ROOT / "Resources"), str(day)],
                                     place / "ask.log").output))  # fmt: skip
    ends = str(day + datetime.timedelta(days=1))
    others = {
        program: spend([program, "-f", str(journal), "bal", "--flat", "-e", ends], place / f"{program}.log").seconds
        for program in ("ledger", "hledger")
    }
    past, live, page = (median([each[name] for each in ours]) for name in ("past", "live", "page"))
    cells = ours[0]["cells"]
    told = f"GROUP BY {_ms(median(groups))}, " + ", ".join(f"{name} {took:.1f} s" for name, took in others.items())
    ratio = median([theirs / mine["past"] for mine, theirs in zip(ours, groups)])
    return [
        against_peer(f"all {cells:,} balances as of a past effective and known day", "≥ 3", _ms(past), told, ratio),
        at_most(0.05, "all balances now", live, _ms),
        at_most(0.005, "one project's sheet", page, _ms),
    ]


def _ms(seconds):
    return f"{1000 * seconds:,.1f} ms"


def _singles(place, money, town, peer, year):
    ours, peers = [], []
    for _ in range(ROUNDS):
        peers.append(peer.transfers())
        command = [money, "post", str(town.folder), str(ROOT / "Resources"), str(SINGLES), str(CLIENTS), str(year)]
        ours.append(SINGLES / json.loads(spend(command, place / "singles.log").output)["seconds"])
        note(f"singles: {ours[-1]:,.0f}/s; pgbench {peers[-1]:,.0f}/s")
    what = f"durable single entries with all rules, {CLIENTS} clients"
    ratio = median([mine / theirs for mine, theirs in zip(ours, peers)])
    told = f"pgbench, the bare transfer {median(peers):,.0f}/s"
    return [against_peer(what, "≥ 2", f"{median(ours):,.0f}/s", told, ratio)]


class _Peer:
    """PostgreSQL with the same transactions, as rows without rules."""

    def __init__(self, server, place, year):
        self.place = place
        self.python = peers_python()
        self.database = cities.new_database(server)
        # What the peer posts: numbers, so that it reads no JSON.
        self.rows = place / "rows.csv"
        with open(self.rows, "w", encoding="ascii") as file:
            for number, source, project, move, amount, day in transactions(year):
                stages = {"plan": (0, 1), "allot": (1, 2), "draw": (2, 3)}[move]
                file.write(f"{number},{day},{','.join(str(_cell(s, source, project)) for s in stages)},{amount}\n")

    def ask(self, act, *more):
        command = [self.python, HERE / "ledger_peer.py", act, self.database, self.rows, *map(str, more)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["seconds"]

    def transfers(self):
        """Transfers a second over TCP between any two cells, after the bulk."""
        script = self.place / "transfer.sql"
        script.write_text(TRANSFER.format(cells=SOURCES + 3 * SOURCES * PROJECTS), encoding="utf-8")
        options = ["--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2", "--max-tries=100"]
        seconds = 2 if SMALL else 10
        told = subprocess.run(
            ["pgbench", *options, f"--time={seconds}", f"--file={script}", self.database],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        return next(float(line.split()[2]) for line in told.splitlines() if line.startswith("tps = "))

    def close(self):
        cities.drop_database(self.database)


def _cell(stage, source, project):
    """Numbers from 1: the sources' own, then three stages of each project and source."""
    return source + 1 if stage == 0 else SOURCES + 3 * (project * SOURCES + source) + stage


# What a program without rules would do of one entry.
TRANSFER = r"""
\set source random(1, {cells})
\set target random(1, {cells})
BEGIN;
INSERT INTO entry (key, day) VALUES (gen_random_uuid(), CURRENT_DATE) RETURNING number \gset
INSERT INTO posting (entry, line, cell, amount, day) VALUES (:number, 1, :source, -1, CURRENT_DATE),
    (:number, 2, :target, 1, CURRENT_DATE);
UPDATE cell SET balance = balance - 1 WHERE id = least(:source::bigint, :target::bigint);
UPDATE cell SET balance = balance + 1 WHERE id = greatest(:source::bigint, :target::bigint);
COMMIT;
"""
