"""`yiju ledger post` is killed at random moments: what it told was stored is there, each commit whole, and the same file
sent again goes on where it was cut."""

import json
import os
import random
import subprocess
import threading
import time

import pytest

import city as cities

ENTRIES = 24_000
BATCH = 1_000
KILLS = 3


def total(count):
    """Fen of the first so many entries: the n-th plans n, so that a sum tells which ones are there."""
    return count * (count + 1) // 2


@pytest.fixture
def town(pristine_city, tmp_path):
    """A demo city with a source of its own, and a file of entries that plan it."""
    town = pristine_city.copy(tmp_path / "city")
    source = {"code": "crash", "zh": "补助", "en": "grant", "kind": "city", "document": "财1号", "amount": 10**11,
              "from": 2026, "to": 2026}
    (tmp_path / "terms.jsonl").write_text(json.dumps({"source": source}, ensure_ascii=False), encoding="utf-8")
    town.run("ledger", "terms", str(tmp_path / "terms.jsonl"))
    with open(tmp_path / "entries.jsonl", "w", encoding="utf-8") as file:
        for number in range(1, ENTRIES + 1):
            move = {"move": "plan", "source": "crash", "project": "CSP-0001", "year": 2026, "amount": number}
            authority = {"kind": "document", "reference": "财1号"}
            entry = {"key": f"crash-{number}", "day": "2026-06-01", "authority": authority, "moves": [move]}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    (tmp_path / "nothing.jsonl").write_text("", encoding="utf-8")
    yield town
    town.remove()


def planned(town):
    """Fen of the source that are planned."""
    lines = json.loads(town.run("ledger", "balance", "--by", "source", "--format", "json").stdout)
    return sum(line["balance"] for line in lines if (line.get("source"), line["stage"]) == ("crash", "planned"))


def whole(town, folder):
    # Lines that the killed process left are sealed by the next one, as they would be by a server.
    town.run("ledger", "post", str(folder / "nothing.jsonl"))
    done = town.run("ledger", "verify", "--format", "json", check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["whole"] and told["recordWhole"], done.stdout
    return told["entries"]


def post_and_kill(town, path, stored, pause):
    """Posts the file and ends the process at once, `pause` seconds after it told of `stored` commits. The line up to
    which it told that all was durable, and whether it had ended by itself."""
    command = [cities.binary(), "ledger", "post", str(path), "--format", "json", *town.arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=cities.ROOT)
    lines, reached = [], threading.Event()

    def listen():
        for line in process.stdout:
            lines.append(json.loads(line))
            if len(lines) >= stored:
                reached.set()
        reached.set()

    listener = threading.Thread(target=listen)
    listener.start()
    if stored:
        assert reached.wait(300)
    time.sleep(pause)
    process.kill()
    process.wait()
    listener.join()
    told = [line["stored"] for line in lines if "stored" in line]
    return max(told, default=0), len(lines) > len(told)


def test_killed_at_any_moment_it_keeps_what_it_told_and_goes_on(town, tmp_path):
    seed = int(os.environ.get("YIJU_SEED") or random.randrange(2**32))
    dice = random.Random(seed)
    print(f"seed {seed}")
    before, there = whole(town, tmp_path), 0
    for round_ in range(KILLS):
        # Some end before the first commit, some in the midst of many.
        stored = 0 if round_ == 0 else dice.randint(1, 3) + there // BATCH
        told, has_ended = post_and_kill(town, tmp_path / "entries.jsonl", stored, dice.uniform(0, 0.05))
        assert not has_ended, f"seed {seed}: the file was posted before it could be killed"
        # A server may still store what the process asked for before its end.
        sums = [planned(town), planned(town)]
        while sums[-1] != sums[-2]:
            sums.append(planned(town))
        counts = [count for count in range(there, ENTRIES + 1, BATCH) if total(count) == sums[-1]]
        assert counts, f"seed {seed}, round {round_}: {sums[-1]} fen are no whole commits of the file's beginning"
        assert max(told, there) <= counts[0], f"seed {seed}, round {round_}: what was told is lost"
        there = counts[0]
        assert whole(town, tmp_path) == before + there, f"seed {seed}, round {round_}"
    assert there > 0
    for posted, unchanged in [(ENTRIES - there, there), (0, ENTRIES)]:
        done = town.run("ledger", "post", str(tmp_path / "entries.jsonl"), "--format", "json")
        sums = {"posted": posted, "unchanged": unchanged, "refused": 0}
        assert json.loads(done.stdout.splitlines()[-1]) == sums, f"seed {seed}"
    assert planned(town) == total(ENTRIES)
    assert whole(town, tmp_path) == before + ENTRIES
