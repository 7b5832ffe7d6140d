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


# Lines that no writer of JSON makes, and what the line is refused for.
NASTY = {
    "a raw NUL": (entry("a").replace('"a"', '"a\0"').encode(), "json.malformed"),
    "an escaped NUL": (entry("a").replace('"a"', '"a\\u0000"').encode(), "entry.value"),
    "half a character": (entry("住").encode().replace("住".encode(), "住".encode()[:2]), "json.malformed"),
    "half a surrogate pair": (entry("a").replace('"a"', '"\\ud800"').encode(), "json.malformed"),
    "deep": (b"[" * 30_000 + b"]" * 30_000, "json.malformed"),
    "UTF-16": (entry("a").encode("utf-16"), "json.malformed"),
    "long": (entry("a", memo="x" * 70_000).encode(), "entry.line"),
    # Cut where it is too long, its end would be an entry.
    "longer than is read at once": (b"x" * (1 << 21) + entry("tail").encode(), "entry.line"),
    "a power of ten": (entry("a").replace(": 100", ": 1e2").encode(), "amount.decimals"),
    "zeros before": (entry("a").replace(": 100", ": 0100").encode(), "json.malformed"),
    "minus nothing": (entry("a").replace(": 100", ": -0").encode(), "amount.range"),
    "beyond Int64": (entry("a").replace(": 100", ": 9223372036854775808").encode(), "amount.range"),
    "given twice": (entry("a")[:-1].encode() + b', "key": "b"}', "entry.member"),
    "another form of a character": (entry("\u212a").encode(), "entry.text"),
    "turned text": (entry("a", memo="a\u202eb").encode(), "entry.text"),
    "not said of an authority": (entry("a").replace('"reference"', '"by": "c", "reference"').encode(), "entry.member"),
    "evidence beside its list": (entry("a", evidence="f" * 64).encode(), "entry.value"),
}


def exported(town):
    return town.run("ledger", "export", "--format", "hledger").stdout


def test_nasty_lines_are_refused_where_they_stand_and_change_nothing(town, tmp_path):
    before = exported(town)
    path = tmp_path / "entries.jsonl"
    # As some editors save it: with a mark before the first line, and ends of two bytes.
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(line for line, _ in NASTY.values()) + b"\r\n \t\r\n")
    done = town.run("ledger", "post", str(path), "--format", "json", check=False)
    *refused, sums = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and sums == {"posted": 0, "unchanged": 0, "refused": len(NASTY)}
    found = {line["line"]: line["refusals"][0]["code"] for line in refused}
    assert found == {number: code for number, (_, code) in enumerate(NASTY.values(), 1)}
    for refusal in (refusal for line in refused for refusal in line["refusals"]):
        assert refusal["zh"].endswith("。") and refusal["en"].endswith("."), refusal
    assert exported(town) == before


@pytest.mark.parametrize("command", ["post", "terms"])
def test_what_is_no_file_of_lines_is_named_in_both_languages(town, tmp_path, command):
    # The last one opens and cannot be read, as on a disk that fails.
    places = {tmp_path: "file.unreadable", tmp_path / "none": "file.missing", "/proc/self/mem": "file.unreadable"}
    for path, code in places.items():
        done = town.run("ledger", command, str(path), check=False)
        assert done.returncode == 1 and code in done.stderr and str(path) in done.stderr
        assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stderr) and "Error Domain" not in done.stderr
    (tmp_path / "empty").write_bytes(b"")
    done = town.run("ledger", command, str(tmp_path / "empty"), "--format", "json")
    assert json.loads(done.stdout)["refused"] == 0


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
