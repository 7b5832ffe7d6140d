"""The map draws every estate that the list counts, coloured as asked, and leads to its page by mouse and by keys."""

import math
import re

import mapbox_vector_tile
import pytest
from playwright.sync_api import expect

import city as cities
from maps import (
    CITY,
    STAGES,
    begin_drawing,
    draw,
    eventually,
    features,
    legend,
    number,
    one_estate,
    outline_of,
    parameters,
    parameters_of,
    picture,
    spot,
    square_metres,
    totals_of_the_view,
)

# What is drawn does not depend on the database.
ENGINES = ["sqlite"]


def drawn(page):
    """The estates in the tiles that came, without what neighbours repeat at their edges."""
    count = 0
    for answer in page.tiles:
        layer = mapbox_vector_tile.decode(answer.body()).get("estates", {"features": [], "extent": 4096})
        for feature in layer["features"]:
            shape, extent = feature["geometry"], layer["extent"]
            if shape["type"] == "Point" and all(0 <= place < extent for place in shape["coordinates"]):
                count += feature["properties"].get("estates", 1)
    return count


@pytest.mark.parametrize("query", ["", "district=430111&", "stage=works&"])
def test_as_many_estates_are_drawn_as_the_list_counts(map_page, server, client, query):
    page = map_page(f"?{query}{CITY}")
    total = client(server, "cityOfficer").get(f"/api/v1/estates?{query}").json["total"]
    seen = totals_of_the_view(page)
    missing = page.locator("[data-map-notes]").get_by_text("没有坐标")
    assert seen + (number(missing.inner_text()) if missing.count() else 0) == total
    assert drawn(page) == seen
    assert sum(number(count) for count in legend(page).values()) == seen


def test_the_totals_follow_the_view_and_are_said_politely(map_page):
    page = map_page(f"?{CITY}")
    whole = totals_of_the_view(page)
    assert page.locator("[data-map-totals]").get_attribute("role") == "status"
    page.get_by_role("button", name="放大").click(click_count=3, delay=300)
    expect(page.locator("[data-total=estates]")).not_to_have_text(re.compile(f"^{whole:,}"))
    assert totals_of_the_view(page) < whole


def test_a_click_on_a_point_opens_its_card_and_the_card_its_page(map_page, server, client):
    estate = one_estate(client, server)
    page = map_page(f"?q={estate['number']}")
    page.mouse.click(*spot(page, estate["location"]))
    card = page.locator(".map-card")
    expect(card.locator("h2")).to_have_text(estate["name"])
    assert parameters(page)["estate"] == estate["id"]
    card.get_by_role("link", name="打开小区").click()
    expect(page.locator("h1")).to_contain_text(estate["name"])


def test_enter_opens_the_estate_nearest_to_the_middle_and_escape_closes_it(map_page):
    page = map_page("?district=430111")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    card = page.locator(".map-card")
    expect(card.get_by_role("link", name="打开小区")).to_have_attribute("href", re.compile("^/estates/"))
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_the_map_is_coloured_by_stage_year_or_a_question_of_the_survey(map_page):
    page = map_page("?district=430111")
    assert list(legend(page)) == STAGES
    page.locator("[data-map-colour]").select_option("built")
    expect(page.locator("[data-map-legend]")).to_contain_text("1970 年前")
    assert list(legend(page))[-2:] == ["2000 年及以后", "未知"]
    assert parameters(page)["colour"] == "built"
    expect(page.locator("[data-map-years]")).to_be_hidden()

    # The conditions come with the survey's questions, in the order of the form.
    page.tiles.clear()
    with page.expect_response(lambda answer: "fact=roofLeakage" in answer.url):
        page.locator("[data-map-colour]").select_option("roofLeakage")
    expect(page.locator("[data-map-legend]")).to_contain_text("不渗漏")
    expect(page.locator("[data-map-legend]")).to_contain_text("未知")
    eventually(page, lambda: "good" in {feature["properties"].get("value") for feature in features(page)})
    assert all("fact=roofLeakage" in tile.url for tile in page.tiles)

    # Numbers fall into classes between round numbers that part what is there.
    page.locator("[data-map-colour]").select_option("parkingSpaces")
    expect(page.locator("[data-map-legend]")).to_contain_text(re.compile(r"< [\d,]+.*≥ [\d,]+"))
    assert list(legend(page))[-1] == "未知"


def test_an_entry_of_the_legend_is_switched_off_and_on(map_page):
    page = map_page("?district=430111")
    before = picture(page)
    page.locator("[data-map-legend] input[value=aftercare]").uncheck()
    eventually(page, lambda: picture(page) != before)
    assert parameters(page)["off"] == "aftercare"
    page.locator("[data-map-legend] input[value=aftercare]").check()
    assert "off" not in parameters(page)


def test_the_years_change_the_colours_without_asking_for_tiles(map_page):
    page = map_page("?district=430111")
    now = {name: number(count) for name, count in legend(page).items()}
    last = picture(page)
    page.tiles.clear()
    year = page.get_by_label("看哪一年的阶段")
    year.focus()
    page.keyboard.press("Home")
    assert year.input_value() == "2018" and year.get_attribute("aria-valuetext") == "2018 年"
    assert parameters(page)["year"] == "2018"
    eventually(page, lambda: picture(page) != last)
    assert page.tiles == []
    # Then nothing was in aftercare yet that stands there now.
    expect(page.locator("[data-stage=aftercare] b")).not_to_have_text(f"{now['长效管理']:,}")
    assert dict(legend(page))["长效管理"] in ("", "0")


def test_the_years_are_played_and_stopped(map_page):
    # So early that a slow machine, too, stops it before the last year.
    page = map_page("?district=430111&year=2018")
    year = page.get_by_label("看哪一年的阶段")
    page.get_by_role("button", name="逐年播放").click()
    expect(year).not_to_have_value("2018")
    page.get_by_role("button", name="停止").click()
    stopped = year.input_value()
    page.wait_for_timeout(1500)
    expect(year).to_have_value(stopped)
    page.get_by_role("button", name="逐年播放").click()
    expect(page.get_by_role("button", name="逐年播放")).to_be_visible()
    expect(year).to_have_value("2026")


def test_the_address_shows_the_same_map_again(map_page, server, client):
    estate = one_estate(client, server)
    place = ",".join(f"{degree:.5f}" for degree in estate["location"])
    asked = f"?view={place},15.50&colour=built&layers=projects&off=unknown&estate={estate['id']}"
    page = map_page(asked)
    expect(page.locator(".map-card h2")).to_have_text(estate["name"])
    expect(page.locator("[data-map-colour]")).to_have_value("built")
    expect(page.locator("[data-map-layer=projects]")).to_be_checked()
    expect(page.locator("[data-map-layer=buildings]")).not_to_be_checked()
    expect(page.locator("[data-map-legend] input[value=unknown]")).not_to_be_checked()
    assert parameters(page) == parameters_of(asked)


def test_the_list_is_the_twin_of_the_view(map_page):
    page = map_page("?district=430111")
    total = totals_of_the_view(page)
    twin = page.get_by_role("link", name="以列表查看同样的小区")
    expect(twin).to_have_attribute("href", re.compile(r"^/estates\?district=430111&bbox="))
    twin.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/estates\?district=430111"))
    expect(page.locator("main")).to_contain_text(f"找到 {total:,}\u00a0个小区")


def test_photos_are_shown_where_asked_for(map_page):
    page = map_page("?district=430111&layers=districts,photos&view=113.00000,28.15000,12.00")
    expect(page.locator("[data-map-layer=photos]")).to_be_checked()
    with page.expect_response(lambda answer: "/map/photos.geojson?bbox=" in answer.url) as asked:
        page.get_by_role("button", name="放大").click()
    assert asked.value.json()["type"] == "FeatureCollection"


def test_a_question_that_the_survey_does_not_have_colours_by_stage(map_page):
    page = map_page("?colour=nonsense")
    eventually(page, lambda: "colour" not in parameters(page))
    expect(page.locator("[data-map-state]")).to_be_hidden()
    assert list(legend(page)) == STAGES


def test_the_search_flies_to_an_estate(map_page, server, client):
    estate = one_estate(client, server)
    page = map_page()
    page.locator(".map-panel input[name=q]").press_sequentially(estate["number"], delay=20)
    page.locator(".map-found button", has_text=estate["number"]).click()
    expect(page.locator(".map-card h2")).to_have_text(estate["name"])
    longitude, latitude, zoom = map(float, parameters(page)["view"].split(","))
    assert (longitude, latitude) == pytest.approx(estate["location"], abs=1e-4) and zoom >= 15


def test_an_outline_is_drawn_corrected_and_stands_on_the_map(map_page, busy_server, client):
    estate = one_estate(client, busy_server, "district=430111&stage=works&limit=20")
    page = map_page(f"?estate={estate['id']}&draw=outline", at=busy_server)
    begin_drawing(page)
    expect(page.locator("[data-draw-title]")).to_contain_text(estate["name"])
    x, y = spot(page, estate["location"])
    draw(page, [(x - 90, y - 80), (x + 90, y - 80), (x + 90, y + 80), (x - 90, y + 80)])
    area = page.locator("[data-draw-area]")
    expect(area).to_contain_text("面积约")
    square = number(area.inner_text())

    # A corner is dragged, a corner inserted, taken back, and brought again.
    page.mouse.move(x + 90, y + 80)
    page.mouse.down()
    page.mouse.move(x + 130, y + 120, steps=5)
    page.mouse.up()
    expect(page.locator(".map-corner")).to_have_count(4)
    assert number(area.inner_text()) > square
    page.mouse.click(x, y - 80)
    expect(page.locator(".map-corner")).to_have_count(5)
    page.keyboard.press("Control+z")
    expect(page.locator(".map-corner")).to_have_count(4)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".map-corner")).to_have_count(5)
    page.locator(".map-corner").nth(1).focus()
    page.keyboard.press("Backspace")
    expect(page.locator(".map-corner")).to_have_count(4)
    told = number(area.inner_text())

    page.tiles.clear()
    page.locator("[data-draw-evidence]").fill("现场核对")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-map-draw]")).to_be_hidden()
    expect(page.locator("[data-map-state]")).to_contain_text("已保存")
    ring = outline_of(client, busy_server, estate)["coordinates"]
    while isinstance(ring[0][0], list):
        ring = ring[0]
    assert len(ring) == 5 and square_metres(ring) == pytest.approx(told, rel=0.01)
    # The map asked again, and has the outline without a reload.
    eventually(page, lambda: any(
        feature["properties"].get("id") == estate["id"] and feature["geometry"]["type"] != "Point"
        for feature in features(page)))  # fmt: skip


def test_an_outline_that_crosses_itself_is_refused_in_words_and_nothing_is_lost(map_page, server, client):
    estate = one_estate(client, server, "district=430111&stage=works&limit=40")
    was = outline_of(client, server, estate)
    page = map_page(f"?estate={estate['id']}&draw=outline")
    begin_drawing(page)
    x, y = spot(page, estate["location"])
    draw(page, [(x - 90, y - 80), (x + 90, y + 80), (x + 90, y - 80), (x - 90, y + 80)])
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-draw-words] .refusal")).to_contain_text(re.compile("[\u4e00-\u9fff]{4}"))
    expect(page.locator(".map-corner")).to_have_count(4)
    assert outline_of(client, server, estate) == was


def test_an_outline_is_drawn_by_keyboard_alone(map_page, server, client, assert_accessible):
    estate = one_estate(client, server, "district=430111&stage=works&limit=40")
    page = map_page(f"?estate={estate['id']}&draw=outline")
    begin_drawing(page)
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        before = parameters(page)["view"]
        page.keyboard.press("Space")
        page.keyboard.press(key)
        # The address follows once the map stands still.
        eventually(page, lambda: parameters(page)["view"] != before)
    page.keyboard.press("Enter")
    expect(page.locator("[data-draw-area]")).to_contain_text("面积约")
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_enabled()
    assert_accessible(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Escape")
    expect(page.locator("[data-map-draw]")).to_be_hidden()
    assert "draw" not in parameters(page)


def test_the_buildings_of_a_project_are_encircled(map_page, busy_server, client):
    projects = client(busy_server, "cityOfficer").get("/projects?stage=programmed").text
    project = re.search(r'href="(/projects/[0-9a-f-]{36})"', projects)[1]
    page = map_page(f"?project={project.rpartition('/')[2]}", at=busy_server)
    page.locator("html[data-map-drawing='1']").wait_for(state="attached")
    x, y = 800, 450
    page.mouse.move(x - 320, y)
    page.mouse.down()
    for step in range(1, 48):
        page.mouse.move(x - 320 * math.cos(step * math.tau / 48), y - 320 * math.sin(step * math.tau / 48))
    page.mouse.up()
    words = page.locator("[data-draw-words]")
    expect(words).to_contain_text(re.compile(r"范围内有 [\d,]+ 栋楼"))
    if number(words.inner_text()) == 0:
        expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
        return
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile(project))


def test_who_may_not_draw_gets_no_tools(map_page):
    page = map_page("?district=430111", role="auditor")
    assert page.locator("[data-map-draw]").count() == 0
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-card")).to_be_visible()
    expect(page.get_by_role("button", name="绘制边界")).to_have_count(0)


def test_on_a_phone_the_panel_waits_below_until_asked_for(map_page):
    page = map_page("?district=430111", width=390, height=844, is_mobile=True, has_touch=True)
    assert page.locator(".map-panel").get_attribute("open") is None
    expect(page.locator("[data-map-years]")).to_be_visible()
    page.locator(".map-panel > summary").click()
    expect(page.locator(".map-summary")).to_be_visible()


def test_when_the_tiles_cannot_be_had_the_page_says_so_and_tries_again_when_asked(person, server):
    page = person(server, "cityOfficer")
    page.route("**/tiles/**", lambda route: route.fulfill(status=429, body="{}"))
    page.goto("/map")
    cities.wait_for_map(page, "failed")
    expect(page.locator("[data-map-state]")).to_contain_text("地图数据未能载入")
    expect(page.get_by_role("link", name="以列表查看同样的小区")).to_be_visible()
    page.unroute("**/tiles/**")
    page.get_by_role("button", name="重试").click()
    cities.wait_for_map(page)
    expect(page.locator("[data-map-state]")).to_be_hidden()


def test_when_the_card_cannot_be_had_the_name_and_the_way_are_there(map_page):
    page = map_page("?district=430111")
    page.route("**/card", lambda route: route.fulfill(status=404, body=""))
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-card h2")).not_to_be_empty()
    expect(page.get_by_role("link", name="打开小区")).to_be_visible()


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
    expect(page.locator("[data-map-state]").get_by_role("link")).to_have_attribute("href", re.compile("^/estates"))
