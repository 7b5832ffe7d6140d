"""Programs use the API: its description is valid and true, and random requests get the answers it promises.

The outside judges are `openapi-spec-validator` for the document and `schemathesis` for the server. Requests are made
from a fixed seed, so that every run sends the same ones.
"""

import json
import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi

SEED = 20260630
EXAMPLES = 20
CONFORMING = [
    checks.not_a_server_error, openapi.status_code_conformance, openapi.content_type_conformance,
    openapi.response_headers_conformance, openapi.response_schema_conformance,
]  # fmt: skip
# What is not as described must be refused besides.
REFUSING = [*CONFORMING, openapi.negative_data_rejection]


def issue(owner, account, access):
    """A token of the account's own, made as people make it."""
    page = owner.get("/account/tokens").text
    fields = {
        "title": "program", "access": access, "current": account.password,
        "places": re.search(r'name="places" value="(\d*)" checked', page)[1],
        "lastDay": re.search(r'type="date" value="([\d-]+)"', page)[1],
    }  # fmt: skip
    return re.search(r'value="(yiju_[A-Za-z0-9_-]{43})"', owner.post("/account/tokens", fields).text)[1]


class Program:
    """Asks with a token, as a program does."""

    def __init__(self, visitor, token):
        self.visitor, self.headers = visitor, {"authorization": f"Bearer {token}", "accept-language": "en"}

    def get(self, path, **headers):
        return self.visitor.send("GET", path, None, {**self.headers, **headers})

    def write(self, method, path, body, media, **headers):
        sent = {**self.headers, "content-type": media, **headers}
        return self.visitor.send(method, path, json.dumps(body).encode(), sent)


@pytest.fixture
def program(client):
    def make(server, role, access, place=""):
        token = issue(client(server, role, place), server.city.account(role, place), access)
        return Program(client(server), token)

    return make


def operations(server, visitor):
    document = visitor.get("/openapi.json").json
    # Who asks is no part of the random: each request carries the token.
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=server.url)
    return [found.ok() for found in schema.get_all_operations()]


def exercise(operation, mode, prepare, judges):
    """Sends random requests of an operation, prepared by `prepare(case)`, and holds the answers against the document."""
    statuses = set()
    line = requests.Session()
    # Nobody stands between us and our own server.
    line.trust_env = False

    @seed(SEED)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        answer = case.call(session=line, headers=prepare(case))
        case.validate_response(answer, checks=judges)
        statuses.add(answer.status_code)

    try:
        send()
    except Unsatisfiable:
        # Where nothing is asked, nothing can be asked wrongly.
        assert mode == GenerationMode.NEGATIVE
    return statuses


def test_the_description_is_valid_and_its_examples_are_what_they_describe(client, server):
    answer = client(server).get("/openapi.json")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    document = answer.json
    validate(document)
    for name, shape in document["components"]["schemas"].items():
        judge = Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})
        for example in shape.get("examples", []):
            assert [wrong.message for wrong in judge.iter_errors(example)] == [], name
    assert len(document["components"]["schemas"]["EstateFacts"]["properties"]["values"]["properties"]) > 80


def test_random_requests_with_a_token_that_reads_are_answered_as_described(client, server, program):
    mine = program(server, "cityOfficer", "read")
    estate = mine.get("/api/v1/estates?sort=-households&limit=1").json["estates"][0]["id"]
    things = {
        "estates": estate, "projects": mine.get("/api/v1/projects?limit=1").json["projects"][0]["id"],
        "buildings": mine.get(f"/api/v1/estates/{estate}/buildings?limit=1").json["buildings"][0]["id"],
    }  # fmt: skip
    met = {}

    def prepare(case):
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = things.get(case.path.split("/")[3], estate)
        return mine.headers

    for operation in operations(server, client(server)):
        if operation.method.upper() == "GET":
            met[operation.label] = exercise(operation, GenerationMode.POSITIVE, prepare, CONFORMING)
            exercise(operation, GenerationMode.NEGATIVE, lambda case: mine.headers, REFUSING)
        else:
            refused = exercise(operation, GenerationMode.POSITIVE, lambda case: mine.headers, CONFORMING)
            assert refused == {403}, operation.label
    # A random place or photo is hardly ever there.
    assert all(200 in statuses for label, statuses in met.items() if not re.search("{code}|/photos/", label)), met


def test_random_writes_are_stored_or_refused_as_described(client, own_server, program):
    officer = program(own_server, "cityOfficer", "write")
    estate = officer.get("/api/v1/estates?limit=1").json["estates"][0]
    before = officer.get(f"/api/v1/estates/{estate['id']}").json["version"]
    buildings = officer.get(f"/api/v1/estates/{estate['id']}/buildings?limit=1").json["buildings"]
    things = {
        "estates": estate["id"], "buildings": buildings[0]["id"],
        "projects": officer.get("/api/v1/projects?limit=1").json["projects"][0]["id"],
    }  # fmt: skip
    met = {}

    def prepare(case):
        if case.path_parameters:
            case.path_parameters["id"] = things[case.path.split("/")[3]]
        if isinstance(case.body, dict) and "place" in case.body:
            case.body["place"] = estate["place"]
        if isinstance(case.body, dict):
            # A random one lies hardly ever in the city, or is there at all.
            for member in ("location", "estates", "buildings", "measures"):
                case.body.pop(member, None)
        return {**officer.headers, "if-match": "*"}

    for operation in operations(own_server, client(own_server)):
        if operation.method.upper() == "GET":
            continue
        met[operation.label] = exercise(operation, GenerationMode.POSITIVE, prepare, CONFORMING)
        exercise(operation, GenerationMode.NEGATIVE, lambda case: officer.headers, REFUSING)
    assert len(met) == 4, met
    assert all((201 if label.startswith("POST") else 200) in statuses for label, statuses in met.items()), met
    assert officer.get(f"/api/v1/estates/{estate['id']}").json["version"] >= before
    own_server.stop()
    whole = own_server.city.run("verify", check=False)
    assert whole.returncode == 0, whole.stdout + whole.stderr


def test_another_method_is_answered_with_those_that_are_taken(client, server, program):
    mine = program(server, "cityOfficer", "write")
    for path, described in client(server).get("/openapi.json").json["paths"].items():
        taken = {method.upper() for method in described if method != "parameters"}
        address = re.sub("{[a-z]+}", "x", path)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - taken:
            answer = mine.visitor.send(method, address, None, mine.headers)
            assert answer.status == 405, (method, path)
            allowed = set(re.split(", *", answer.headers["allow"]))
            assert allowed == taken | ({"HEAD"} if "GET" in taken else set()), (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json["code"] == "request.method" and "use" in answer.json["detail"]


def test_a_program_reads_all_pages_and_corrects_what_it_saw(client, own_server, program):
    officer = program(own_server, "districtOfficer", "write", "430111")
    first = officer.get("/api/v1/estates?limit=200&sort=-households").json
    found, page = first["estates"], first
    while page["next"]:
        answer = officer.get(page["next"])
        page = answer.json
        assert answer.headers.get("link") == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
        found += page["estates"]
    assert len({estate["id"] for estate in found}) == len(found) == first["total"]
    households = [estate["households"] for estate in found if estate["households"] is not None]
    assert households == sorted(households, reverse=True) and sum(households) == first["households"]

    path = f"/api/v1/estates/{found[-1]['id']}"
    seen = officer.get(path)
    change = {"facts": {"households": 123}, "evidence": "land register", "surveyedOn": "2026-06-01"}
    media = "application/merge-patch+json"
    done = officer.write("PATCH", path, change, media, **{"if-match": seen.headers["etag"]})
    assert done.status == 200 and done.json["households"] == 123
    late = officer.write("PATCH", path, {"address": "x"}, media, **{"if-match": seen.headers["etag"]})
    assert late.status == 412 and late.json["code"] == "condition.outdated"
    assert late.json["detail"].startswith("What you saw is no longer what is there")
    assert officer.write("PATCH", path, change, media).status == 428
    line = officer.get(f"{path}/record?limit=1").json["record"][0]
    assert line["act"] == "estate.correct" and line["after"]["households"] == 123

    new = {"name": "Test Court", "place": found[-1]["place"]}
    key = {"idempotency-key": "e2e-1"}
    once = officer.write("POST", "/api/v1/estates", new, "application/json", **key)
    again = officer.write("POST", "/api/v1/estates", new, "application/json", **key)
    assert (once.status, again.status) == (201, 200) and once.json["id"] == again.json["id"]


def test_a_page_for_people_shows_how_to_begin(page, server):
    page.goto("/api")
    for path in ("/api/v1/estates", "/api/v1/summary"):
        assert page.get_by_text(f"GET {path}", exact=True).count() == 1
    assert page.locator("pre").get_by_text("curl -H").count() > 10


def test_metrics_are_told_to_the_machine_and_to_nobody_through_a_proxy(server, client, program):
    status, headers, text = server.get("/metrics")
    assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(samples["process_resident_memory_bytes"]) > 10_000_000
    assert float(samples["process_cpu_seconds_total"]) > 0
    assert float(samples["process_start_time_seconds"]) > 1_700_000_000
    assert all(float(value) >= 0 for value in samples.values())
    counted = 'yiju_http_requests_total{method="GET",route="/healthz",status="2xx"}'
    before = float(samples[counted])
    server.get("/healthz")
    again = dict(line.rsplit(" ", 1) for line in server.get("/metrics")[2].splitlines() if not line.startswith("#"))
    assert float(again[counted]) >= before + 1

    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert server.get("/metrics", {header: "203.0.113.7"})[0] == 401, header
    assert program(server, "districtOfficer", "read", "430111").get("/metrics").status == 403
    assert program(server, "auditor", "read").get("/metrics").status == 200
