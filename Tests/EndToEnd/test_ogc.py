"""Map software reads the city under /ogc: OWSLib's client, and GDAL's driver where it is installed."""

import json
import os
import re
import shutil
import subprocess
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from owslib.ogcapi.features import Features

COLLECTIONS = ["districts", "estates", "buildings", "projects"]
MIDDLE = [112.95, 28.1, 113.05, 28.25]


@pytest.fixture(scope="module")
def token(busy_server, client):
    fields = {
        "title": "地图软件",
        "access": "read",
        "places": "4301",
        "lastDay": str(date.today() + timedelta(days=30)),
        "current": busy_server.city.account("cityOfficer").password,
    }
    shown = client(busy_server, "cityOfficer").post("/account/tokens", fields).text
    return re.search(r'value="(yiju_[A-Za-z0-9_-]{43})"', shown)[1]


@pytest.fixture
def features(busy_server, token, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    return Features(busy_server.url + "/ogc", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def listed(busy_server, client):
    """listed("district=430111"): how many estates the list of the pages finds."""
    return lambda query="": client(busy_server, "cityOfficer").get(f"/api/v1/estates?{query}").json["total"]


def test_owslib_finds_definition_conformance_and_collections(features):
    assert features.api()["openapi"].startswith("3.0")
    assert any(name.endswith("/conf/geojson") for name in features.conformance()["conformsTo"])
    assert features.feature_collections() == COLLECTIONS
    assert features.collection("estates")["extent"]["spatial"]["bbox"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_owslib_reads_features_and_each_by_its_id(features, collection):
    page = features.collection_items(collection, limit=5)
    assert page["numberReturned"] == len(page["features"]) == 5
    for feature in page["features"]:
        alone = features.collection_item(collection, feature["id"])
        assert {key: alone[key] for key in feature} == feature


def test_owslib_counts_what_the_pages_count(features, listed):
    matched = {
        "": features.collection_items("estates", limit=1)["numberMatched"],
        "district=430111": features.collection_items("estates", limit=1, place="430111")["numberMatched"],
        "stage=works": features.collection_items("estates", limit=1, stage="works")["numberMatched"],
    }
    assert matched == {query: listed(query) for query in matched}


def test_owslib_asks_for_a_box(features):
    west, south, east, north = MIDDLE

    def inside(feature):
        longitude, latitude = feature["geometry"]["coordinates"]
        return west <= longitude <= east and south <= latitude <= north

    boxed = features.collection_items("estates", bbox=MIDDLE, limit=1000)["features"]
    assert all(feature["geometry"] is None or inside(feature) for feature in boxed)
    everywhere, query = [], {"limit": 400}
    while query:
        page = features.collection_items("estates", **query)
        everywhere += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        query = dict(parse_qsl(urlsplit(following[0]).query)) if following else None
    assert len({feature["id"] for feature in everywhere}) == len(everywhere) > len(boxed) > 0
    found = {feature["id"] for feature in everywhere if feature["geometry"] is None or inside(feature)}
    assert {feature["id"] for feature in boxed} == found


def test_owslib_is_told_what_it_asked_wrongly(features):
    for wrong in ({"colour": "red"}, {"bbox": ["nan", 28, 113, 29]}, {"datetime_": "yesterday"}, {"limit": 0}):
        with pytest.raises(RuntimeError, match='"status":400'):
            features.collection_items("estates", **wrong)


def test_links_are_whole_addresses_and_never_what_a_stranger_calls_us(busy_server):
    def addresses(headers):
        _, _, body = busy_server.get("/ogc", headers)
        return [link["href"] for link in json.loads(body)["links"]]

    assert all(address.startswith(busy_server.url + "/ogc") for address in addresses({}))
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"):
        assert all(address.startswith("/ogc") for address in addresses({"Host": host})), host


def gdal(program, *arguments, token):
    path = shutil.which(program)
    if not path:
        pytest.skip(f"GDAL'S DRIVER DID NOT JUDGE: {program} is missing; apt-get install gdal-bin")
    environment = {**os.environ, "GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}", "NO_PROXY": "*"}
    done = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_gdal_finds_every_layer_and_counts_its_features(busy_server, token, listed):
    told = gdal("ogrinfo", "-ro", "-al", "-so", f"OAPIF:{busy_server.url}/ogc", token=token)
    assert re.findall(r"^Layer name: (\w+)", told, re.MULTILINE) == COLLECTIONS
    counts = dict(zip(COLLECTIONS, map(int, re.findall(r"^Feature Count: (\d+)", told, re.MULTILINE))))
    assert counts["estates"] == listed()


def test_gdal_takes_the_estates_along(busy_server, token, listed, tmp_path):
    taken = tmp_path / "estates.geojson"
    gdal("ogr2ogr", "-f", "GeoJSON", str(taken), f"OAPIF:{busy_server.url}/ogc", "estates", token=token)
    numbers = [feature["properties"]["number"] for feature in json.loads(taken.read_text())["features"]]
    assert len(set(numbers)) == len(numbers) == listed()
