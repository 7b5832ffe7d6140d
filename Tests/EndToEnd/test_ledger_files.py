"""What goes into the ledger as files and comes out again: terms, tables, shares, the statistical form, OC4IDS."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys

import openpyxl
import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARD = [
    pathlib.Path(folder) / "standards" / "oc4ids"
    for folder in [os.environ.get("YIJU_REFERENCE_DATA", ""), ROOT / "../reference-data", ROOT / "../shared/data"]
    if folder
]
DIGEST = hashlib.sha256(b"a document").hexdigest()
CLEARANCE = "019b76da-a800-7000-8000-000000000001"


@pytest.fixture
def town(pristine_city, tmp_path):
    """A demo city that nobody serves."""
    town = pristine_city.copy(tmp_path / "city")
    yield town
    town.remove()


def answer(done):
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def package(pristine_city, tmp_path_factory):
    """The demo city's projects as an OC4IDS package."""
    town = pristine_city.copy(tmp_path_factory.mktemp("oc4ids") / "city")
    yield json.loads(town.run("ledger", "export", "--format", "oc4ids").stdout)
    town.remove()


@pytest.fixture
def standard():
    """The folder with the standard's schema and codelists."""
    folder = next((folder for folder in STANDARD if folder.exists()), None)
    if folder is None:
        pytest.skip("no reference data beside the project")
    return folder


def judged(package, standard, folder):
    """What libcoveoc4ids, a program of its own, finds."""
    path = folder / "package.json"
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    judge = pathlib.Path(__file__).with_name("oc4ids_judge.py")
    done = subprocess.run(
        [sys.executable, str(judge), str(path), str(standard)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_standards_own_reader_has_nothing_to_say(package, standard, tmp_path):
    found = judged(package, standard, tmp_path)
    # A publisher's prefix of project ids is given by the standard's keepers, once the city asks for one.
    found["conformance_checks"] = [c for c in found["conformance_checks"] if c["check_id"] != "invalid-project-ids"]
    assert {name: what for name, what in found.items() if what} == {}
    # The judge can say no.
    project = {**package["projects"][0], "status": "done", "colour": "red"}
    project["publicAuthority"] = {"name": "nobody", "id": "nobody"}
    found = judged({**package, "projects": [project]}, standard, tmp_path)
    assert "/projects/colour" in found["additional_fields"]
    assert found["additional_closed_codelist_values"]["projects/status"]["values"] == ["done"]
    assert [check["check_id"] for check in found["additional_checks"]] == ["missing-org-refs"]


def test_the_package_is_valid(package, standard):
    schemas = [json.loads(path.read_text()) for path in sorted(standard.glob("*.json"))]
    registry = Registry().with_resources(
        [(schema["id"], Resource.from_contents(schema, default_specification=DRAFT4)) for schema in schemas]
    )
    whole = next(schema for schema in schemas if schema["id"].endswith("project-package-schema.json"))
    validator = Draft4Validator(whole, registry=registry)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(package)]
    assert problems[:5] == []
    # The judge can say no.
    assert list(validator.iter_errors({**package, "projects": [{"title": "no id"}]}))


def test_the_package_tells_budgets_contracts_and_payments_and_no_household(package):
    projects = package["projects"]
    assert len({project["id"] for project in projects}) == len(projects) > 500
    for project in projects:
        lines = project["budget"]["budgetBreakdowns"][0]["budgetBreakdown"]
        planned = sum(round(line["amount"]["amount"] * 100) for line in lines)
        assert planned >= round(project["budget"].get("amount", {"amount": 0})["amount"] * 100)
    summaries = [process["summary"] for project in projects for process in project.get("contractingProcesses", [])]
    changes = [change for summary in summaries for change in summary.get("modifications", [])]
    assert changes and all(change["date"] and change["rationale"].startswith("变更批复，") for change in changes)
    assert sum(len(summary.get("transactions", [])) for summary in summaries) > 1_000
    text = json.dumps(projects, ensure_ascii=False)
    assert "住户-" not in text and "居民-" not in text


def test_terms_are_entered_line_by_line_and_once(town, tmp_path):
    lines = [
        {"source": {"code": "x", "zh": "补助", "en": "grant", "kind": "central", "document": "财建1号", "amount": 100000,
                    "from": 2026, "to": 2026, "stat": "107"}},
        {"source": {"code": "y", "zh": "补助", "en": "grant", "kind": "lottery", "document": "1", "amount": 1,
                    "from": 2026, "to": 2026}},
        {"contract": {"code": "X-1", "title": "土建", "project": "CSP-0001", "party": "b", "price": 900,
                      "retentionUntil": "2027-01-01"}},
        {"clearance": {"id": CLEARANCE, "kind": "variation", "subject": "X-1", "digest": DIGEST, "issuer": "发改委",
                       "from": "2026-01-01"}},
        {"variation": {"contract": "X-1", "amount": 50, "clearance": CLEARANCE}},
    ]
    path = tmp_path / "terms.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    for sums in [{"entered": 4, "unchanged": 0, "refused": 1}, {"entered": 0, "unchanged": 4, "refused": 1}]:
        done = town.run("ledger", "terms", str(path), "--format", "json", check=False)
        assert done.returncode == 1 and answer(done) == sums
        refused = json.loads(done.stdout.splitlines()[0])
        assert refused["line"] == 2 and "lottery" not in refused["refusals"][0]["zh"]
        assert refused["refusals"][0]["field"] == "kind"


def test_a_table_is_previewed_refused_and_imported_once(town, tmp_path):
    terms = tmp_path / "terms.jsonl"
    source = {"code": "x", "zh": "补助", "en": "grant", "kind": "city", "document": "财1号", "amount": 10_000_000,
              "from": 2026, "to": 2026}
    terms.write_text(json.dumps({"source": source}, ensure_ascii=False), encoding="utf-8")
    town.run("ledger", "terms", str(terms))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026 年指标下达"])
    sheet.append(["文号", "来源代码", "项目编号", "年度", "金额（万元）", "日期"])
    sheet.append(["财1号", "x", "CSP-0001", 2026, 1.5, "2026-06-01"])
    sheet.append(["财1号", "x", "CSP-0001", 2026, 0.000001, "2026年6月2日"])
    path = tmp_path / "budget.xlsx"
    book.save(path)

    def run(*options, check=True):
        command = ["ledger", "import", str(path), "--kind", "budget", "--format", "json", *options]
        return json.loads(town.run(*command, check=check).stdout)

    seen = run("--preview")
    assert (seen["applied"], seen["posted"], seen["amount"]) == (False, 2, 1_500_001)
    assert run()["posted"] == 2
    assert (run()["posted"], run()["unchanged"]) == (0, 2)
    sheet.append(["财2号", "nobody", "CSP-0001", 2026, "x", "2026-13-01"])
    book.save(path)
    refused = run(check=False)
    assert not refused["applied"] and refused["refused"][0]["row"] == 5
    assert {refusal["field"] for refusal in refused["refused"][0]["refusals"]} == {"amount", "day"}


def test_a_cost_is_shared_and_a_household_told_why(town, tmp_path):
    households = [{"id": f"1-{floor}01", "area": 8_000, "floor": floor} for floor in range(1, 7)]
    households[0]["relief"] = "dibao"
    path = tmp_path / "cost.json"
    path.write_text(json.dumps({"total": 60_000_001, "households": households}), encoding="utf-8")
    shared = json.loads(town.run("ledger", "share", str(path), "--format", "json").stdout)
    everything = shared["bearers"] + shared["households"]
    assert sum(line["amount"] for line in everything) == 60_000_001
    units = json.loads(
        town.run("ledger", "share", str(path), "--what", "ownerUnit=3000", "--format", "json").stdout
    )
    assert {line["code"]: line["amount"] for line in units["bearers"]}["ownerUnit"] == 18_000_000
    lift = json.loads(town.run("ledger", "share", str(path), "--rule", "lift", "--format", "json").stdout)
    assert [line["amount"] for line in lift["households"]][:2] == [0, 0]
    why = town.run("ledger", "share", str(path), "--household", "1-601").stdout
    assert "建筑面积" in why and "floor area" in why


def test_the_statistical_form_adds_up(town, tmp_path):
    form = json.loads(town.run("ledger", "stat", "2021", "--format", "json").stdout)
    values = {row["code"]: row["value"] for row in form["rows"]}

    def units(code):
        return round(float(values[code]) * 1_000_000)

    assert units("104") == units("105") + units("115") + units("120") > 0
    assert units("105") == sum(units(code) for code in ["106", "111", "112", "113", "114"])
    assert values["102"] > 0 and values["206"] > 0 and values["121"] is None
    path = tmp_path / "form.xlsx"
    town.run("ledger", "stat", "2021", "--format", "xlsx", "--output", str(path))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = {str(row[1].value): row[4].value for row in sheet.iter_rows(min_row=2)}
    assert cells["104"] == pytest.approx(units("104") / 1_000_000)


def test_a_bank_statement_is_laid_beside_the_journal(town, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某银行对账单"])
    sheet.append(["交易日期", "收入", "支出", "对方户名", "流水号", "摘要"])
    sheet.append(["2021-06-30", None, 0.07, "无此单位", "20210630001", "手续费"])
    sheet.append(["2021-06-31", None, 1, "无此单位", "", ""])
    path = tmp_path / "bank.xlsx"
    book.save(path)

    def run(*options):
        done = town.run("ledger", "bank", str(path), "--format", "json", *options, check=False)
        assert done.returncode == 1, "a row was refused"
        return json.loads(done.stdout)

    seen = run()
    assert [line["amount"] for line in seen["unmatchedLines"]] == [-7] and seen["recorded"] == 0
    assert [(row["row"], row["refusals"][0]["field"]) for row in seen["refused"]] == [(4, "day")]
    assert [run("--record")["recorded"] for _ in range(2)] == [1, 0]
