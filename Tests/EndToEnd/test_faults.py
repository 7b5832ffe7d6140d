"""What fails beneath the server: the disk is full, somebody holds the database, PostgreSQL is killed. Each is answered
clearly in both languages, loses nothing, and the server lives on and works again by itself."""

import contextlib
import os
import re
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import city as cities
from test_people import grown

# PostgreSQL is a server of its own here: killed, it disturbs nobody else's tests.
ENGINES = ["sqlite"]

SHEET = "街道,社区,小区名称,建成年代,楼栋数,户数,总建筑面积(㎡)\n左家塘街道,官塘冲社区,{},1990,2,40,3000\n"


def total(client):
    answer = client.get("/api/v1/estates")
    assert answer.status == 200, answer.text[:2000]
    return answer.json["total"]


def upload(client, name="好院", size=0):
    content = SHEET.format(name).encode() + b"\n" * size
    return client.upload("/imports", "a.csv", content, kind="estates", datum="cgcs2000", source="测试")


def sign_in(server, account, language):
    """The answer to a sign-in, which writes a session; a visitor's, so that it is in the asked language."""
    visitor = cities.Client(server, language)
    return visitor.post("/sign-in", {"name": account.name, "password": account.password})


def assert_told(answers, zh, en):
    """A page says it in Chinese, the same page in English; neither promises more than is known."""
    for answer, words in zip(answers, (zh, en)):
        assert answer.status == 503, answer.text[:2000]
        main = re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :])
        assert words in main, main


def works_again(server, account, seconds=60):
    deadline = time.monotonic() + seconds
    while (answer := sign_in(server, account, "zh")).status != 303:
        assert time.monotonic() < deadline, answer.text[:2000]
        time.sleep(0.5)
    assert server.process.poll() is None, server.tail()
    assert server.get("/healthz")[0] == 200


@contextlib.contextmanager
def small_disk(folder, kibibytes):
    """A disk in memory; tests that need one are skipped where nobody may mount."""
    folder.mkdir()
    size = f"size={kibibytes}k"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"needs root and the right to mount: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def filled(disk):
    """Not a byte is left on the disk meanwhile."""
    ballast = disk / "ballast"
    try:
        with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
    finally:
        ballast.unlink()


def length(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_under_the_data(pristine_city, tmp_path):
    room = length(pristine_city.folder) // 1024 + 16_384
    with small_disk(tmp_path / "disk", room) as disk:
        copy = pristine_city.copy(disk / "city")
        officer, other = copy.account("districtOfficer", "430111"), copy.account("auditor")
        with cities.Server(copy, tmp_path / "log") as server:
            client = cities.Client(server).sign_in(officer)
            before = total(client)
            # The journal keeps its length for later writes; without it the next one needs room.
            with contextlib.closing(sqlite3.connect(copy.folder / "yiju.sqlite")) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            with filled(disk):
                told = [sign_in(server, other, language) for language in ("zh", "en")]
                assert_told(told, "磁盘已满，没有保存", "The disk is full; nothing was saved")
                told = []
                for client.cookies["language"] in ("zh", "en"):
                    told.append(upload(client))
                assert_told(told, "磁盘已满，没有保存", "The disk is full; nothing was saved")
                assert total(client) == before, "reading goes on"
                assert server.get("/healthz")[0] == 200
            works_again(server, other)
            assert upload(client).status == 303
            assert total(client) == before
        assert copy.run("verify", check=False).returncode == 0


def test_a_full_disk_under_temporary_files(pristine_city, tmp_path, monkeypatch):
    with small_disk(tmp_path / "disk", 1024) as disk:
        monkeypatch.setenv("TMPDIR", str(disk))
        copy = pristine_city.copy(tmp_path / "city")
        with cities.Server(copy, tmp_path / "log") as server:
            client = cities.Client(server).sign_in(copy.account("districtOfficer", "430111"))
            told = []
            for client.cookies["language"] in ("zh", "en"):
                told.append(upload(client, size=4 << 20))
            assert_told(told, "磁盘已满，没有保存", "The disk is full; nothing was saved")
            assert list(disk.iterdir()) == [], "nothing of them is left"
            assert upload(client).status == 303


def test_a_database_that_somebody_holds(pristine_city, tmp_path):
    copy = pristine_city.copy(tmp_path / "city")
    officer, other = copy.account("districtOfficer", "430111"), copy.account("auditor")
    with cities.Server(copy, tmp_path / "log") as server:
        client = cities.Client(server).sign_in(officer)
        before = total(client)
        holder = sqlite3.connect(copy.folder / "yiju.sqlite", isolation_level=None)
        try:
            holder.execute("BEGIN IMMEDIATE")
            assert total(client) == before, "reading goes on"
            began = time.monotonic()
            told = [sign_in(server, other, language) for language in ("zh", "en")]
            assert_told(told, "数据库正忙，没有保存", "The database is busy; nothing was saved")
            assert time.monotonic() - began < 90, "nobody waits for ever"
        finally:
            holder.close()
        works_again(server, other)
        assert total(client) == before
    assert copy.run("verify", check=False).returncode == 0


@pytest.fixture
def postgres():
    """A PostgreSQL for one test alone: its address, and what starts and kills it."""
    if "YIJU_TEST_POSTGRES_CTL" not in os.environ:
        pytest.skip("no PostgreSQL: run through make test, or scripts/postgres-test with …")
    script = str(cities.ROOT / "scripts/postgres-test")
    made = subprocess.run([script, "create"], check=True, capture_output=True, text=True, timeout=180).stdout
    exported = dict(line.removeprefix("export ").split("=", 1) for line in made.splitlines())
    control = exported["YIJU_TEST_POSTGRES_CTL"]

    def tell(verb):
        subprocess.run([control, verb], check=True, capture_output=True, timeout=180)

    yield exported["YIJU_TEST_POSTGRES"], tell
    tell("remove")


def test_postgresql_is_killed_in_the_middle(postgres, tmp_path):
    address, tell = postgres
    town = cities.City(tmp_path / "town", address)
    with cities.Server(town, tmp_path / "log") as server:
        sheet = tmp_path / "estates.csv"
        sheet.write_text(SHEET.format("安宁院"), encoding="utf-8")
        town.run("import", "estates", str(sheet))
        officer, other = grown(server, "beamtin"), grown(server, "kollegin")
        client = cities.Client(server).sign_in(officer)
        assert total(client) == 1
        with ThreadPoolExecutor(8) as people:
            under_way = [people.submit(sign_in, server, other, ("zh", "en")[n % 2]) for n in range(40)]
            tell("kill")
            statuses = {answer.result().status for answer in under_way}
        assert statuses <= {303, 429, 503}, statuses

        told = []
        for client.cookies["language"] in ("zh", "en"):
            told.append(client.get("/estates"))
        assert_told(told, "数据库暂时连不上，没有保存", "The database cannot be reached; nothing was saved")
        problem = client.get("/api/v1/estates")
        assert problem.status == 503 and problem.json["code"] == "store.disconnected"
        assert re.search(r"[\u4e00-\u9fff]{4}", problem.json["errors"][0]["zh"])
        assert re.search(r"[a-z]{3,} [a-z]{2,}", problem.json["errors"][0]["en"])
        assert server.get("/readyz")[0] == 503
        # It lives all the same, and says what it does.
        assert server.get("/healthz")[0] == 200
        assert server.get("/metrics")[0] == 200

        tell("start")
        works_again(server, other)
        assert total(client) == 1
        assert upload(client, "第二院").status == 303
    # The server's last act was to seal what had waited.
    whole = town.run("verify", check=False)
    assert whole.returncode == 0, whole.stdout + whole.stderr
