"""One estate as JSON, signed in, against the framework's plain-text route."""

import json
import re
import sqlite3
import subprocess
import uuid

import city as cities

from .common import PLACE, READER, SMALL, Reader, against_peer, demo_city, median, need, note, tool

ROUNDS = 3 if SMALL else 7
SECONDS = 1 if SMALL else 5
FACTS = 60


def measure():
    need("wrk", "wrk")
    city = demo_city()
    server_of_text = tool("PlainText")
    estate, facts = _estate(city)
    port = cities.free_port()
    log = PLACE / "plain-text.log"
    with open(log, "wb") as sink, cities.Server(city, PLACE / "reading.log") as server:
        plain = subprocess.Popen([server_of_text, str(port)], stdout=sink, stderr=sink)
        try:
            reader = Reader(server, city.account(READER))
            path = f"/api/v1/estates/{estate}"
            size = len(reader.read(path))
            session = f"Cookie: yiju_session={reader.cookies['yiju_session']}"
            pairs = _alternate((f"http://127.0.0.1:{port}/plaintext", []), (server.url + path, ["-H", session]))
        finally:
            plain.terminate()
            plain.wait()
    ours, peer = median([ours for _, ours in pairs]), median([text for text, _ in pairs])
    ratio = median([ours / text for text, ours in pairs])
    what = f"GET /api/v1/estates/{{id}}, signed in, {facts} facts, {size / 1000:.1f} kB"
    return [against_peer(what, "≥ 0.35", f"{ours:,.0f}/s", f"the framework's plain text {peer:,.0f}/s", ratio)]


def _alternate(plain, ours):
    """Requests a second of both, in pairs, after a first round that only warms up."""
    pairs = []
    for number in range(ROUNDS + 1):
        pair = tuple(_load(url, options) for url, options in (plain, ours))
        note(f"plain text {pair[0]:,.0f}/s, estate {pair[1]:,.0f}/s" + ("" if number else " (to warm up)"))
        if number:
            pairs.append(pair)
    return pairs


def _load(url, options):
    told = subprocess.run(
        ["wrk", "--threads", "2", "--connections", "32", "--duration", f"{SECONDS}s", *options, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"the load on {url} met errors:\n{told}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", told).group(1))


def _estate(city):
    """The id of an estate with at least `FACTS` facts, as few more as there are, and how many it has."""
    with sqlite3.connect(city.folder / "yiju.sqlite") as database:
        sheets = database.execute("SELECT estate, facts FROM estate_sheet").fetchall()
    counted = sorted((len(json.loads(facts)["values"]), estate) for estate, facts in sheets)
    count, estate = next(pair for pair in counted if pair[0] >= FACTS)
    return uuid.UUID(bytes=estate), count
