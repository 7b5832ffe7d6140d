"""Every page in both languages: there, well-formed, accessible, as wide as phone and desk, light, dark and on paper."""

import csv
import json
import re
import sqlite3
from urllib.parse import parse_qs, unquote, urlsplit

import html5lib
import openpyxl
import pytest

import city as cities
from page_things import asked, banked, judged, letters, tokens
from test_photos import picture

# What the pages look like does not depend on the database.
ENGINES = ["sqlite"]

# Who opens a page, and its address; {estate}, {building}, … are filled in from the city.
PAGES = [
    ("", "/"), ("", "/sign-in"), ("", "/help"), ("", "/components"), ("", "/api"), ("", "/nowhere"),
    ("cityOfficer", "/"), ("districtOfficer", "/"), ("resident", "/"),
    ("cityOfficer", "/estates"), ("cityOfficer", "/estates?district=430111&subdistrict=430111002&stage=works"),
    ("cityOfficer", "/estates?q=没有这样的小区"), ("cityOfficer", "/estates?page=29&sort=-households"),
    ("cityOfficer", "/map"), ("cityOfficer", "/wall"), ("districtOfficer", "/wall"), ("cityOfficer", "/projects"), ("cityOfficer", "/projects?year=2020"),
    ("cityOfficer", "/projects/{project}"), ("cityOfficer", "/projects/{project}/edit"),
    ("cityOfficer", "/projects/{project}/edit?q=公交"), ("cityOfficer", "/projects/new?estate={estate}"),
    ("cityOfficer", "/estates/{estate}"), ("auditor", "/estates/{estate}"), ("cityOfficer", "/estates/{estate}/history"),
    ("cityOfficer", "/estates/{estate}/edit"), ("cityOfficer", "/estates/{estate}/edit?field=households"),
    ("cityOfficer", "/estates/new"), ("cityOfficer", "/estates/{estate}/buildings/new"),
    ("cityOfficer", "/estates/{estate}/outline"), ("auditor", "/estates/{estate}/outline"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}/edit"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}/history"),
    ("subdistrictOfficer", "/field"), ("cityOfficer", "/field"), ("cityOfficer", "/field/conflicts"),
    ("cityOfficer", "/quality"), ("cityOfficer", "/quality?place=430111"), ("cityOfficer", "/quality/outdated"),
    ("districtOfficer", "/imports"), ("cityOfficer", "/imports?kind=buildings"), ("cityOfficer", "/imports?kind=checklist"),
    ("districtOfficer", "/imports?kind=outlines"), ("districtOfficer", "/imports/{shapes}"),
    ("cityOfficer", "/checklists"), ("cityOfficer", "/checklists/{list}"), ("cityOfficer", "/forms"),
    ("cityOfficer", "/stages"), ("auditor", "/stages"), ("administrator", "/stages/tender"),
    ("administrator", "/stages/tender/retire"), ("cityOfficer", "/places"), ("cityOfficer", "/places/430111"),
    ("cityOfficer", "/places/430111002"),
    ("administrator", "/people"), ("administrator", "/people/new"), ("administrator", "/people/rights"),
    ("administrator", "/people/rights/districtOfficer"), ("administrator", "/people/{person}"),
    ("administrator", "/people/{person}/edit"), ("administrator", "/people/{person}/password"),
    ("administrator", "/people/{person}/erase"), ("administrator", "/people/{person}/appoint"),
    ("administrator", "/people/{person}/disable"), ("administrator", "/people/{person}/second-factor"),
    ("auditor", "/record"), ("auditor", "/record/{line}"),
    ("auditor", "/account"), ("auditor", "/account/password"), ("auditor", "/account/contact"),
    ("auditor", "/account/second-factor"), ("auditor", "/account/tokens"), ("auditor", "/account/tokens/{mine}/revoke"),
    ("administrator", "/account/tokens"), ("administrator", "/people/{person}/tokens"),
    ("administrator", "/people/{person}/tokens/{theirs}/revoke"),
    ("auditor", "/imports"), ("auditor", "/imports/{applied}"), ("planner", "/imports"),
    ("", "/ogc"), ("", "/ogc/conformance"), ("", "/ogc/api"), ("", "/ogc/collections/districts/items"),
    ("cityOfficer", "/ogc/collections"), ("cityOfficer", "/ogc/collections/estates"),
    ("cityOfficer", "/ogc/collections/estates/items?limit=20"), ("cityOfficer", "/ogc/collections/projects/items?bbox=0,0,1,1"),
    ("cityOfficer", "/ogc/collections/estates/items/{estate}"), ("cityOfficer", "/ogc/collections/buildings/items/{building}"),
    ("halfway", "/sign-in/code"),
    ("administrator", "/people/{leaver}/enable"), ("administrator", "/people/{person}/posts/{post}/deputy"),
    ("administrator", "/people/{person}/posts/{post}/end"), ("administrator", "/people/{person}/posts/{post}/hand-over"),
    ("districtOfficer", "/imports/{preview}"), ("districtOfficer", "/imports/{preview}/mapping"),
    ("districtOfficer", "/imports/{applied}"), ("districtOfficer", "/imports/{unreadable}"),
    ("cityOfficer", "/estates/{estate}/photos"), ("cityOfficer", "/estates/{estate}/photos?building={building}&added=1"),
    ("auditor", "/estates/{estate}/photos"), ("cityOfficer", "/photos/{photo}"), ("auditor", "/photos/{photo}"),
    ("cityOfficer", "/photos/{photo}/remove"),
    ("cityOfficer", "/evaluation"), ("auditor", "/evaluation"), ("districtOfficer", "/evaluation?band=A&open=1"),
    ("cityOfficer", "/evaluation?q=没有这样的小区"), ("cityOfficer", "/evaluation/runs"), ("cityOfficer", "/evaluation/runs/{run}"),
    ("cityOfficer", "/evaluation/runs/{run}/estates/{estate}"), ("districtOfficer", "/evaluation/runs/{run}/estates/{judged}"),
    ("cityOfficer", "/evaluation/runs/{run}/survey"), ("cityOfficer", "/evaluation/runs/{run}/methods"),
    ("cityOfficer", "/evaluation/runs/{run}/compare?estate={estate}&estate={judged}"),
    ("cityOfficer", "/evaluation/runs/{run}/compare"), ("cityOfficer", "/evaluation/runs/{run}/against?run={run}"),
    ("cityOfficer", "/evaluation/runs/{run}/replay"), ("cityOfficer", "/evaluation/runs/{run}/publish"),
    ("cityOfficer", "/evaluation/appeals"), ("cityOfficer", "/evaluation/scheme"), ("auditor", "/evaluation/scheme?version=1"),
    ("cityOfficer", "/evaluation/appeals/{appeal}"), ("districtOfficer", "/evaluation/appeals/{appeal}"),
    ("cityOfficer", "/evaluation/runs/{run}/estates/{judged}/weightings"), ("cityOfficer", "/evaluation/weighting/beside"),
    ("auditor", "/evaluation/scheme/difference"),
    ("cityOfficer", "/evaluation/drafts/{draft}/rules"), ("cityOfficer", "/evaluation/drafts/{draft}/aspects/age"),
    ("cityOfficer", "/evaluation/drafts/{draft}"), ("cityOfficer", "/evaluation/drafts/{draft}/simulation"),
    ("cityOfficer", "/evaluation/weights"), ("cityOfficer", "/evaluation/new"), ("cityOfficer", "/jobs"),
    ("cityOfficer", "/jobs/{job}"), ("cityOfficer", "/evaluation/weighting"), ("cityOfficer", "/evaluation/weighting/{session}"),
    ("auditor", "/evaluation/weighting/{session}"), ("", "/public/evaluations"), ("", "/public/evaluations/{publication}"),
    ("cityOfficer", "/public/evaluations/{publication}"),
    ("cityOfficer", "/ledger"), ("districtOfficer", "/ledger?by=project&year=2023&sort=-gap"), ("auditor", "/ledger?by=source&kind=city&page=2"),
    ("cityOfficer", "/ledger?as-of=2010-01-01"), ("cityOfficer", "/ledger/flows"), ("districtOfficer", "/ledger/flows?district=430111"),
    ("auditor", "/ledger/flows?district=430104&year=2022"),
    ("cityOfficer", "/ledger/flows?kind=central&planned=1"), ("cityOfficer", "/ledger/flows?year=1999"), ("cityOfficer", "/ledger/sources"),
    ("districtOfficer", "/ledger/sources?q=2025&sort=-left"), ("cityOfficer", "/ledger/sources?q=没有这样的来源"),
    ("cityOfficer", "/ledger/statistics?year=2024"), ("districtOfficer", "/ledger/statistics?district=430111"), ("cityOfficer", "/ledger/share"),
    ("auditor", "/ledger/share?rule=pipes&of=pipes&total=300000.05&part-ownerUnit=30&relief-dibao=1-101&household=1-101"),
    ("cityOfficer", "/ledger/share?total=much"), ("auditor", "/ledger/share?rule=lift&register=CSP-0031"),
    ("cityOfficer", "/ledger/share?register=none"),
    ("auditor", "/ledger/audit"), ("districtOfficer", "/ledger/audit?as-of=2024-06-30&district=430111"),
    ("auditor", "/ledger/audit/arrival"), ("auditor", "/ledger/audit/brokenRules?sort=-since"), ("auditor", "/ledger/audit/wages?as-of=2018-01-01"),
    ("auditor", "/ledger/ask"), ("cityOfficer", "/ledger/ask?by=project,contract,party&stage=&vs-as-of=2025-06-30&project=CSP-0002"),
    ("auditor", "/ledger/ask?by=source,item&stage=paid&year=1999"), ("financeOfficer", "/ledger/import"),
    ("financeOfficer", "/ledger/import?kind=budget"), ("financeOfficer", "/ledger/import/{brought}"),
    ("auditor", "/ledger/import"), ("auditor", "/ledger/import/{brought}"),
    ("auditor", "/ledger/entries"), ("cityOfficer", "/ledger/entries?project=CSP-0031&stage=paid&value=out&as-of=2024-06-30&known=2026-07-01&kind=city"),
    ("districtOfficer", "/ledger/entries?q=nothing"), ("auditor", "/ledger/entries?class=basic&item=roof"),
    ("auditor", "/ledger/entries/1"), ("auditor", "/ledger/entries/305"),
    ("cityOfficer", "/ledger/projects/CSP-0031"), ("auditor", "/ledger/projects/CSP-0090"), ("auditor", "/ledger/projects/CSP-0002?as-of=2000-01-01"),
    ("cityOfficer", "/ledger/sources/central-2020"), ("districtOfficer", "/ledger/sources/cededUse-2020"),
    ("cityOfficer", "/ledger/households/CSP-0031"), ("auditor", "/ledger/households/CSP-0031/住户-1"), ("auditor", "/ledger/households/CSP-0017/业主大会"),
    ("financeOfficer", "/ledger/bank"), ("auditor", "/ledger/bank?account=special&state=unmatched&sort=-amount"), ("districtOfficer", "/ledger/bank"),
    ("cityOfficer", "/ledger/bank?q=没有这行流水"), ("auditor", "/ledger/bank/book"), ("districtOfficer", "/ledger/bank/book?from=2025-01-01&q=CSP&sort=amount"),
    ("cityOfficer", "/ledger/bank/book?from=1999-01-01&to=1999-12-31"), ("financeOfficer", "/ledger/bank/statements"), ("auditor", "/ledger/bank/statements"),
    ("financeOfficer", "/ledger/bank/statements/{statement}"), ("auditor", "/ledger/bank/statements/{statement}"),
    ("financeOfficer", "/ledger/bank/statements/{recorded}"), ("financeOfficer", "/ledger/bank/lines/{bankLine}/take-back"),
    ("auditor", "/ledger/entries/{shown}"),
    ("financeOfficer", "/ledger/households/CSP-0031"), ("financeOfficer", "/ledger/households/CSP-0031/住户-1"),
    ("financeOfficer", "/ledger/share"), ("financeOfficer", "/ledger/letters/CSP-0031"), ("financeOfficer", "/ledger/letters/CSP-0031/住户-1"),
    ("financeOfficer", "/ledger/letters/CSP-0031/住户-3"), ("", "/my-share"), ("resident", "/my-share"), ("resident", "/my-share/CSP-0031/住户-1"),
]  # fmt: skip

# Forms answered with a page: who gets which status for sending what where. Fields named only are those of `edits`.
FORMS = [
    ("", 422, "/sign-in", {"name": "nobody", "password": "wrong-password-1"}),
    ("cityOfficer", 422, "/estates/new", {}), ("cityOfficer", 422, "/estates/{estate}/edit", "wrongEdit"),
    ("cityOfficer", 409, "/estates/{estate}/edit", "lateEdit"),
    ("cityOfficer", 422, "/estates/{estate}/buildings/new", {}),
    ("cityOfficer", 422, "/estates/{estate}/buildings/{building}/edit", "wrongBuilding"),
    ("cityOfficer", 422, "/estates/{estate}/outline", {"geometry": "not a shape"}),
    ("cityOfficer", 409, "/estates/{estate}/outline", "lateOutline"),
    ("cityOfficer", 422, "/projects", {"estate": "{estate}"}),
    ("cityOfficer", 422, "/projects/{project}/stage", {"day": "never"}),
    ("cityOfficer", 200, "/places/430111002/merge", {"into": "430111003", "day": "2026-06-01"}),
    ("cityOfficer", 422, "/places/430111002/merge", {}), ("cityOfficer", 422, "/places/430111002/split", {}),
    ("districtOfficer", 422, "/imports/{preview}/options", {"datum": "none"}),
    ("administrator", 422, "/people/new", {}), ("administrator", 422, "/people/{person}/edit", {}),
    ("administrator", 200, "/people/{person}/password", {}), ("administrator", 422, "/people/{person}/appoint", {}),
    ("administrator", 422, "/people/{person}/posts/{post}/deputy", {}),
    ("administrator", 422, "/people/{person}/posts/{post}/hand-over", {}),
    ("auditor", 422, "/account/tokens", "wrongToken"), ("auditor", 200, "/account/tokens", "token"),
    ("cityOfficer", 422, "/photos/{photo}", {"caption": "x" * 201, "was.caption": ""}),
    ("cityOfficer", 422, "/evaluation/new", {"asOf": "never"}),
    ("cityOfficer", 422, "/evaluation/drafts/{draft}/weights", {"seen": "1", "w-age": "many"}),
    ("cityOfficer", 422, "/evaluation/drafts/{draft}/document", {"seen": "1", "document": "nothing"}),
    ("cityOfficer", 422, "/evaluation/weighting", {}), ("cityOfficer", 422, "/evaluation/weighting/residents", {}),
    ("cityOfficer", 422, "/evaluation/weighting/{session}/invite", {}),
    ("districtOfficer", 422, "/evaluation/runs/{run}/estates/{judged}", {"fact": "roofLeakage", "claimed": "many"}),
    ("cityOfficer", 409, "/evaluation/appeals/{appeal}", {"decision": "true", "verdict": "upheld"}),
    ("auditor", 422, "/account/password", {}), ("auditor", 422, "/account/contact", {"phone": "never"}),
    ("auditor", 422, "/ledger/questions", {"question": "by=district"}),
    ("financeOfficer", 422, "/ledger/bank/lines/{bankLine}/take-back", {}),
    ("financeOfficer", 422, "/ledger/bank/statements/{statement}/apply", "wrongChoice"),
    ("", 422, "/my-share", {"code": "no code"}), ("", 200, "/my-share", "letter"), ("resident", 200, "/my-share", "letter"),
    ("resident", 422, "/my-share/keep", {}), ("financeOfficer", 422, "/ledger/letters/CSP-0031", {}),
    ("financeOfficer", 422, "/ledger/letters/CSP-0031/住户-1", {"due": "never"}),
    ("financeOfficer", 200, "/ledger/letters/CSP-0031/住户-3", {"contact": "office"}),
    ("financeOfficer", 422, "/ledger/share", {"share": "rule=works", "project": "CSP-0031"}),
]  # fmt: skip
UNKNOWN = "不知名"
SQUARE = (
    '{"type":"Polygon","coordinates":'
    "[[[113.01,28.17],[113.011,28.17],[113.011,28.171],[113.01,28.171],[113.01,28.17]]]}"
)
STATUS = {("", "/nowhere"): 404, ("planner", "/imports"): 403, ("cityOfficer", "/ledger/share?total=much"): 422,
          ("cityOfficer", "/ledger/share?register=none"): 422}
TAGS = {"zh": "zh-CN", "en": "en"}


@pytest.fixture(scope="module")
def server(pristine_city, tmp_path_factory):
    """A city for these tests alone, since uploads are put into it."""
    folder = tmp_path_factory.mktemp("pages")
    copy = pristine_city.copy(folder / "city")
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture(scope="module")
def names(server, client):
    """What stands in the places of {estate}, {building}, … ."""
    officer, admin = client(server, "cityOfficer"), client(server, "administrator")
    estate = officer.get("/api/v1/estates?programmed=2020&sort=-households&limit=1").json["estates"][0]["id"]

    def first(text, pattern):
        found = re.search(pattern, text)
        assert found, pattern
        return found[1]

    page = officer.get(f"/estates/{estate}").text
    person, leaver = (
        first(admin.get(f"/people?q={name}").text, r'href="/people/([0-9a-f-]{36})"') for name in ("彭涛", "肖军")
    )
    admin.post(f"/people/{leaver}/disable")
    known = {
        "estate": estate,
        "building": first(page, rf"/estates/{estate}/buildings/([0-9a-f-]{{36}})"),
        "project": first(page, r"/projects/([0-9a-f-]{36})"),
        "list": first(officer.get("/checklists").text, r'href="/checklists/([0-9a-f-]{36})'),
        "person": person,
        "leaver": leaver,
        "post": first(admin.get(f"/people/{person}").text, r"/posts/([0-9a-f-]{36})/"),
        "line": first(admin.get("/record").text, r'href="/record/([0-9a-f-]{36})'),
    }
    known["photo"] = photo(officer, estate)
    known |= judged(officer, client(server, "districtOfficer", "430111"))
    own, theirs = (tokens(client(server, role), server.city.account(role)) for role in ("auditor", "dispatcher"))
    known |= own | {"theirs": theirs["mine"]}
    known |= asked(client(server, "auditor"), client(server, "financeOfficer"))
    known |= banked(client(server, "financeOfficer"))
    known |= letters(client(server, "financeOfficer"), client(server, "resident"))
    return known | uploads(client(server, "districtOfficer", "430111"), server.city.folder) | edits(officer, known)


def photo(officer, estate):
    """A photo of the estate."""
    sent = officer.upload(f"/estates/{estate}/photos", "red.png", picture(200, 40, 30), "photo", caption="北墙渗水")
    assert sent.status == 303, sent.text[:2000]
    return re.search(r'href="/photos/([0-9a-f-]{36})"', officer.get(f"/estates/{estate}/photos").text)[1]


def uploads(officer, folder):
    """A file that waits for its officer, one that was imported and one that nobody can read."""
    messy = next((folder / "samples").glob("*杂乱.xlsx")).read_bytes()
    given = {"kind": "estates", "datum": "cgcs2000", "source": "测试"}

    def send(name, content, **more):
        sent = officer.upload("/imports", name, content, **given | more)
        assert sent.status == 303, sent.text[:2000]
        return sent.location.removeprefix("/imports/")

    applied = send("applied.xlsx", messy)
    assert officer.post(f"/imports/{applied}/apply", {"take": "good"}).status == 303
    return {
        "applied": applied,
        "preview": send("preview.xlsx", messy),
        "shapes": send("shapes.geojson", shapes(officer), kind="outlines"),
        "unreadable": send("unreadable.csv", "甲,乙,丙\n1,2,3\n".encode()),
    }


def shapes(officer):
    """Outlines of which one is good, one doubtful and one crosses itself."""
    found = officer.get("/api/v1/estates?limit=50").json["estates"]
    (a, b, c) = [estate for estate in found if estate["location"]][:3]

    def feature(estate, properties, corners):
        x, y = estate["location"]
        ring = [[x + east, y + north] for east, north in corners]
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        return {"type": "Feature", "properties": properties, "geometry": shape}

    square = [(-0.001, -0.001), (0.001, -0.001), (0.001, 0.001), (-0.001, 0.001)]
    crossing = [square[0], square[2], square[1], square[3]]
    features = [
        feature(a, {"number": a["number"]}, square), feature(b, {"name": UNKNOWN}, square), feature(c, {}, crossing),
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def edits(officer, known):
    """The fields of forms that come back: with what nobody can mean, and after somebody else was faster."""

    def fields_of(path):
        inputs = html5lib.parse(officer.get(path).text, namespaceHTMLElements=False).iter("input")
        typed = [e for e in inputs if e.get("type") in ("hidden", "text", "number", None)]
        return {e.get("name"): e.get("value") or "" for e in typed}

    edit = f"/estates/{known['estate']}/edit?field=households"
    form, building = fields_of(edit), fields_of(f"/estates/{known['estate']}/buildings/{known['building']}/edit")
    for fields in (form, building):
        fields.pop("csrf", None)
    late = form | {"evidence": "现场摸底", "fact.households": "4001"}
    assert officer.post(edit.split("?")[0], late).status == 303
    return {
        "lateOutline": {"geometry": SQUARE, "version": "0"},
        "lateEdit": late | {"fact.households": "4002"},
        "wrongEdit": form | {"fact.households": "many"},
        "wrongBuilding": building | {"fact.floors": "many"},
    }


def name_of(case):
    return "-".join(part for part in (case[0] or "visitor", case[1]))


def open_page(person, server, case, names, language, **options):
    page = person(server, case[0], language=language, **options)
    assert page.goto(case[1].format(**names)).status == 200, page.url
    cities.wait_for_map(page)
    return page


def send_form(page, path, fields, token):
    """Sends a form as the page itself would, and returns the answer."""
    with page.expect_navigation() as moved:
        page.evaluate(
            """([action, fields]) => {
                const form = Object.assign(document.createElement('form'), { method: 'post', action });
                for (const [name, value] of fields)
                    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
                document.body.append(form);
                form.submit();
            }""",
            [path, [["csrf", token], *map(list, fields.items())]],
        )
    return moved.value


def overflow(page):
    """What sticks out at the right beyond the frame, for whoever must mend it; empty when nothing does."""
    return page.evaluate(
        """() => {
            const root = document.documentElement, width = root.clientWidth;
            if (root.scrollWidth <= width) return [];
            const inner = (e) => e.closest('.scroll, .chapters, .tabs, .maplibregl-map');
            return [...document.body.querySelectorAll('*')].filter(
                (e) => e.getBoundingClientRect().right > width + 1 && (!inner(e) || inner(e) === e)
            ).slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).concat(`${root.scrollWidth} > ${width}`);
        }"""
    )


WHO = list(dict.fromkeys(case[0] for case in PAGES))


def leads_elsewhere(page):
    """What is wrong with the way by which the other language comes back to the same page."""
    switch = page.locator(".foot .switches a[hreflang]")
    if not switch.count():
        return []
    back = parse_qs(urlsplit(switch.first.get_attribute("href")).query)["back"][0]
    here, there = (unquote(urlsplit(address).path) for address in (page.url, back))
    return [] if here == there else [f"the other language leads to {there}"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", WHO, ids=lambda who: who or "visitor")
def test_every_page(person, server, client, names, data, file_data, assert_accessible, who, language):
    role = "" if who == "halfway" else who
    page = person(server, role, language=language, width=1280, height=900)
    if who == "halfway":
        page.context.add_cookies([{"name": "yiju_step", "value": "known", "url": server.url}])
    wrong = []

    def check(case, answer, status):
        told = [f"{answer.status} instead of {status}"] if answer.status != status else []
        cities.wait_for_map(page)
        told += of_the_answer(answer.text()) + of_the_page(page, language) + overflow(page)
        if language == "en":
            known = data | file_data if case[1].startswith("/imports/") else data
            told += [f"Chinese on an English page: {text}" for text in chinese(page, known)]
        try:
            assert_accessible(page)
        except AssertionError as found:
            told.append(str(found))
        page.set_viewport_size({"width": 390, "height": 844})
        told += [f"on a phone: {what}" for what in overflow(page)]
        page.set_viewport_size({"width": 1280, "height": 900})
        wrong.extend(f"{case}: {what}" for what in told)

    for case in (case for case in PAGES if case[0] == who):
        check(case, page.goto(case[1].format(**names)), STATUS.get(case, 200))
        wrong.extend(f"{case}: {what}" for what in leads_elsewhere(page))
    for sender, status, path, sent in FORMS:
        if sender == who:
            fields = names[sent] if isinstance(sent, str) else {k: v.format(**names) for k, v in sent.items()}
            token = client(server, role).token()
            check((who, path), send_form(page, path.format(**names), fields, token), status)
    assert not wrong, "\n".join(wrong[:60])


def of_the_answer(text):
    """What an HTML5 parser has to say of an answer, and ids that stand twice."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    told = [f"line {line}, column {column}: {code} {facts}" for (line, column), code, facts in parser.errors]
    ids = re.findall(r'\sid="([^"]+)"', text)
    return told + [f"the id {id} stands {ids.count(id)} times" for id in sorted(set(ids)) if ids.count(id) > 1]


def of_the_page(page, language):
    told = []
    if page.locator("html").get_attribute("lang") != TAGS[language]:
        told.append("its language is not the chosen one")
    heading, _, product = page.title().rpartition(" · ")
    if not heading or product != {"zh": "宜居", "en": "Yiju"}[language]:
        told.append(f"its title is {page.title()}")
    if page.locator("h1").count() != 1:
        told.append("it has not exactly one h1")
    return told


# Samples of what people type, as the help beside a field quotes them, and names that stand in both languages.
SAMPLES = ["90年代", "2.3万", "3栋", "1单元", "公交小区", "公交 雨花", "约320户", "约320层", "系统默认", "系统", "中文", "陈立"]
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@pytest.fixture(scope="module")
def data(server, names):
    """The Chinese that an English page may show: what people have stored, and the samples of what they type."""
    found = set(SAMPLES) | {account.others["person"] for account in server.city.accounts}

    def add(value):
        if isinstance(value, str) and value.startswith(("{", "[")):
            value = json.loads(value)
        if isinstance(value, str) and HAN.search(value):
            found.add(value.strip())
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            add(part)

    database = sqlite3.connect(f"file:{server.city.folder}/yiju.sqlite?mode=ro", uri=True)
    try:
        tables = "estate estate_sheet building building_sheet project checklist checklist_entry photo contract"
        for table in tables.split():
            add([list(row) for row in database.execute(f"SELECT * FROM {table}")])
        add([list(row) for row in database.execute("SELECT reason FROM journal_entry UNION SELECT party FROM slice UNION SELECT area FROM slice")])
        add([list(row) for row in database.execute("SELECT authority_ref FROM journal_entry UNION SELECT memo FROM journal_entry")])
        add([list(row) for row in database.execute("SELECT issuer FROM clearance UNION SELECT document FROM fund_source")])
    finally:
        database.close()
    return found


@pytest.fixture(scope="module")
def file_data(server):
    """What the pages of an upload show besides: the words of the file."""
    book = openpyxl.load_workbook(next((server.city.folder / "samples").glob("*杂乱.xlsx")))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    # A header is told as it was read.
    read = {cell.replace("㎡", "m2") for cell in cells}
    return cells | read | {sheet.title for sheet in book} | {"甲、乙、丙", "测试", UNKNOWN}


def chinese(page, data):
    """Chinese that is not data, in the texts of an English page and in what it says to readers of screens. What people
    edit as it is, such as a scheme in both languages, stands in a text area."""
    texts = page.evaluate(
        """() => {
            const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode())
                if (!walker.currentNode.parentElement.closest('script, style, textarea, .avatar, [lang|=zh]'))
                    texts.push(walker.currentNode.data);
            for (const element of document.querySelectorAll('body *'))
                for (const name of ['title', 'alt', 'aria-label', 'placeholder'])
                    if (element.hasAttribute(name)) texts.push(element.getAttribute(name));
            return texts;
        }"""
    )
    longest_first = sorted((known for known in data if len(known) > 1), key=len, reverse=True)

    def rest(text):
        for known in () if text in data else longest_first:
            text = text.replace(known, "")
        return "" if text in data else text

    return [text for text in sorted({text.strip() for text in texts if HAN.search(text)}) if HAN.search(rest(text))]


def test_no_page_of_the_server_is_left_out():
    """Every route that answers GET with a page is opened above; a file, a number or a jump is no page."""
    table = cities.ROOT / "Tests/SiteTests/routes.csv"
    routes = [" ".join(row[:2]).split()[:2] for row in csv.reader(table.open(encoding="utf-8"))]
    no_page = re.compile(
        r"/(api|assets|tiles)/|.*/card$|.*\.[a-z]+$|/(healthz|readyz|metrics|preferences)$|/projects/{id}/stage$|/wall/\w+$"
    )
    pages = [path for method, path in routes if method == "GET" and not no_page.match(path)]
    assert len(pages) > 40

    def route_of(address):
        fitting = [p for p in pages if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), address.partition("?")[0])]
        return min(fitting, key=lambda p: p.count("{"), default=None)

    opened = {route_of(case[1]) for case in PAGES}
    assert [path for path in pages if path not in opened] == []


DARK = [case for case in PAGES if case in (
    ("cityOfficer", "/"), ("cityOfficer", "/estates"), ("cityOfficer", "/map"), ("cityOfficer", "/estates/{estate}"),
    ("cityOfficer", "/estates/{estate}/edit"), ("cityOfficer", "/quality"), ("", "/components"), ("", "/sign-in"),
    ("districtOfficer", "/imports"), ("administrator", "/people/rights"), ("auditor", "/record"),
    ("cityOfficer", "/ledger"), ("cityOfficer", "/ledger/flows"), ("", "/my-share"), ("resident", "/my-share/CSP-0031/住户-1"),
)]  # fmt: skip


@pytest.mark.parametrize("case", DARK, ids=name_of)
def test_a_page_in_the_dark(person, server, names, assert_accessible, case):
    page = open_page(person, server, case, names, "zh", color_scheme="dark")
    red, green, blue = map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3])
    assert max(red, green, blue) < 80
    assert_accessible(page)


def test_the_theme_that_was_chosen_stays_whatever_the_device_says(person, server):
    page = person(server, theme="light", color_scheme="dark")
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "light"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light


LARGE = [
    ("cityOfficer", "/"), ("cityOfficer", "/estates/{estate}"), ("", "/my-share"), ("resident", "/my-share/CSP-0031/住户-1"),
]  # fmt: skip


@pytest.mark.parametrize("case", LARGE, ids=name_of)
def test_large_type_for_elders_fits_a_phone(person, server, names, assert_accessible, case):
    page = person(server, case[0], width=390, height=844)
    page.context.add_cookies([{"name": "mode", "value": "elder", "url": server.url}])
    page.goto(case[1].format(**names))
    cities.wait_for_map(page)
    assert float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")) >= 18
    assert overflow(page) == []
    assert_accessible(page)


def test_an_estate_on_paper_has_its_facts_and_no_chrome(person, server, names):
    page = open_page(person, server, ("cityOfficer", "/estates/{estate}"), names, "zh")
    page.emulate_media(media="print")
    chrome = "header.top, .skip, .actions, .crumbs, .foot .switches, .map-shell, button, [data-print]"
    shown = [e.evaluate("e => e.outerHTML.slice(0, 100)") for e in page.locator(chrome).all() if e.is_visible()]
    assert shown == []
    for part in ("h1", "#aspects", "#buildings", ".print-head", ".source-line"):
        assert page.locator(part).first.is_visible(), part
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    # Paper stays white when the screen is dark.
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_language_is_switched_and_comes_back_to_the_same_page(new_page, server, language):
    page = new_page(server)
    page.goto("/help")
    page.locator(".foot .switches a[hreflang]").click()
    assert page.url.endswith("/help")
    assert page.locator("html").get_attribute("lang") == "en"
    if language == "zh":
        page.locator(".foot .switches a[hreflang]").click()
        assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_everything_can_be_reached_by_keyboard_and_the_skip_link_works(person, server):
    page = person(server, "cityOfficer")
    page.goto("/estates")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
