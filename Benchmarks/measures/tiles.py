"""Vector tiles of a whole country over HTTP, each once, against PostGIS's ST_AsMVT on the same rows."""

import http.client
import math
import os
import random
import sqlite3
import subprocess
import threading
import time
import urllib.parse

import city as cities

from .common import PLACE, READER, SMALL, Reader, against_peer, at_most, folder, need, note
from .nation import nation

CLIENTS = 2
SEED = 2020
# Of each zoom so many tiles, of those that hold anything.
COUNT = 20 if SMALL else 400
LARGEST = 200 * 1024


def measure():
    need("pgbench", "postgresql")
    country = nation()
    with sqlite3.connect(country.folder / "yiju.sqlite") as database:
        chosen = _tiles(database, random.Random(SEED))
        peer = Peer(database)
    rows = []
    try:
        with cities.Server(country, PLACE / "tiles.log") as server:
            reader = Reader(server, country.account(READER))
            for zoom, tiles in chosen.items():
                cold, sizes = _ours(server, reader, tiles)
                warm, _ = _ours(server, reader, tiles)
                theirs = peer.times(tiles)
                note(f"z{zoom}: {len(tiles)} tiles, {_told(cold)}, warm {_told(warm)}, PostGIS {_told(theirs)}")
                what = f"tiles at z{zoom}, {CLIENTS} clients"
                ratio = _rate(cold) / _rate(theirs)
                rows.append(
                    against_peer(
                        f"{what}: tiles/s (warm {_rate(warm):,.0f}/s)", "≥ 3", f"{_rate(cold):,.0f}/s",
                        f"ST_AsMVT {_rate(theirs):,.0f}/s", ratio,
                    )
                )  # fmt: skip
                slow = [_p99(times) * 1000 for times in (cold, theirs)]
                rows.append(
                    against_peer(f"{what}: p99", "≤ 1/3", f"{slow[0]:.1f} ms", f"{slow[1]:.1f} ms", slow[0] / slow[1])
                )
                rows.append(at_most(LARGEST, f"{what}: largest tile sent", max(sizes), lambda b: f"{b / 1024:.0f} KiB"))
    finally:
        peer.close()
    return rows


def _tiles(database, dice):
    """Those that hold an estate, with their neighbours left out."""
    cells = [cell for (cell,) in database.execute("SELECT cell FROM estate WHERE cell IS NOT NULL")]
    chosen = {}
    for zoom in (6, 10, 14):
        numbers = sorted({cell >> (2 * (14 - zoom)) for cell in cells})
        picked = dice.sample(numbers, min(COUNT, len(numbers)))
        chosen[zoom] = [(zoom, _bits(number), _bits(number >> 1)) for number in picked]
    return chosen


def _bits(number):
    return sum((number >> (2 * bit) & 1) << bit for bit in range(15))


def _ours(server, reader, tiles):
    """Seconds of each tile and bytes as sent, by clients that take the next tile as soon as they have one."""
    waiting, times, sizes, failed = list(tiles), [], [], []
    address = urllib.parse.urlsplit(server.url)
    cookie = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())

    def work():
        link = http.client.HTTPConnection(address.hostname, address.port)
        while True:
            try:
                zoom, column, row = waiting.pop()
            except IndexError:
                return
            began = time.perf_counter()
            link.request("GET", f"/tiles/{zoom}/{column}/{row}.mvt", headers={"Cookie": cookie})
            answer = link.getresponse()
            body = answer.read()
            times.append(time.perf_counter() - began)
            sizes.append(len(body))
            if answer.status != 200:
                failed.append(answer.status)

    began = time.perf_counter()
    clients = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if failed:
        raise RuntimeError(f"a tile was answered {failed[0]}")
    return (times, time.perf_counter() - began), sizes


class Peer:
    """PostgreSQL with PostGIS and the same rows, asked for tiles by pgbench."""

    def __init__(self, database):
        server = os.environ.get("YIJU_TEST_POSTGRES")
        if not server:
            raise RuntimeError("YIJU_TEST_POSTGRES is not set: run this through scripts/bench")
        self.place = folder("tiles")
        self.url = cities.new_database(server)
        try:
            self._run("CREATE EXTENSION postgis")
        except subprocess.CalledProcessError as error:
            raise RuntimeError("PostGIS is missing: install Debian's postgresql-postgis") from error
        self._run(SCHEMA)
        self._copy(database, "estate", ESTATES)
        self._copy(database, "building", BUILDINGS)
        self._run(INDEXES)

    def _run(self, text):
        subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", self.url],
            input=text, text=True, check=True, capture_output=True,
        )  # fmt: skip

    def _copy(self, database, table, question):
        note(f"filling PostGIS with {table}")
        psql = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "-c", f"COPY {table}_raw FROM STDIN", self.url],
            stdin=subprocess.PIPE,
        )  # fmt: skip
        for row in database.execute(question):
            psql.stdin.write(("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n").encode())
        psql.stdin.close()
        if psql.wait() != 0:
            raise RuntimeError("PostGIS did not take the rows")

    def times(self, tiles):
        """Each tile once, by as many connections, and nothing else between server and client."""
        rows = "".join(f"({i}, {z}, {x}, {y})," for i, (z, x, y) in enumerate(tiles, 1)).rstrip(",")
        self._run(f"TRUNCATE wanted; INSERT INTO wanted VALUES {rows}; ALTER SEQUENCE next RESTART;")
        script = self.place / "tile.sql"
        script.write_text("SELECT next_tile();\n", encoding="utf-8")
        log = self.place / f"log{tiles[0][0]}"
        each = len(tiles) // CLIENTS
        began = time.perf_counter()
        subprocess.run(
            ["pgbench", "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", f"--jobs={CLIENTS}",
             f"--transactions={each}", f"--file={script}", "--log", f"--log-prefix={log}", self.url],
            check=True, capture_output=True, cwd=self.place,
        )  # fmt: skip
        spent = time.perf_counter() - began
        times = [
            int(line.split()[2]) / 1e6
            for file in self.place.glob(f"{log.name}.*")
            for line in file.read_text(encoding="ascii").splitlines()
        ]
        return times, spent

    def close(self):
        cities.drop_database(self.url)


def _rate(run):
    times, spent = run
    return len(times) / spent


def _p99(run):
    times = sorted(run[0])
    return times[math.ceil(0.99 * len(times)) - 1]


def _told(run):
    return f"{_rate(run):,.0f}/s, p99 {1000 * _p99(run):.1f} ms"


ESTATES = """
    SELECT hex(id), number, name, place, stage, programmed_year, works_year, completed_year, built_from, built_to,
        households, buildings, floor_area / 100, issues, longitude, latitude FROM estate WHERE longitude IS NOT NULL
"""
BUILDINGS = "SELECT hex(id), hex(estate), name, floors, built_year, households, footprint FROM building"

SCHEMA = """
CREATE TABLE estate_raw (id text, number text, name text, place text, stage text, programmed int, works int,
    completed int, "from" int, "to" int, households int, buildings int, area bigint, issues int, longitude float8,
    latitude float8);
CREATE TABLE building_raw (id text, estate text, name text, floors int, year int, households int, footprint text);
CREATE TABLE wanted (number bigint PRIMARY KEY, z int, x int, y int);
CREATE SEQUENCE next;
"""

# As much as PostGIS can be helped: Mercator geometries, clustered by their index, sums made beforehand.
INDEXES = """
CREATE TABLE estate AS SELECT id, number, name, place, stage, rpad('', 9, left(stage, 1)) AS past, "from", "to",
    households, buildings, area, issues, ST_Transform(ST_SetSRID(ST_Point(longitude, latitude), 4326), 3857) AS geom
    FROM estate_raw;
CREATE INDEX estate_geom ON estate USING gist (geom);
CLUSTER estate USING estate_geom;
CREATE TABLE building AS SELECT id, estate, name, floors, year, households,
    ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(footprint), 4326), 3857) AS geom FROM building_raw;
CREATE INDEX building_geom ON building USING gist (geom);
CLUSTER building USING building_geom;
CREATE TABLE sums AS SELECT count(*) AS estates, sum(households) AS households, max(past) AS past,
    ST_Centroid(ST_Collect(geom)) AS geom FROM estate
    GROUP BY floor(ST_X(geom) / (40075016.68 / 1024)), floor(ST_Y(geom) / (40075016.68 / 1024));
CREATE INDEX sums_geom ON sums USING gist (geom);
DROP TABLE estate_raw, building_raw;
VACUUM ANALYZE;
CREATE FUNCTION tile(z int, x int, y int) RETURNS bytea LANGUAGE plpgsql STABLE AS $$
DECLARE
    box geometry := ST_TileEnvelope(z, x, y);
    tile bytea := '';
    part bytea;
BEGIN
    IF z < 9 THEN
        SELECT ST_AsMVT(row, 'estates') INTO tile FROM (
            SELECT estates, households, past, ST_AsMVTGeom(geom, box) FROM sums WHERE geom && box) AS row;
        RETURN tile;
    END IF;
    SELECT ST_AsMVT(row, 'estates') INTO tile FROM (
        SELECT id, number, name, place, stage, past, "from", "to", households, buildings, area, issues,
            ST_AsMVTGeom(geom, box) FROM estate WHERE geom && box) AS row;
    IF z >= 14 THEN
        SELECT ST_AsMVT(row, 'buildings') INTO part FROM (
            SELECT id, estate, name, floors, year, households, ST_AsMVTGeom(geom, box, 4096, 64) FROM building
            WHERE geom && ST_Expand(box, 40)) AS row;
        tile := tile || part;
    END IF;
    RETURN tile;
END $$;
CREATE FUNCTION next_tile() RETURNS bytea LANGUAGE sql AS $$
    SELECT tile(z, x, y) FROM wanted WHERE number = (SELECT nextval('next')) $$;
"""
