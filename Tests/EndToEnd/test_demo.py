"""The demo city is the same every time it is made, and a half-made one is told as such."""

import json
import sqlite3
import subprocess
import time

import city as cities

# What is made does not depend on the database.
ENGINES = ["sqlite"]

# What a city consists of. Ids that nobody reads, people's sealed names and moments of the real clock differ.
SAME = [
    "city", "place", "stage", "estate", "estate_alias", "estate_issue", "estate_place", "estate_sheet",
    "building", "building_sheet", "project", "project_estate", "project_building", "project_stage", "photo", "stored_file",
]  # fmt: skip
# Works are listed by their ids.
WORKS = "SELECT item, target, building, estate, note FROM project_measure ORDER BY project, id"


def rows(city):
    database = sqlite3.connect(f"file:{city.folder}/yiju.sqlite?mode=ro", uri=True)
    try:
        found = {table: sorted(map(repr, database.execute(f"SELECT * FROM {table}"))) for table in SAME}
        return found | {"works": list(map(repr, database.execute(WORKS)))}
    finally:
        database.close()


def test_two_processes_make_the_same_city(pristine_city, tmp_path):
    once, again = rows(pristine_city), rows(cities.make_demo_city(tmp_path / "again"))
    for table in once:
        differing = [pair for pair in zip(once[table], again[table], strict=True) if pair[0] != pair[1]]
        assert not differing, f"{table}: {differing[:3]}"
    assert len(once["estate"]) == 1450 and len(once["works"]) > 1000 and len(once["photo"]) == 12


def estates_of(city):
    told = city.run("estates", "summary", "--format", "json", check=False)
    return json.loads(told.stdout)["estates"] if told.returncode == 0 else 0


def test_a_demo_city_whose_making_was_interrupted_is_not_served(tmp_path):
    city = cities.City(tmp_path / "half", None)
    making = subprocess.Popen([cities.binary(), "demo", *city.arguments], stdout=subprocess.DEVNULL, cwd=cities.ROOT)
    try:
        # The first estates are there soon, and all of them after some seconds.
        deadline = time.monotonic() + cities.START_SECONDS
        while not estates_of(city):
            assert making.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        assert making.poll() is None
    finally:
        making.kill()
        making.wait()
    for command in (("serve", "--port", str(cities.free_port())), ("demo",)):
        refused = city.run(*command, check=False, timeout=120)
        assert refused.returncode == 1
        assert "demo.unfinished" in refused.stderr and "Empty the data directory" in refused.stderr
