#!/usr/bin/env python3
"""Makes Resources/places/places.csv and outlines.geojson from a folder of public data.

    python3 -m venv .venv && .venv/bin/pip install pypinyin==0.55.0 shapely==2.2.0
    .venv/bin/python scripts/make-places.py FOLDER [OUT]

FOLDER holds divisions/areas_4301.csv, divisions/streets_4301.csv (modood/Administrative-divisions-of-China) and
geo/430100_full.json (DataV.GeoAtlas). OUT is Resources/places unless given. Same input, same bytes. The tools are
needed only here, when the sources change; the product reads the two files.
"""

import csv
import json
import math
import re
import sys
from pathlib import Path

import shapely
from pypinyin import Style, lazy_pinyin, load_phrases_dict
from shapely.geometry import shape

DERIVED_ON = "2026-11-23"  # raise when the sources change
PROVINCE, CITY = "43", "4301"
PREFIX = "CS"  # begins the public numbers of the city's estates
MAX_BYTES = 60_000
DECIMALS = 5  # about one metre

# ---- names ---------------------------------------------------------------------------------------------------------

# Readings a dictionary gets wrong: characters with several sounds, and one that most dictionaries lack.
READINGS = {
    "㮾梨": ["lang", "li"],
    "枨冲": ["cheng", "chong"],
    "柏加": ["bai", "jia"],
    "沩山": ["wei", "shan"],
    "宁乡": ["ning", "xiang"],
    "长沙": ["chang", "sha"],
    "长龙": ["chang", "long"],
    "朝阳街": ["chao", "yang", "jie"],
    "夏铎铺": ["xia", "duo", "pu"],
    "浏阳": ["liu", "yang"],
    "喻家坳": ["yu", "jia", "ao"],
}

# Zones that are neither subdistrict, town nor township, and the city itself.
WHOLE_NAMES = {
    "长沙市": "Changsha",
    "隆平高科技园": "Longping High-Tech Park",
    "雨花经济开发区": "Yuhua Economic Development Zone",
}

KINDS = [("街道", "Subdistrict"), ("镇", "Town"), ("乡", "Township"), ("区", "District"), ("县", "County"), ("市", "City")]


def romanised(name):
    """One capitalised word without tones; an apostrophe where a syllable begins with a vowel: Yujia'ao."""
    syllables = READINGS.get(name) or lazy_pinyin(name, style=Style.NORMAL, v_to_u=False, errors="strict")
    word = syllables[0] + "".join(("'" if s[0] in "aoe" else "") + s for s in syllables[1:])
    if not re.fullmatch(r"[a-z']+", word):
        sys.exit(f"no reading for {name}: got {word}; add it to READINGS")
    return word.capitalize()


def english(name):
    if name in WHOLE_NAMES:
        return WHOLE_NAMES[name]
    for suffix, kind in KINDS:
        if name.endswith(suffix) and len(name) > len(suffix):
            return f"{romanised(name.removesuffix(suffix))} {kind}"
    sys.exit(f"unknown kind of place: {name}")


def places(folder):
    """Rows of places.csv, each place after its parent."""
    load_phrases_dict({name: [[s] for s in sounds] for name, sounds in READINGS.items()})
    with open(folder / "divisions/areas_4301.csv", encoding="utf-8", newline="") as file:
        districts = sorted((r["code"], r["name"]) for r in csv.DictReader(file) if r["cityCode"] == CITY)
    with open(folder / "divisions/streets_4301.csv", encoding="utf-8", newline="") as file:
        streets = sorted((r["code"], r["name"], r["areaCode"]) for r in csv.DictReader(file) if r["cityCode"] == CITY)
    rows = [(CITY, "长沙市", english("长沙市"), "city", PROVINCE, PREFIX)]
    rows += [(code, name, english(name), "district", CITY, "") for code, name in districts]
    known = {code for code, _ in districts}
    for code, name, parent in streets:
        if parent not in known or not code.startswith(parent) or len(code) != 9:
            sys.exit(f"{code} {name} does not lie in a known district")
        rows.append((code, name, english(name), "subdistrict", parent, ""))
    return rows


# ---- outlines ------------------------------------------------------------------------------------------------------


def gcj02_offset(longitude, latitude):
    """What GCJ-02 adds to CGCS2000 here, in degrees (the publicly known polynomial, as in Sources/Geo/Datum.swift)."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y = longitude - 105.0, latitude - 35.0
    common = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + common
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + common
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = latitude / 180 * math.pi
    magic = 1 - ee * math.sin(radians) ** 2
    return (
        east * 180 / (a / math.sqrt(magic) * math.cos(radians) * math.pi),
        north * 180 / (a * (1 - ee) / (magic * math.sqrt(magic)) * math.pi),
    )


def to_cgcs2000(point):
    longitude, latitude = point
    for _ in range(20):
        east, north = gcj02_offset(longitude, latitude)
        longitude, latitude = point[0] - east, point[1] - north
    return round(longitude, DECIMALS), round(latitude, DECIMALS)


def converted(districts):
    """In CGCS2000, rounded. A border keeps the same points on both sides, so that the coverage stays free of gaps."""
    return [shapely.transform(d, lambda points: [to_cgcs2000(p) for p in points]) for d in districts]


def simplified(districts, tolerance):
    """No point left out lies farther than `tolerance` degrees from the new line. Borders are cut where districts
    meet and each piece is simplified once, so that both sides keep the same line. None where that leaves no valid map."""
    pieces = shapely.line_merge(shapely.union_all([d.boundary for d in districts]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.simplify(pieces, tolerance))))
    parts = [[] for _ in districts]
    for face in faces:
        shared = [shapely.intersection(face, d).area for d in districts]
        if max(shared) < 0.9 * face.area:
            return None
        parts[shared.index(max(shared))].append(face)
    if [len(p) for p in parts] != [len(getattr(d, "geoms", [d])) for d in districts]:
        return None
    result = [shapely.MultiPolygon(p) for p in parts]
    return result if shapely.coverage_is_valid(result) and all(shapely.is_valid(result)) else None


def geometry(district):
    """As MultiPolygon, outer rings counter-clockwise (RFC 7946)."""
    parts = [shapely.geometry.polygon.orient(p) for p in getattr(district, "geoms", [district])]
    return [[[list(point) for point in ring.coords] for ring in (p.exterior, *p.interiors)] for p in parts]


def outlines(folder):
    source = json.loads((folder / "geo/430100_full.json").read_text(encoding="utf-8"))
    features = sorted(source["features"], key=lambda f: f["properties"]["adcode"])
    exact = converted([shape(f["geometry"]) for f in features])
    if not shapely.coverage_is_valid(exact):
        sys.exit("the source's districts overlap or leave gaps along their borders")
    for tolerance in (0.0001 * 1.05**step for step in range(60)):
        districts = simplified(exact, tolerance)
        if districts and len(text := written(features, districts)) <= MAX_BYTES:
            print(f"outlines within {tolerance * 111_195:.0f} m of the source")
            return text
    sys.exit(f"no tolerance up to {tolerance:.4f} degrees gives valid outlines of {MAX_BYTES} bytes")


def written(features, districts):
    """One feature a line; the first line says what this is, since GeoJSON has no comments."""
    metadata = {
        "title": "长沙市区县(市)轮廓 Outlines of Changsha's districts",
        "care": "已简化,非测绘成果,不作界线依据 simplified, not survey-grade, no evidence of a boundary",
        "datum": "CGCS2000, converted from GCJ-02 (believed)",
        "source": "DataV.GeoAtlas 430100_full.json, copied from github.com/anzhou99/GeoJsons; no licence stated there",
        "date": f"derived {DERIVED_ON}; the source states no date",
    }
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    lines = []
    for feature, district in zip(features, districts):
        code, name = str(feature["properties"]["adcode"]), feature["properties"]["name"]
        shape_text = dump({"type": "MultiPolygon", "coordinates": geometry(district)})
        lines.append(f'{{"type":"Feature","properties":{dump({"code": code, "name": name})},"geometry":{shape_text}}}')
    head = f'{{"type":"FeatureCollection","metadata":{dump(metadata)},"features":[\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent.parent / "Resources/places"
    rows = places(folder)
    with open(out / "places.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "nameEn", "level", "parent", "prefix"])
        writer.writerows(rows)
    text = outlines(folder)
    (out / "outlines.geojson").write_bytes(text)
    print(f"{len(rows)} places, outlines of {len(text)} bytes in {out}")


main()
