"""The ledger on the command line: what it refuses and why, and that it changes nothing then."""

import json
import shutil
import subprocess

import pytest


@pytest.fixture
def town(pristine_city, tmp_path):
    """A demo city that nobody serves."""
    town = pristine_city.copy(tmp_path / "city")
    yield town
    town.remove()


def entry(key, **changes):
    move = {"move": "plan", "source": "unheard", "project": "none", "year": 2026, "amount": 100}
    whole = {"key": key, "day": "2026-01-05", "authority": {"kind": "document", "reference": "1"}, "moves": [move]}
    return json.dumps({**whole, **changes}, ensure_ascii=False)


def post(town, path, text):
    path.write_text(text, encoding="utf-8")
    done = town.run("ledger", "post", str(path), "--format", "json", check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, lines[:-1], lines[-1]


def test_bad_lines_are_refused_one_by_one_and_a_file_may_be_cut(town, tmp_path):
    before = verified(town)["entries"]
    text = "\n".join([entry("a"), entry("b", total=99), entry("c", moves=[]), entry("d")[:40]])
    code, refused, sums = post(town, tmp_path / "entries.jsonl", text)
    assert code == 1
    assert sums == {"posted": 0, "unchanged": 0, "refused": 4}
    assert {line["line"]: line["refusals"][0]["code"] for line in refused} == {
        1: "move.project",
        2: "entry.unbalanced",
        3: "entry.moves",
        4: "json.malformed",
    }
    assert all(refusal["zh"] and refusal["en"] for line in refused for refusal in line["refusals"])
    assert verified(town)["entries"] == before


def verified(town):
    report = json.loads(town.run("ledger", "verify", "--format", "json").stdout)
    assert report["whole"] and report["problems"] == []
    return report


def test_a_period_closes_once_and_the_ledger_is_whole(town):
    assert "2020-12-31" in town.run("ledger", "close", "2020-12-31").stdout
    again = town.run("ledger", "close", "2020-12-31", check=False)
    assert again.returncode == 1 and "period.day" in again.stderr
    assert verified(town)["entries"] > 10_000


@pytest.mark.parametrize("format", ["hledger", "beancount"])
def test_the_journal_is_exported_and_others_read_it(town, format, tmp_path):
    text = town.run("ledger", "export", "--format", format).stdout
    assert text.startswith("; 宜居台账")
    judge = shutil.which({"hledger": "hledger", "beancount": "bean-check"}[format])
    if judge is None:
        pytest.skip(f"{format} is not installed: run the set-up")
    path = tmp_path / f"journal.{format}"
    path.write_text(text, encoding="utf-8")
    command = [judge, "-f", path, "check"] if format == "hledger" else [judge, path]
    assert subprocess.run(command, check=False).returncode == 0


def test_balances_are_summed_by_dimensions_however_they_are_written(town):
    def balances(*options):
        return json.loads(town.run("ledger", "balance", "--format", "json", *options).stdout)

    both = balances("--by", "source,project")
    assert balances("--by", "source", "--by", "project") == balances("--by", "source, project") == both
    assert {"source", "project"} <= set().union(*both) and not {"contract", "year"} & set().union(*both)
    stages = balances("--by", "")
    cells = balances()
    for line in stages:
        own = [cell for cell in cells if (cell["stage"], cell["measure"]) == (line["stage"], line["measure"])]
        assert sum(cell["balance"] for cell in own) == line["balance"], line
    assert balances("--as-of", "2017-12-31") == balances("--known", "2017-12-31") == []


def test_a_format_or_dimension_that_is_none_is_wrong_usage(town):
    assert town.run("ledger", "export", "--format", "qif", check=False).returncode == 2
    assert town.run("ledger", "balance", "--by", "colour", check=False).returncode == 2
