"""The map as people meet it: how soon it is there, and how soon one node shows what was done on another."""

import gzip
import json
import math
import os
import time

import city as cities
import mapbox_vector_tile
from playwright.sync_api import sync_playwright

from .common import PLACE, SMALL, Reader, at_most, demo_city, folder, median, note

ROUNDS = 3 if SMALL else 9
EDITS = 10 if SMALL else 200
OFFICER = "cityOfficer"
ZOOM = 12


def measure_first_map():
    """From navigation to the map's idle, in a browser that draws without a graphics card."""
    city = demo_city("first-map")
    times = []
    with cities.Server(city, PLACE / "first-map.log") as server, sync_playwright() as playwright:
        browser = cities.launch_chromium(playwright)
        for _ in range(ROUNDS):
            # A new one each time: nothing of the map is in its cache.
            context = cities.new_context(browser, server.url)
            page = context.new_page()
            cities.sign_in(page, city.account(OFFICER))
            began = time.perf_counter()
            page.goto("/map", wait_until="commit")
            cities.wait_for_map(page)
            times.append(time.perf_counter() - began)
            context.close()
        browser.close()
    note(f"first map: {', '.join(f'{seconds:.2f}' for seconds in sorted(times))} s")
    what = f"first useful map of the demo city, navigation to idle, {ROUNDS} new browsers: median"
    return [at_most(2, what, median(times), "{:.2f} s".format)]


def measure_other_node():
    """An estate is renamed on one node and asked for on another until the tile has the new name."""
    postgres = os.environ.get("YIJU_TEST_POSTGRES")
    if not postgres:
        raise RuntimeError("YIJU_TEST_POSTGRES is not set: run this through scripts/bench")
    note("making the demo city on PostgreSQL")
    city = cities.make_demo_city(folder("nodes") / "data", postgres)
    try:
        with cities.Server(city, PLACE / "node-1.log") as one, cities.Server(city, PLACE / "node-2.log") as other:
            times = sorted(_edits(Reader(one, city.account(OFFICER)), Reader(other, city.account(OFFICER))))
    finally:
        cities.drop_database(city.database)
    p50, p99 = times[len(times) // 2], times[math.ceil(0.99 * len(times)) - 1]
    what = f"an edit on one node to the new tile on another, {EDITS} edits, p50 {p50 * 1000:.0f} ms: p99"
    return [at_most(1000, what, p99 * 1000, "{:.0f} ms".format)]


def _edits(writer, watcher):
    lines = json.loads(writer.read("/api/v1/estates?limit=200"))["estates"]
    placed = [line for line in lines if line["location"]]
    media = {"content-type": "application/merge-patch+json", "x-csrf-token": writer.token()}
    for number in range(EDITS):
        estate = placed[number % len(placed)]
        path = f"/api/v1/estates/{estate['id']}"
        name = f"改名{number}号院"
        body = json.dumps({"name": name, "evidence": "measuring"}).encode()
        answer = writer.ask("PATCH", path, body, {**media, "if-match": writer.get(path).headers["etag"]})
        if answer.status != 200:
            raise RuntimeError(f"PATCH {path} answered {answer.status}")
        began = time.perf_counter()
        while name not in _names(watcher, estate["location"]):
            pass
        yield time.perf_counter() - began


def _names(watcher, location):
    longitude, latitude = location[0], math.radians(location[1])
    size = 2**ZOOM
    column = int((longitude + 180) / 360 * size)
    row = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * size)
    tile = mapbox_vector_tile.decode(gzip.decompress(watcher.read(f"/tiles/{ZOOM}/{column}/{row}.mvt")))
    return {feature["properties"]["name"] for feature in tile["estates"]["features"]}
