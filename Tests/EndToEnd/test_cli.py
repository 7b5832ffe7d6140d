"""The command line: what it does, what it refuses, and how its exit code tells."""

import csv
import io
import json
import os
import re
import shutil
import sqlite3
from dataclasses import replace

import openpyxl
import pytest

import city as cities

# Restoring into PostgreSQL is done below; the rest says the same on both.
ENGINES = ["sqlite"]


@pytest.fixture(scope="module")
def town(pristine_city, tmp_path_factory):
    """A demo city that nobody serves."""
    town = pristine_city.copy(tmp_path_factory.mktemp("town") / "city")
    yield town
    town.remove()


@pytest.fixture(scope="module")
def archive(busy_server, tmp_path_factory):
    """A backup made while the city is served, after one act that only a backup of this moment can hold."""
    path = tmp_path_factory.mktemp("backup") / "changsha.yiju"
    busy_server.city.run("user", "add", "gesichert", "--name", "备份员", "--role", "auditor", "--place", "4301")
    said = busy_server.city.run("backup", str(path))
    assert "Backed up" in said.stdout
    return path


def run(town, *command):
    return town.run(*command, check=False)


def estates(town):
    return json.loads(town.run("estates", "summary", "--format", "json").stdout)["estates"]


def messy(town):
    return str(next((town.folder / "samples").glob("*杂乱.xlsx")))


def test_a_second_demo_city_is_refused(town):
    again = run(town, "demo")
    assert again.returncode == 1
    assert "demo.exists" in again.stderr and "已有城市" in again.stderr and "empty data directory" in again.stderr


def test_a_dry_run_tells_everything_and_stores_nothing(town):
    before = estates(town)
    done = run(town, "import", "estates", messy(town), "--dry-run", "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert not report["applied"]
    assert (report["counts"]["new"], report["counts"]["refused"]) == (4, 2)
    reasons = {row["name"]: row["reasons"] for row in report["rows"] if row["outcome"] == "refused"}
    assert set(reasons) == {"幸福大院", "负面积院"}
    assert all(reason["zh"] and reason["en"] for row in reasons.values() for reason in row)
    assert estates(town) == before


def test_bad_rows_hold_back_the_good_unless_the_officer_takes_those(town, tmp_path):
    before, report = estates(town), tmp_path / "refused.xlsx"
    hindered = run(town, "import", "estates", messy(town), "--report", str(report))
    assert hindered.returncode == 1 and estates(town) == before
    rows = [row for row in openpyxl.load_workbook(report).active.iter_rows(values_only=True) if any(row)]
    text = [" ".join(str(cell) for cell in row if cell is not None) for row in rows]
    assert sum("幸福大院" in line or "负面积院" in line for line in text) == 2

    taken = run(town, "import", "estates", messy(town), "--accept-good")
    assert taken.returncode == 0, taken.stderr
    assert estates(town) == before + 4
    again = json.loads(run(town, "import", "estates", messy(town), "--accept-good", "--format", "json").stdout)
    assert (again["counts"]["new"], again["counts"]["changed"], again["counts"]["unchanged"]) == (0, 0, 4)
    assert estates(town) == before + 4


def test_the_clean_sample_is_the_same_as_workbook_and_as_text(town):
    clean = [path for path in (town.folder / "samples").iterdir() if "杂乱" not in path.name]
    counts = []
    for path in sorted(clean):
        done = run(town, "import", "estates", str(path), "--dry-run", "--format", "json")
        counts.append(json.loads(done.stdout)["counts"])
    assert len(counts) == 2 and counts[0] == counts[1]
    assert (counts[0]["new"], counts[0]["changed"], counts[0]["unchanged"], counts[0]["refused"]) == (3, 3, 2, 0)


def test_what_is_exported_can_be_brought_back_and_changes_nothing(town, tmp_path):
    file = tmp_path / "yuhua.xlsx"
    assert "Exported" in town.run("export", str(file), "--place", "430111").stdout
    done = run(town, "import", "estates", str(file), "--dry-run", "--format", "json")
    counts = json.loads(done.stdout)["counts"]
    total = json.loads(town.run("estates", "--district", "430111", "--format", "json").stdout)
    assert (counts["unchanged"], counts["new"], counts["changed"]) == (len(total), 0, 0), counts


@pytest.mark.parametrize("kind", ["buildings", "projects", "quality", "checklists", "places", "people", "record"])
def test_every_list_is_exported(town, tmp_path, kind):
    file = tmp_path / f"{kind}.csv"
    said = town.run("export", str(file), "--list", kind).stdout
    text = file.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1 and f" {len(rows) - 1} 行" in said
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text) or kind != "people"
    assert ("生成数据" in rows[0]) == (kind in ("buildings", "projects", "quality", "checklists"))


@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_other_kinds_of_export(town, tmp_path, ending):
    file = tmp_path / f"yuhua.{ending}"
    town.run("export", str(file), "--place", "430111")
    total = len(json.loads(town.run("estates", "--district", "雨花区", "--format", "json").stdout))
    if ending == "csv":
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert len(file.read_text(encoding="utf-8-sig").splitlines()) == total + 1
    else:
        assert len(json.loads(file.read_text())["features"]) == total


def test_estates_are_listed_by_district_and_stage(town):
    rows = json.loads(town.run("estates", "--district", "雨花", "--stage", "works", "--format", "json").stdout)
    assert rows and all(row["place"].startswith("430111") and row["stage"] == "works" for row in rows)
    table = town.run("estates", "--district", "430111", "--stage", "works").stdout
    assert all(row["name"] in table for row in rows)
    lines = town.run("estates", "--stage", "works", "--district", "430111", "--format", "csv").stdout.splitlines()
    assert len(lines) == len(rows) + 1


def test_a_city_that_is_not_there_is_not_made(town, tmp_path):
    nowhere = cities.City(tmp_path / "nowhere", None)
    done = run(nowhere, "estates")
    assert done.returncode == 1 and "data.missing" in done.stderr
    assert not nowhere.folder.exists()


@pytest.mark.parametrize(
    "command",
    [
        ["dance"], ["serve", "--port", "99999999"], ["serve", "--colour"], ["import", "estates"], ["export", "list.pdf"],
        ["import", "estates", "a.csv", "--datum", "mars"],
        ["import", "estates", "a.csv", "--day", "gestern"], ["user", "add", "x", "--name", "x", "--role", "king", "--place", "4301"],
        ["estates", "--format", "xml"], ["estates", "summary", "--format", "csv"], ["verify", "--format", "csv"],
        ["demo", "--format", "csv"], ["export", "list.csv", "--list", "secrets"], ["export", "list.geojson", "--list", "projects"],
        ["export", "list.csv", "--list", "places", "--stage", "works"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_two(town, command):
    done = run(town, *command)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr and not done.stdout


@pytest.mark.parametrize(
    "command",
    [["export", "/nonexistent/list.csv", "--place", "x"], ["export", "/nonexistent/list.csv", "--stage", "dance"],
     ["export", "/nonexistent/list.csv", "--place", "999999"],
     ["estates", "--district", ""], ["estates", "--district", "长沙"], ["estates", "--district", "Yu"],
     ["estates", "--district", "999999"], ["estates", "--district", "火星"], ["estates", "--stage", "dancing"],
     ["estates", "--keys", "/nonexistent/keys"], ["import", "estates", "/nonexistent/a.csv"],
     ["backup", "/nonexistent/a/b"], ["restore", "/nonexistent/a"], ["user", "reset", "niemand"],
     ["verify", "--publish", "/nonexistent/a/head.txt"], ["serve", "--port", "0", "--host", "nirgends.invalid"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_refused_ends_with_one_and_says_why_in_both_languages(town, command):
    done = run(town, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"错误 \S+: .*[\u4e00-\u9fff]", done.stderr), done.stderr
    assert re.search(r"error \S+: [^\u4e00-\u9fff]{12,}", done.stderr), done.stderr
    assert "Fatal" not in done.stderr


def test_an_account_is_made_once_and_signs_in(busy_server):
    first = busy_server.city.run("user", "add", "kommando", "--name", "命令", "--role", "auditor", "--place", "4301")
    password = re.search(r"one-time password: (\S+)", first.stdout)[1]
    visitor = cities.Client(busy_server).sign_in(cities.Account("kommando", password))
    assert visitor.get("/estates").location == "/account/password"
    second = run(busy_server.city, "user", "add", "kommando", "--name", "命令", "--role", "auditor", "--place", "4301")
    assert second.returncode == 1 and "kommando" in second.stderr
    reset = busy_server.city.run("user", "reset", "kommando").stdout
    assert re.search(r"one-time password: (\S+)", reset)[1] != password
    assert visitor.get("/account").status == 303 and "/sign-in" in visitor.get("/account").location


def test_an_archive_is_not_overwritten_by_mistake(busy_server, archive):
    size = archive.stat().st_size
    assert run(busy_server.city, "backup", str(archive)).returncode == 1
    assert archive.stat().st_size == size
    assert run(busy_server.city, "backup", str(archive), "--force").returncode == 0


def restore(archive, served, folder, database=None):
    """The archive in a new folder (and database), with the keys, which are kept separately."""
    shutil.copytree(served.folder / "keys", folder / "keys")
    copy = cities.City(folder, database, served.accounts)
    done = copy.run("restore", str(archive), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def test_a_backup_made_while_serving_is_restored_and_whole(busy_server, archive, tmp_path):
    copy = restore(archive, busy_server.city, tmp_path / "restored")
    whole = copy.run("verify", check=False)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert estates(copy) >= 1450
    again = run(copy, "user", "add", "gesichert", "--name", "备份员", "--role", "auditor", "--place", "4301")
    assert again.returncode == 1 and "gesichert" in again.stderr
    assert run(copy, "restore", str(archive)).returncode == 1
    assert run(copy, "restore", str(archive), "--force").returncode == 0


@pytest.mark.skipif("YIJU_TEST_POSTGRES" not in os.environ, reason="no PostgreSQL: run through scripts/postgres-test")
def test_a_backup_of_one_engine_is_restored_into_the_other(busy_server, archive, tmp_path):
    database = cities.new_database(os.environ["YIJU_TEST_POSTGRES"])
    copy = restore(archive, busy_server.city, tmp_path / "restored", database)
    try:
        assert copy.run("verify", check=False).returncode == 0
        assert copy.run("estates", "summary", "--format", "json").stdout == (
            restore(archive, busy_server.city, tmp_path / "sqlite").run("estates", "summary", "--format", "json").stdout
        )
    finally:
        copy.remove()


def test_keys_of_another_city_are_refused_before_a_line_is_written(town, tmp_path):
    other = cities.make_demo_city(tmp_path / "other")
    keys = ["--keys", str(other.folder / "keys")]
    head = tmp_path / "head.txt"
    for command in (
        ["user", "add", "fremd", "--name", "外人", "--role", "auditor", "--place", "4301"],
        ["import", "estates", messy(town), "--accept-good"],
        ["verify", "--publish", str(head)],
        ["serve", "--port", "0"],
    ):
        done = run(town, *command, *keys)
        assert done.returncode == 1 and "vault.other" in done.stderr, done.stdout + done.stderr
    assert not head.exists()
    assert run(town, "user", "reset", "fremd").returncode == 1
    assert run(town, "verify").returncode == 0


def test_a_restore_makes_no_keys_and_wants_the_right_ones(busy_server, archive, tmp_path):
    empty = cities.City(tmp_path / "empty", None)
    done = run(empty, "restore", str(archive))
    assert done.returncode == 1 and "vault.absent" in done.stderr and "另行保管" in done.stderr
    assert not (empty.folder / "keys").exists() and not (empty.folder / "yiju.sqlite").exists()
    other = cities.make_demo_city(tmp_path / "other")
    done = run(other, "restore", str(archive), "--force")
    assert done.returncode == 1 and "vault.other" in done.stderr and "mode 700" in done.stderr
    assert run(other, "verify").returncode == 0


@pytest.mark.parametrize("state", ["newer", "damaged"])
def test_a_forced_restore_replaces_what_nobody_can_open(busy_server, archive, tmp_path, state):
    copy = restore(archive, busy_server.city, tmp_path / "restored")
    before, file = estates(copy), copy.folder / "yiju.sqlite"
    if state == "newer":
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE device (id BIGINT PRIMARY KEY)")
            database.execute("INSERT INTO yiju_migration VALUES ('operations', '001-devices', 'x', 99, 'device', 0)")
        database.close()
        assert "schema.newer" in run(copy, "verify").stderr
    else:
        file.write_bytes(b"no database" * 1000)
        assert "store.corrupt" in run(copy, "verify").stderr
    done = run(copy, "restore", str(archive), "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(copy, "verify").returncode == 0 and estates(copy) == before
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM session").fetchone() == (0,), "nobody is signed in again"
        acts = "SELECT act, count(*) FROM record_line WHERE act LIKE 'backup.%' GROUP BY act ORDER BY act"
        counts = dict(database.execute(acts).fetchall())
        assert counts["backup.restore"] == 1 and counts["backup.write"] >= 1
    database.close()


def test_a_city_that_is_served_is_not_replaced_under_its_server(own_server, archive):
    done = run(own_server.city, "restore", str(archive), "--force", "--keys", str(own_server.city.folder / "keys"))
    assert done.returncode == 1 and "location.used" in done.stderr
    assert own_server.get("/healthz")[0] == 200


def kept_files(town):
    return {path for path in (town.folder / "files").rglob("*") if path.is_file() and len(path.name) == 64}


def test_lost_files_are_named_and_turn_the_exit_code(pristine_city, client, tmp_path):
    town = pristine_city.copy(tmp_path / "city")
    photos = kept_files(town)
    with cities.Server(town, tmp_path / "log") as server:
        officer = cities.Client(server).sign_in(town.account("districtOfficer", "430111"))
        sheet = "街道,社区,小区名称,建成年代\n左家塘街道,官塘冲社区,好院,1990\n".encode()
        assert officer.upload("/imports", "a.csv", sheet, kind="estates", datum="cgcs2000", source="测试").status == 303
    kept = list(kept_files(town) - photos)
    assert len(kept) == 1
    kept[0].unlink()
    archive = tmp_path / "city.zip"
    done = run(town, "backup", str(archive))
    assert done.returncode == 1 and kept[0].name in done.stderr and archive.exists()
    assert run(town, "backup", str(archive), "--force", "--accept-lost").returncode == 0
    done = run(town, "restore", str(archive), "--force")
    assert done.returncode == 1 and kept[0].name in done.stderr
    assert run(town, "restore", str(archive), "--force", "--accept-lost").returncode == 0


def test_a_folder_named_by_hand_is_never_the_city_of_the_environment(town, tmp_path, monkeypatch):
    monkeypatch.setenv("YIJU_DATABASE", f"sqlite:{town.folder}/yiju.sqlite")
    nowhere = cities.City(tmp_path / "nowhere", None)
    for command in (["estates"], ["migrate"], ["backup", str(tmp_path / "a.zip")]):
        done = run(nowhere, *command)
        assert done.returncode == 1 and "data.missing" in done.stderr, done.stdout + done.stderr
    assert not nowhere.folder.exists()


def test_a_port_that_is_taken_is_told_in_both_languages(town, busy_server):
    done = run(town, "serve", "--port", str(busy_server.port))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "错误 serve.address" in done.stderr and "error serve.address" in done.stderr


def test_a_damaged_archive_is_refused_before_anything_is_touched(busy_server, archive, tmp_path):
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0x55
    broken = tmp_path / "broken.yiju"
    broken.write_bytes(content)
    empty = cities.City(tmp_path / "empty", None)
    done = run(empty, "restore", str(broken))
    assert done.returncode == 1 and "错误" in done.stderr and "Fatal" not in done.stderr
    assert not (empty.folder / "yiju.sqlite").exists()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE record_line SET value_after = replace(value_after, '4', '5') WHERE id = :id",
        "UPDATE record_line SET at = at + 1 WHERE id = :id",
        "UPDATE record_line SET act = 'estate.flag' WHERE id = :id",
        "DELETE FROM record_line WHERE id = :id",
    ],
)
def test_an_altered_record_is_found_and_the_line_named(pristine_city, tmp_path, harm):
    town = replace(pristine_city, folder=pristine_city.copy(tmp_path / "city").folder)
    whole = town.run("verify", "--format", "json")
    assert json.loads(whole.stdout)["whole"]
    with sqlite3.connect(town.folder / "yiju.sqlite") as database:
        line, index = database.execute(
            "SELECT id, leaf_index FROM record_line WHERE value_after LIKE '%4%' AND leaf_index > 20 LIMIT 1"
        ).fetchone()
        database.execute(harm, {"id": line})
    database.close()
    found = run(town, "verify", "--format", "json")
    assert found.returncode == 1, found.stdout + found.stderr
    problems = json.loads(found.stdout)["problems"]
    assert problems[0]["index"] == index, problems[0]
    plain = run(town, "verify")
    assert plain.returncode == 1 and "✗" in plain.stdout and "Altered" in plain.stdout


def test_a_record_cut_short_is_found_by_the_head_beside_the_keys(pristine_city, tmp_path):
    town = replace(pristine_city, folder=pristine_city.copy(tmp_path / "city").folder)
    assert town.run("verify").returncode == 0
    with sqlite3.connect(town.folder / "yiju.sqlite") as database:
        for table in ("record_line", "record_leaf", "tree_head"):
            database.execute(f"DELETE FROM {table}")
    database.close()
    found = run(town, "verify", "--format", "json")
    assert found.returncode == 1, found.stdout + found.stderr
    assert [problem["kind"] for problem in json.loads(found.stdout)["problems"]] == ["publishedDiffers"]


def test_a_line_written_past_yiju_is_named_and_never_sealed(pristine_city, tmp_path):
    town = replace(pristine_city, folder=pristine_city.copy(tmp_path / "city").folder)
    with sqlite3.connect(town.folder / "yiju.sqlite") as database:
        database.execute(
            """
            INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place, request_id,
                witness)
            SELECT x'00000000000000010000000000000001', at, actor_kind, person, label, 'estate.correct', subject_kind,
                subject_id, place, request_id, witness
            FROM record_line WHERE person IS NOT NULL OR leaf_index = 0 LIMIT 1
            """
        )
    database.close()
    for time in range(2):
        found = run(town, "verify", "--format", "json")
        assert found.returncode == 1
        assert [problem["kind"] for problem in json.loads(found.stdout)["problems"]] == ["forged"]
        # Whoever seals next goes on with the honest lines alone; the first time it says so.
        town.run("user", "add", f"ehrlich{time}", "--name", "诚实", "--role", "auditor", "--place", "4301")


def test_a_city_with_national_algorithms_is_whole_and_stays_with_them(tmp_path):
    town = cities.City(tmp_path / "guomi", None)
    town.run("demo", "--suites", "national")
    assert (town.folder / "keys" / "master.key").read_text().split()[::2] == ["sm4ctr", "sm3"]
    with sqlite3.connect(town.folder / "yiju.sqlite") as database:
        assert database.execute("SELECT DISTINCT suite FROM tree_head").fetchall() == [("sm3",)]
    database.close()
    assert town.run("verify").returncode == 0
    town.run("user", "add", "guomi", "--name", "国密", "--role", "auditor", "--place", "4301")
    assert town.run("verify").returncode == 0
    other = run(town, "serve", "--port", "0", "--suites", "standard")
    assert other.returncode == 1 and "vault.suites" in other.stderr
    unknown = run(town, "demo", "--suites", "rot13")
    assert unknown.returncode == 2
