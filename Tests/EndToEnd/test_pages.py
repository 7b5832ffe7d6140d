"""Every page in both languages: it is there, well-formed, accessible, fits phone and desk, in light, dark and on paper."""

import re

import html5lib
import pytest

import city as cities

# What the pages look like does not depend on the database.
ENGINES = ["sqlite"]

# Who opens a page, and its address; {estate}, {building}, … are filled in from the city.
PAGES = [
    ("", "/"), ("", "/sign-in"), ("", "/help"), ("", "/components"), ("", "/nowhere"),
    ("cityOfficer", "/"), ("districtOfficer", "/"), ("resident", "/"),
    ("cityOfficer", "/estates"), ("cityOfficer", "/estates?district=430111&subdistrict=430111002&stage=works"),
    ("cityOfficer", "/estates?q=没有这样的小区"), ("cityOfficer", "/estates?page=29&sort=-households"),
    ("cityOfficer", "/map"), ("cityOfficer", "/projects"), ("cityOfficer", "/projects?year=2020"),
    ("cityOfficer", "/projects/{project}"), ("cityOfficer", "/projects/{project}/edit"),
    ("cityOfficer", "/projects/{project}/edit?q=公交"), ("cityOfficer", "/projects/new?estate={estate}"),
    ("cityOfficer", "/estates/{estate}"), ("auditor", "/estates/{estate}"), ("cityOfficer", "/estates/{estate}/history"),
    ("cityOfficer", "/estates/{estate}/edit"), ("cityOfficer", "/estates/{estate}/edit?field=households"),
    ("cityOfficer", "/estates/new"), ("cityOfficer", "/estates/{estate}/buildings/new"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}/edit"),
    ("cityOfficer", "/estates/{estate}/buildings/{building}/history"),
    ("cityOfficer", "/quality"), ("cityOfficer", "/quality?place=430111"), ("cityOfficer", "/quality/outdated"),
    ("districtOfficer", "/imports"), ("cityOfficer", "/imports?kind=buildings"), ("cityOfficer", "/imports?kind=checklist"),
    ("cityOfficer", "/checklists"), ("cityOfficer", "/checklists/{list}"), ("cityOfficer", "/forms"),
    ("cityOfficer", "/stages"), ("auditor", "/stages"), ("administrator", "/stages/tender"), ("cityOfficer", "/places"), ("cityOfficer", "/places/430111"),
    ("cityOfficer", "/places/430111002"),
    ("administrator", "/people"), ("administrator", "/people/new"), ("administrator", "/people/rights"),
    ("administrator", "/people/rights/districtOfficer"), ("administrator", "/people/{person}"),
    ("administrator", "/people/{person}/edit"), ("administrator", "/people/{person}/password"),
    ("administrator", "/people/{person}/erase"), ("administrator", "/people/{person}/appoint"),
    ("administrator", "/people/{person}/disable"), ("administrator", "/people/{person}/second-factor"),
    ("auditor", "/record"), ("auditor", "/record/{line}"),
    ("auditor", "/account"), ("auditor", "/account/password"), ("auditor", "/account/contact"),
    ("auditor", "/account/second-factor"), ("auditor", "/imports"),
]  # fmt: skip
REFUSED = {("", "/nowhere"): 404, ("auditor", "/imports"): 403}
TAGS = {"zh": "zh-CN", "en": "en"}


@pytest.fixture(scope="module")
def names(server, client):
    """What stands in the places of {estate}, {building}, … ."""
    officer, admin = client(server, "cityOfficer"), client(server, "administrator")
    estate = officer.get("/api/v1/estates?programmed=2020&sort=-households&size=1").json["estates"][0]["id"]

    def first(text, pattern):
        found = re.search(pattern, text)
        assert found, pattern
        return found[1]

    page = officer.get(f"/estates/{estate}").text
    return {
        "estate": estate,
        "building": first(page, rf"/estates/{estate}/buildings/([0-9a-f-]{{36}})"),
        "project": first(page, r"/projects/([0-9a-f-]{36})"),
        "list": first(officer.get("/checklists").text, r'href="/checklists/([0-9a-f-]{36})'),
        "person": first(admin.get("/people").text, r'href="/people/([0-9a-f-]{36})"'),
        "line": first(admin.get("/record").text, r'href="/record/([0-9a-f-]{36})'),
    }


def name_of(case):
    return "-".join(part for part in (case[0] or "visitor", case[1]))


def open_page(person, server, case, names, language, **options):
    page = person(server, case[0], language=language, **options)
    answer = page.goto(case[1].format(**names))
    assert answer.status == REFUSED.get(case, 200), page.url
    cities.wait_for_map(page)
    return page


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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", PAGES, ids=name_of)
def test_a_page(person, server, names, assert_accessible, case, language):
    page = open_page(person, server, case, names, language, width=1280, height=900)
    html = page.locator("html")
    assert html.get_attribute("lang") == TAGS[language]
    heading, _, product = page.title().rpartition(" · ")
    assert heading and product == {"zh": "宜居", "en": "Yiju"}[language]
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    assert overflow(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_well_formed_html_in_its_own_language(server, client, names, language):
    wrong = []
    for case in PAGES:
        who = client(server, case[0])
        cookies = dict(who.cookies)
        who.cookies["language"] = language
        try:
            answer = who.get(case[1].format(**names))
        finally:
            who.cookies = cookies
        parser = html5lib.HTMLParser(strict=False)
        tree = parser.parse(answer.text)
        wrong += [f"{case}: line {line}, column {column}: {code} {facts}" for (line, column), code, facts in parser.errors]
        if language == "en":
            wrong += [f"{case}: {text}" for text in chinese_words(tree)]
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        wrong += [f"{case}: the id {id} stands {ids.count(id)} times" for id in sorted(set(ids)) if ids.count(id) > 1]
    assert not wrong, "\n".join(wrong[:60])


# Words of the interface that stand in Chinese on an English page; names of people, places and things may.
INTERFACE = re.compile(r"登录|保存|取消|小区列表|未知|导入|导出|打印|筛选|全部|合计|更正|来源|截至|数据质量|人员|记录于|没有找到")


def chinese_words(tree):
    main = next(e for e in tree.iter() if e.tag.endswith("}main"))
    texts = " ".join(main.itertext())
    return sorted({found[0] for found in INTERFACE.finditer(texts)})


DARK = [case for case in PAGES if case in (
    ("cityOfficer", "/"), ("cityOfficer", "/estates"), ("cityOfficer", "/map"), ("cityOfficer", "/estates/{estate}"),
    ("cityOfficer", "/estates/{estate}/edit"), ("cityOfficer", "/quality"), ("", "/components"), ("", "/sign-in"),
    ("districtOfficer", "/imports"), ("administrator", "/people/rights"), ("auditor", "/record"),
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


@pytest.mark.parametrize("case", [("cityOfficer", "/"), ("cityOfficer", "/estates/{estate}")], ids=name_of)
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
