"""The list of estates over a whole country: text, filters and orders as officers ask for them, one after another."""

import random
import re
import sqlite3
import urllib.parse

import city as cities

from .common import PLACE, READER, SMALL, Reader, at_most, note
from .nation import nation

COUNT = 60 if SMALL else 300
SEED = 2020


def measure():
    country = nation()
    with sqlite3.connect(country.folder / "yiju.sqlite") as database:
        total = database.execute("SELECT count(*) FROM estate").fetchone()[0]
        queries = _queries(database, random.Random(SEED))
    rows = []
    with cities.Server(country, PLACE / "search.log") as server:
        reader = Reader(server, country.account(READER))
        for name, path in (("page", "/estates"), ("API", "/api/v1/estates")):
            # As many again, other ones, warm up the page cache.
            # Programs go on from page to page instead of leafing by number.
            asked = queries if name == "page" else [re.sub(r"&page=\d+", "", query) for query in queries]
            for query in asked[COUNT:]:
                reader.read(f"{path}?{query}")
            times = sorted((reader.time(f"{path}?{query}"), query) for query in asked[:COUNT])
            for seconds, query in times[-5:]:
                note(f"{seconds * 1000:.0f} ms {path}?{urllib.parse.unquote(query)}")
            p50, p99 = (1000 * times[int(share * (COUNT - 1))][0] for share in (0.5, 0.99))
            what = f"list of {total:,} estates, {name}, {COUNT} searches (seed {SEED}), p50 {p50:.1f} ms: p99"
            rows.append(at_most(50, what, p99, "{:.1f} ms".format))
    return rows


def _queries(database, dice):
    """Twice `COUNT` different searches, of every kind alike."""
    # Spread over the table, the same for the same data.
    estates = database.execute(
        "SELECT name, place, number, address FROM estate ORDER BY (rowid * 2654435761) % 4294967296 LIMIT 1000"
    ).fetchall()
    stages = [code for (code,) in database.execute("SELECT code FROM stage ORDER BY position")]
    queries = []
    for index in range(40 * COUNT):
        if len(queries) == 2 * COUNT:
            break
        query = urllib.parse.urlencode(_query(index % 12, dice.choice(estates), stages, dice))
        if query not in queries:
            queries.append(query)
    return queries


def _query(kind, estate, stages, dice):
    name, place, number, address = estate
    start = dice.randrange(max(1, len(name) - 1))
    part, district = name[start : start + 2], place[:6]
    year = dice.randrange(1955, 1996)
    order = dice.choice(["name", "-households", "built", "-area", "completeness", "-changed", "place", "number"])
    match kind:
        case 0: return {"q": part}
        case 1: return {"q": name}
        case 2: return {"q": part, "district": district}
        case 3: return {"q": number}
        case 4: return {"q": f"{part} {address[:3]}"}
        case 5: return {"district": district, "subdistrict": place[:9], "sort": order}
        case 6: return {"from": year, "to": year + dice.randrange(6)}
        case 7: return {"stage": dice.choice(stages), "q": part}
        case 8: return {"sort": order, "page": dice.randrange(1, 40)}
        case 9: return {"district": district, "rule": "any", "from": year}
        case 10: return {"q": part, "sort": order}
        case _: return {"flagged": 1, "to": year, "q": name[-1:]}
