"""The map draws every estate that the list counts, and leads to its page by pointer and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

import city as cities

# What is drawn does not depend on the database.
ENGINES = ["sqlite"]


@pytest.fixture
def map_page(person, server):
    def open_map(query="", role="cityOfficer", **options):
        page = person(server, role, **options)
        drawn = []
        page.on("response", lambda answer: drawn.append(answer) if "/map/estates.geojson" in answer.url else None)
        page.goto(f"/map{query}")
        cities.wait_for_map(page)
        page.drawn = drawn[0].json()["features"]
        return page

    return open_map


def shown_total(page):
    return int(re.search(r"([\d,]+)\s*个小区", page.locator(".map-summary").inner_text())[1].replace(",", ""))


@pytest.mark.parametrize("query", ["", "?district=430111", "?stage=works"])
def test_as_many_points_as_the_list_counts(map_page, server, client, query):
    page = map_page(query)
    total = client(server, "cityOfficer").get(f"/api/v1/estates{query}").json["total"]
    assert shown_total(page) == total
    legend = [int(text.replace(",", "")) for text in page.locator(".legend b").all_inner_texts()]
    assert sum(legend) == total
    missing = re.search(r"([\d,]+) 个小区没有坐标", page.locator(".map-summary").inner_text())
    without = int(missing[1].replace(",", "")) if missing else 0
    assert len(page.drawn) + without == total


def test_a_click_on_a_point_opens_its_card_and_the_card_its_page(map_page, server, client):
    # One estate alone stands in the middle of what the panel leaves free.
    lines = client(server, "cityOfficer").get("/api/v1/estates?district=430111&stage=works").json["estates"]
    estate = next(line for line in lines if line["location"])
    page = map_page(f"?q={estate['number']}")
    assert len(page.drawn) == 1
    card = page.locator(".map-card")
    for x, y in spots(page):
        page.mouse.click(x, y)
        if card.count():
            break
    expect(card.locator("h2")).to_have_text(estate["name"])
    card.get_by_role("link", name="打开小区").click()
    expect(page.locator("h1")).to_contain_text(estate["name"])


def spots(page):
    """Spots of the frame from its middle outwards: the map centres what it shows in what the panel leaves free."""
    canvas, panel = page.locator(".map-canvas").bounding_box(), page.locator(".map-panel").bounding_box()
    left, right = panel["x"] + panel["width"], canvas["x"] + canvas["width"]
    middle = ((left + right) / 2, canvas["y"] + canvas["height"] / 2)
    steps = [(dx, dy) for dx in range(-120, 121, 10) for dy in range(-120, 121, 10)]
    for dx, dy in sorted(steps, key=lambda step: step[0] ** 2 + step[1] ** 2):
        yield middle[0] + dx, middle[1] + dy


def test_enter_opens_the_estate_nearest_to_the_middle(map_page):
    page = map_page("?district=430111")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    card = page.locator(".map-card")
    expect(card.get_by_role("link", name="打开小区")).to_have_attribute("href", re.compile("^/estates/"))
    page.keyboard.press("Escape")


def test_the_list_is_the_twin_for_the_keyboard(map_page):
    page = map_page("?district=430111")
    total = shown_total(page)
    twin = page.get_by_role("link", name="以列表查看同样的小区")
    twin.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/estates\?district=430111"))
    expect(page.locator("main")).to_contain_text(f"找到 {total:,}\u00a0个小区")


def test_a_filter_in_the_panel_narrows_map_and_address(map_page):
    page = map_page()
    before = shown_total(page)
    page.locator(".map-panel select[name=district]").select_option("430111")
    if "district=430111" not in page.url:
        page.locator(".map-panel form button[type=submit]").first.click()
    page.wait_for_url(re.compile("district=430111"))
    cities.wait_for_map(page)
    assert shown_total(page) < before


def test_on_a_phone_the_panel_waits_below_until_asked_for(map_page):
    page = map_page("?district=430111", width=390, height=844, is_mobile=True, has_touch=True)
    assert page.locator(".map-panel").get_attribute("open") is None
    page.locator(".map-panel > summary").click()
    expect(page.locator(".map-summary")).to_be_visible()


def test_when_the_data_cannot_be_had_the_page_says_so_and_offers_the_list(person, server):
    page = person(server, "cityOfficer")
    page.route("**/map/estates.geojson*", lambda route: route.fulfill(status=404, body="{}"))
    page.goto("/map")
    cities.wait_for_map(page, "failed")
    expect(page.locator("[data-map-state]")).to_contain_text("地图未能载入")
    expect(page.get_by_role("link", name="以列表查看同样的小区")).to_be_visible()


def test_a_browser_that_cannot_draw_says_so_and_offers_the_list(person, server):
    page = person(server, "cityOfficer")
    page.add_init_script(
        "const real = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return /webgl/.test(kind) ? null : real.call(this, kind, ...rest); };"
    )
    page.goto("/map")
    cities.wait_for_map(page, "failed")
    expect(page.locator("[data-map-state]")).to_contain_text("地图未能载入")


def test_on_paper_the_map_is_its_totals_and_its_legend(map_page, server):
    page = map_page()
    page.emulate_media(media="print")
    expect(page.locator(".map-summary")).to_be_visible()
    expect(page.locator(".legend b").first).to_be_visible()
    expect(page.locator(".foot .source-line")).to_be_visible()
    expect(page.locator(".map-canvas")).to_be_hidden()
