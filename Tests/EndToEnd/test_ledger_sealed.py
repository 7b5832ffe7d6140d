"""The journal leaves the house as one file, which an auditor checks by itself and against a head that was published."""

import json
import random
import subprocess

import pytest

import city as cities

# The file is checked without a database; both engines write it in LedgerTests.
ENGINES = ["sqlite"]
SEED = 20260630


@pytest.fixture(scope="module")
def exported(pristine_city, tmp_path_factory):
    """The demo city's sealed journal, and the head that was published before it grew."""
    folder = tmp_path_factory.mktemp("sealed")
    town = pristine_city.copy(folder / "city")
    town.run("verify", "--publish", str(folder / "head.txt"))
    entry = {"key": "sealed-1", "day": "2026-11-01", "authority": {"kind": "document", "reference": "财建1号"},
             "moves": [{"move": "plan", "source": "central-2026", "project": "CSP-0001", "year": 2026, "amount": 1}]}
    (folder / "entries.jsonl").write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    # Posted or refused, the record grows by what the next command does.
    town.run("ledger", "post", str(folder / "entries.jsonl"), check=False)
    made = town.run("ledger", "export", "--format", "sealed", "--head", str(folder / "head.txt"))
    (folder / "journal.jsonl").write_text(made.stdout, encoding="utf-8")
    town.remove()
    return folder


def verify(path, *options):
    """Without a city: nothing but the file."""
    done = subprocess.run(
        [cities.binary(), "verify", str(path), "--format", "json", *options], capture_output=True, text=True,
        cwd=path.parent,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout)


def test_the_file_is_whole_and_begins_with_the_published_head(exported):
    code, told = verify(exported / "journal.jsonl", "--head", str(exported / "head.txt"))
    assert (code, told["whole"], told["published"], told["problems"]) == (0, True, True, [])
    assert told["entries"] > 1_000 and told["postings"] >= 2 * told["entries"] and told["balances"] > 100


def test_one_changed_byte_is_named_by_its_line(exported, tmp_path):
    whole = (exported / "journal.jsonl").read_bytes()
    dice = random.Random(SEED)
    for _ in range(2):
        place = dice.randrange(len(whole))
        altered = tmp_path / "altered.jsonl"
        altered.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        code, told = verify(altered)
        line = whole.count(b"\n", 0, place) + 1
        assert code == 1 and told["problems"][0]["line"] == line, f"seed {SEED}, byte {place}"


def test_a_file_that_was_cut_or_is_none_is_told(exported, tmp_path):
    lines = (exported / "journal.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    for name, text in {"cut": "".join(lines[:-1]), "none": "{}\n"}.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text(text, encoding="utf-8")
        code, told = verify(path)
        assert code == 1 and not told["whole"] and told["problems"][0]["zh"] and told["problems"][0]["en"]
