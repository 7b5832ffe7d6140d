"""What every end-to-end test gets: a city, its server, a page of a real browser.

    def test_something(server, person):
        page = person(server, "districtOfficer", "430111")
        page.goto("/estates")

`server` is shared by all tests of an engine: look, do not alter. `busy_server` is shared too, and may be altered where
no other test looks. `own_server` serves a copy for one test alone. A module whose tests do not depend on the database
names `ENGINES = ["sqlite"]`; all others run on both engines.
A page fails its test when it logs an error, breaks its own content security policy or asks anybody but our server.
"""

import os
import re
from pathlib import Path

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

import city as cities

REPORTS = Path(os.environ.get("YIJU_REPORTS", cities.ROOT / ".build/reports")) / "end-to-end"
# A slow machine decides no test.
expect.set_options(timeout=60_000)
# What Chromium itself logs for an answer such as 403 or 404, which a test may well want.
WANTED_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        engines = getattr(metafunc.module, "ENGINES", ["sqlite", "postgres"])
        metafunc.parametrize("engine", engines, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What shares a city stays in one process: what runs on both engines by engine, the rest by module. The module
    that takes longest begins."""
    for item in items:
        both = "engine" in item.fixturenames and not hasattr(item.module, "ENGINES")
        item.add_marker(pytest.mark.xdist_group(item.callspec.params["engine"] if both else item.module.__name__))
    items.sort(key=lambda item: item.module.__name__ != "test_pages")


@pytest.fixture(scope="session")
def engine(request):
    if request.param == "postgres" and "YIJU_TEST_POSTGRES" not in os.environ:
        pytest.skip("no PostgreSQL: run through make test, or scripts/postgres-test with …")
    return request.param


@pytest.fixture(scope="session")
def pristine_city(engine, tmp_path_factory):
    """The demo city as made; never served, so that it can be copied."""
    postgres = os.environ["YIJU_TEST_POSTGRES"] if engine == "postgres" else None
    city = cities.make_demo_city(tmp_path_factory.mktemp("pristine") / "city", postgres)
    yield city
    city.remove()


def serve_copy(pristine, folder, name):
    REPORTS.mkdir(parents=True, exist_ok=True)
    copy = pristine.copy(folder / "city")
    with cities.Server(copy, REPORTS / f"{name}.log") as server:
        yield server
    copy.remove()


@pytest.fixture(scope="session")
def server(pristine_city, tmp_path_factory):
    yield from serve_copy(pristine_city, tmp_path_factory.mktemp("shared"), f"server-{pristine_city.engine}")


@pytest.fixture(scope="session")
def busy_server(pristine_city, tmp_path_factory):
    yield from serve_copy(pristine_city, tmp_path_factory.mktemp("busy"), f"busy-server-{pristine_city.engine}")


@pytest.fixture
def own_server(pristine_city, tmp_path, request):
    yield from serve_copy(pristine_city, tmp_path, "server-" + plain_name(request))


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = cities.launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, request):
    """new_page(server, width=…, height=…, locale=…, color_scheme=…): a person with a browser of their own."""
    contexts, complaints = [], []

    def make(server, **options):
        context = cities.new_context(chromium, server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error on the page: {error}"))
        page.on("console", lambda message: note(message))
        return page

    def note(message):
        if message.type == "error" and not WANTED_REFUSAL.search(message.text):
            complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    yield make

    failed = getattr(request.node, "failed_in_call", False)
    for number, context in enumerate(contexts):
        complaints.extend(f"asked somebody else: {address}" for address in context.outside)
        for page in context.pages if failed else []:
            REPORTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=REPORTS / f"{plain_name(request)}-{number}.png", full_page=True)
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def client():
    """client(server, role, place): HTTP without a browser, signed in once for all tests; without a role a visitor's."""
    clients = {}

    def make(server, role="", place=""):
        if not role:
            return cities.Client(server)
        key = (server.url, role, place)
        if key not in clients:
            clients[key] = cities.Client(server).sign_in(server.city.account(role, place))
        return clients[key]

    return make


@pytest.fixture
def person(new_page, client):
    """person(server, role, place, language=…, theme=…, width=…): a page of somebody who is signed in already."""

    def make(server, role="", place="", language="zh", theme=None, **options):
        page = new_page(server, **options)
        cookies = {"language": language, **({"theme": theme} if theme else {})}
        if role:
            cookies["yiju_session"] = client(server, role, place).cookies["yiju_session"]
        page.context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in cookies.items()])
        return page

    return make


@pytest.fixture
def map_page(person, server):
    """map_page(query, role, at=…, width=…): the map once it has come to rest; `tiles` are the answers since then."""

    def open_map(query="", role="cityOfficer", at=None, **options):
        page = person(at or server, role, **options)
        page.tiles = []
        page.on("response", lambda answer: page.tiles.append(answer) if "/tiles/" in answer.url else None)
        page.goto(f"/map{query}")
        cities.wait_for_map(page)
        return page

    return open_map


@pytest.fixture
def page(new_page, server):
    return new_page(server)


@pytest.fixture
def phone(new_page, server):
    return new_page(server, width=390, height=844, device_scale_factor=2, is_mobile=True, has_touch=True)


@pytest.fixture
def sign_in(page, server):
    """sign_in(role, place): signs the test's page in with that demo account and returns the account."""

    def with_role(role, place=""):
        account = server.city.account(role, place)
        cities.sign_in(page, account)
        return account

    return with_role


@pytest.fixture
def assert_accessible():
    """assert_accessible(page): axe-core finds no violation."""
    axe = Axe()

    def check(page):
        results = axe.run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def assert_valid_html():
    """assert_valid_html(text): an HTML5 parser reads it without one error."""

    def check(text):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(text)
        wrong = [f"line {line}, column {column}: {code} {facts}" for (line, column), code, facts in parser.errors]
        assert not wrong, "\n".join(wrong)

    return check


def plain_name(request):
    return re.sub(r"[^A-Za-z0-9]+", "-", request.node.name).strip("-")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call":
        item.failed_in_call = report.failed
