"""People sign in, are slowed down when they guess, change a password that was made for them, and see what is theirs."""

import re
import time
from dataclasses import replace

import pytest
from playwright.sync_api import expect

import city as cities

# The same statements run on PostgreSQL in the package's own tests.
ENGINES = ["sqlite"]


def add_person(server, login, role="subdistrictOfficer", place="430111002"):
    """An account made on the command line; its one-time password."""
    said = server.city.run("user", "add", login, "--name", "测试员", "--role", role, "--place", place).stdout
    return cities.Account(login, re.search(r"one-time password: (\S+)", said)[1])


def grown(server, login):
    """An account whose one-time password has been changed already."""
    made = add_person(server, login)
    client = cities.Client(server).sign_in(made)
    page = client.get("/account/password").text
    client._token = re.search(r'name="csrf" value="([^"]*)"', page)[1]
    names = re.findall(r'<input type="password"[^>]*name="([^"]+)"', page)
    new = f"{login}-Neues-Wort-7391"
    values = {name: made.password if name in ("current", "old") else new for name in names}
    assert client.post("/account/password", values).status == 303
    return replace(made, password=new)


@pytest.mark.parametrize("language, message", [("zh", "登录名或密码不对"), ("en", "name or the password is wrong")])
def test_a_wrong_password_is_told_without_saying_which_was_wrong(person, busy_server, language, message):
    page = person(busy_server, language=language)
    known = busy_server.city.account("auditor")
    texts = []
    for account in (replace(known, password="nicht-das-Wort"), cities.Account("niemand", "nicht-das-Wort")):
        cities.send_sign_in(page, account)
        expect(page.locator("main")).to_contain_text(message)
        texts.append(page.locator(".error-summary, [role=alert]").first.inner_text())
    assert texts[0] == texts[1]


def test_guessing_is_slowed_down_for_that_account_and_not_for_others(person, busy_server):
    victim = grown(busy_server, "geduld")
    guesser = cities.Client(busy_server)
    answers = [guesser.post("/sign-in", {"name": victim.name, "password": f"wort-{n}"}) for n in range(8)]
    assert [a.status for a in answers[:5]] == [422] * 5
    assert answers[-1].status == 429
    assert "尝试次数过多" in answers[-1].text
    page = person(busy_server)
    cities.sign_in(page, busy_server.city.account("auditor"))
    # Nobody is locked out for good: a moment later the right password opens.
    deadline = time.monotonic() + 30
    while guesser.post("/sign-in", {"name": victim.name, "password": victim.password}).status == 429:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert "yiju_session" in guesser.cookies


def test_a_new_account_must_change_its_password_before_anything_else(person, busy_server):
    admin = person(busy_server, "administrator")
    admin.goto("/people/new")
    admin.locator("[name=login]").fill("neuling")
    admin.locator("[name=name]").fill("新人")
    place, role = admin.locator("select[name=place]"), admin.locator("select[name=role]")
    place.select_option(place.locator("option:not([value=''])").first.get_attribute("value"))
    role.select_option("auditor")
    admin.get_by_role("button", name="建立账号").click()
    expect(admin.locator("main")).to_contain_text("只显示这一次")
    password = admin.locator("main code").nth(1).inner_text()

    page = person(busy_server)
    cities.sign_in(page, cities.Account("neuling", password))
    for path in ("/", "/estates", "/account", "/people"):
        page.goto(path)
        assert page.url.endswith("/account/password"), path
    fields = page.locator("input[type=password]")
    for number in range(fields.count()):
        fields.nth(number).fill(password)
    page.locator("main form button[type=submit]").click()
    assert page.url.endswith("/account/password")
    for number in range(fields.count()):
        is_current = fields.nth(number).get_attribute("autocomplete") == "current-password"
        fields.nth(number).fill(password if is_current else "ein-ganz-neues-Wort-42")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: not url.endswith("/account/password"))
    page.goto("/estates")
    expect(page.locator("h1")).to_contain_text("小区")


def test_signing_out_everywhere_ends_every_session(new_page, busy_server):
    account = grown(busy_server, "ueberall")
    here, there = new_page(busy_server), new_page(busy_server)
    for page in (here, there):
        cities.sign_in(page, account)
    here.goto("/account")
    here.get_by_role("button", name="退出所有设备").click()
    here.wait_for_url(re.compile("/sign-in"))
    for page in (here, there):
        page.goto("/account")
        assert "/sign-in" in page.url


def test_signing_out_ends_this_session_only(new_page, busy_server):
    account = grown(busy_server, "einmal")
    here, there = new_page(busy_server), new_page(busy_server)
    for page in (here, there):
        cities.sign_in(page, account)
    token = next(c["value"] for c in here.context.cookies() if c["name"] == "yiju_session")
    here.locator("details.me > summary").click()
    here.get_by_role("button", name="退出登录").click()
    here.wait_for_url(re.compile("/sign-in"))
    here.context.add_cookies([{"name": "yiju_session", "value": token, "url": busy_server.url}])
    here.goto("/account")
    assert "/sign-in" in here.url
    there.goto("/account")
    expect(there.locator("h1")).to_contain_text("测试员")


def test_the_auditor_reads_everything_and_changes_nothing(person, server, client):
    page, auditor = person(server, "auditor"), client(server, "auditor")
    estate = auditor.get("/api/v1/estates?limit=1").json["estates"][0]
    for path in ("/", "/estates", f"/estates/{estate['id']}", "/projects", "/quality", "/people", "/record", "/map", "/imports"):
        assert page.goto(path).status == 200, path
        changing = page.locator("main form[method=post], main a[href$='/edit'], main a[href$='/new']")
        assert changing.count() == 0, f"{path}: {changing.first.evaluate('e => e.outerHTML')}"
    for path in (f"/estates/{estate['id']}/edit", "/estates/new", "/projects/new", "/people/new"):
        assert auditor.get(path).status == 403, path
    posts = {
        f"/estates/{estate['id']}/edit": {"version": 1, "name": "审计改名", "was.name": estate["name"]},
        "/estates/new": {"name": "审计新建", "place": estate["place"]},
        "/projects": {"name": "审计项目"},
        "/people/new": {"login": "auditkind", "name": "x", "place": "4301"},
        "/people/rights/auditor": {"estate.correct": "within"},
        f"/places/{estate['place']}/confirm": {"name": "审计社区"},
    }
    for path, fields in posts.items():
        assert auditor.post(path, fields).status == 403, path
    assert auditor.upload("/imports", "a.csv", b"a", kind="estates").status == 403
    assert auditor.get(f"/api/v1/estates/{estate['id']}").json["name"] == estate["name"]


def test_a_form_without_its_token_or_from_elsewhere_is_refused(server, client):
    officer = client(server, "districtOfficer", "430111")
    body = b"version=1&name=x"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    estate = officer.get("/api/v1/estates?limit=1").json["estates"][0]
    path = f"/estates/{estate['id']}/edit"
    assert officer.ask("POST", path, body, kind).status == 403
    assert officer.post(path, {"version": 1}, origin="https://elsewhere.example").status == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_visitor_sees_totals_and_nothing_else(person, server, client, language):
    page = person(server, language=language)
    assert page.goto("/").status == 200
    expect(page.locator("main")).to_contain_text("1,450")
    assert page.locator("main a[href*='/estates'], main [data-map]").count() == 0
    visitor = client(server)
    for path in ("/estates", "/map", "/projects", "/quality", "/imports", "/people", "/record", "/places", "/account"):
        answer = visitor.get(path)
        assert (answer.status, answer.location.split("?")[0]) == (303, "/sign-in"), path
    for path in ("/api/v1/estates", "/map/totals.json", "/tiles/9/416/214.mvt", "/estates.xlsx", "/estates.csv", "/people.csv", "/record.csv"):
        assert visitor.get(path).status in (303, 401, 403), path
    assert visitor.get("/api/v1/summary").json["estates"] == 1450


def test_after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere(person, server):
    page = person(server)
    page.goto("/quality?place=430111")
    assert "/sign-in" in page.url
    account = server.city.account("auditor")
    page.locator("input[name=name]").fill(account.name)
    page.locator("input[name=password]").fill(account.password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/quality\?place=430111"))
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = cities.Client(server).post(
            "/sign-in", {"name": account.name, "password": account.password, "back": back}
        )
        assert (answer.status, answer.location) == (303, "/"), back


def test_the_cookie_of_a_session_is_hidden_from_scripts(server):
    account = server.city.account("auditor")
    answer = cities.Client(server).post("/sign-in", {"name": account.name, "password": account.password})
    cookie = next(c for c in answer.headers.get_all("set-cookie") if c.startswith("yiju_session="))
    assert "httponly" in cookie.lower() and "samesite" in cookie.lower()
