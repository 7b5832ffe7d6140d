"""A filter of the map changes what is drawn and counted in place; its address, Back, keys and paper tell the same."""

import io
import re

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

import city as cities
from maps import eventually, features, legend, number, parameters, picture, totals_of_the_view

# What is drawn does not depend on the database.
ENGINES = ["sqlite"]
YUHUA, FURONG = "430111", "430102"
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


def choose(page, name, value):
    page.locator(f".map-panel select[name={name}]").select_option(value)


def mark(page):
    """Whatever loads the page anew loses the mark."""
    page.evaluate("document.documentElement.dataset.sameDocument = '1'")


def is_marked(page):
    return page.locator("html[data-same-document]").count() == 1


def agrees(page, client, server, query):
    """What matches, what is in view and the list are those of the filters, by the API."""
    officer = client(server, "cityOfficer")
    twin = page.locator("[data-map-list]")
    expect(twin).to_have_attribute("href", re.compile(rf"^/estates\?{re.escape(query)}&bbox="))
    matching = officer.get(f"/api/v1/estates?{query}").json["total"]
    expect(page.locator("[data-map-notes]")).to_contain_text(f"符合筛选：{matching:,}")

    def in_view():
        found = officer.get(f"/estates?{twin.get_attribute('href').partition('?')[2]}").text
        return number(re.search(r"找到 <b>([\d,]+)", found)[1])

    eventually(page, lambda: totals_of_the_view(page) == in_view())


def test_a_choice_changes_the_map_in_place_and_back_takes_it_back(map_page, server, client):
    page = map_page("?colour=built")
    mark(page)
    whole = totals_of_the_view(page)
    page.tiles.clear()
    choose(page, "district", YUHUA)
    page.wait_for_url(re.compile(f"district={YUHUA}"))
    cities.wait_for_map(page)
    agrees(page, client, server, f"district={YUHUA}")
    assert page.tiles and all(f"district={YUHUA}" in tile.url for tile in page.tiles)
    assert {feature["properties"]["place"][:6] for feature in features(page)} == {YUHUA}
    assert parameters(page)["colour"] == "built"

    # A street of the district can be chosen now; another district drops it.
    page.locator(".map-panel select[name=subdistrict]").select_option(index=1)
    page.wait_for_url(re.compile(f"subdistrict={YUHUA}"))
    choose(page, "stage", "works")
    page.wait_for_url(re.compile("stage=works"))
    choose(page, "district", FURONG)
    page.wait_for_url(re.compile(f"district={FURONG}"))
    assert "subdistrict" not in parameters(page)
    agrees(page, client, server, f"district={FURONG}&stage=works")

    for _ in range(3):
        page.go_back()
    page.wait_for_url(re.compile(f"[?&]district={YUHUA}"))
    expect(page.locator(".map-panel select[name=stage]")).to_have_value("")
    agrees(page, client, server, f"district={YUHUA}")
    page.go_back()
    page.wait_for_url(lambda address: "district" not in address)
    expect(page.locator(".map-panel select[name=subdistrict]")).to_have_count(0)
    eventually(page, lambda: totals_of_the_view(page) == whole)
    page.go_forward()
    page.wait_for_url(re.compile(f"district={YUHUA}"))
    agrees(page, client, server, f"district={YUHUA}")
    assert is_marked(page)


def test_the_view_stays_where_a_choice_names_no_place(map_page):
    page = map_page("?view=113.00000,28.15000,13.00&colour=built&layers=projects")
    before = parameters(page)
    mark(page)
    choose(page, "stage", "works")
    page.wait_for_url(re.compile("stage=works"))
    cities.wait_for_map(page)
    assert parameters(page) == {**before, "stage": "works"}
    assert is_marked(page)


def test_every_filter_narrows_and_clear_brings_all_back(map_page, server, client):
    page = map_page()
    mark(page)
    whole = totals_of_the_view(page)
    page.locator(".map-panel input[name=q]").fill("小区")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator(".map-panel input[name=q]")).to_be_focused()
    expect(page.locator(".map-found")).to_be_hidden()
    agrees(page, client, server, "q=%E5%B0%8F%E5%8C%BA")
    choose(page, "programmed", "2023")
    page.wait_for_url(re.compile("programmed=2023"))
    page.get_by_text("更多筛选").click()
    choose(page, "completed", "any")
    page.wait_for_url(re.compile("completed=any"))
    expect(page.locator("[data-map-notes]")).to_contain_text("符合筛选")
    page.get_by_role("link", name="清除").click()
    page.wait_for_url(lambda address: "q=" not in address)
    eventually(page, lambda: totals_of_the_view(page) == whole)
    expect(page.locator(".map-panel input[name=q]")).to_have_value("")
    assert is_marked(page)


def test_by_keys_a_choice_waits_for_enter_and_the_totals_are_said(map_page, assert_accessible):
    page = map_page()
    whole = totals_of_the_view(page)
    mark(page)
    district = page.locator(".map-panel select[name=district]")
    district.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "district" not in parameters(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("district="))
    expect(district).to_be_focused()
    # Politely: what is said is the totals and how many match.
    for said in ("[data-map-totals]", "[data-map-notes]"):
        expect(page.locator(said)).to_have_attribute("role", "status")
    expect(page.locator("[data-map-notes]")).to_contain_text("符合筛选")
    eventually(page, lambda: totals_of_the_view(page) < whole)
    assert is_marked(page)
    assert_accessible(page)


def test_the_tiles_of_before_stay_until_the_others_are_there(map_page):
    page = map_page(f"?district={YUHUA}")
    before = picture(page)
    held = []
    page.route("**/tiles/**", lambda route: held.append(route))
    choose(page, "stage", "works")
    page.wait_for_url(re.compile("stage=works"))
    eventually(page, lambda: held)
    assert same_picture(picture(page), before)
    for route in held:
        route.continue_()
    page.unroute("**/tiles/**")
    cities.wait_for_map(page)
    eventually(page, lambda: not same_picture(picture(page), before))


def same_picture(*pictures):
    one, other = (Image.open(io.BytesIO(each)).convert("RGB") for each in pictures)
    return ImageChops.difference(one, other).getbbox() is None


def test_when_the_filtered_map_cannot_be_had_the_page_is_loaded_as_ever(map_page):
    page = map_page()
    mark(page)
    page.route(re.compile(r"/map\?"), lambda route: route.fulfill(status=429, body=""), times=1)
    choose(page, "district", YUHUA)
    page.wait_for_url(re.compile(f"district={YUHUA}"))
    cities.wait_for_map(page)
    assert not is_marked(page)
    assert number(page.locator("[data-map-notes]").inner_text()) > 0


def test_without_a_script_the_form_asks_for_the_page(person, server):
    page = person(server, "cityOfficer", java_script_enabled=False)
    page.goto("/map")
    choose(page, "district", YUHUA)
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(re.compile(f"district={YUHUA}"))
    expect(page.locator(".map-panel select[name=district]")).to_have_value(YUHUA)
    expect(page.locator("[data-map-notes]")).to_contain_text("符合筛选")


def test_a_sent_address_shows_another_reader_the_same(map_page):
    page = map_page()
    choose(page, "district", YUHUA)
    page.wait_for_url(re.compile("district="))
    cities.wait_for_map(page)
    page.get_by_role("button", name="放大").click()
    page.locator("[data-map-colour]").select_option("roofLeakage")
    expect(page.locator("[data-map-legend]")).to_contain_text("不渗漏")
    page.locator("[data-map-legend] input[value=good]").uncheck()
    cities.wait_for_map(page)
    page.wait_for_timeout(500)
    told = parameters(page)
    other = map_page(page.url.partition("/map")[2])
    expect(other.locator("[data-map-colour]")).to_have_value("roofLeakage")
    expect(other.locator("[data-map-legend] input[value=good]")).not_to_be_checked()
    expect(other.locator(".map-panel select[name=district]")).to_have_value(YUHUA)
    eventually(other, lambda: parameters(other) == told)
    assert totals_of_the_view(other) == totals_of_the_view(page)
    # Another language comes back to this very map.
    page.locator("header .me-name").click()
    page.get_by_role("banner").get_by_role("link", name="English").first.click()
    cities.wait_for_map(page)
    assert parameters(page) == told


def test_keys_reach_the_map_its_years_and_the_list(map_page):
    page = map_page(f"?district={YUHUA}")
    canvas = page.locator(".maplibregl-canvas")
    canvas.focus()
    before = parameters(page)["view"].split(",")
    page.keyboard.press("ArrowRight")
    eventually(page, lambda: float(parameters(page)["view"].split(",")[0]) > float(before[0]))
    page.keyboard.press("+")
    eventually(page, lambda: float(parameters(page)["view"].split(",")[2]) > float(before[2]))

    # Every year by its own key, with its own counts, and no further than the last.
    year = page.get_by_label("看哪一年的阶段")
    year.focus()
    page.keyboard.press("Home")
    seen = {}
    for number_of_year in range(2018, 2027):
        expect(year).to_have_value(str(number_of_year))
        expect(year).to_have_attribute("aria-valuetext", f"{number_of_year} 年")
        assert parameters(page).get("year", "2026") == str(number_of_year)
        expect(page.locator("[data-stage=awaiting] b")).not_to_be_empty()
        seen[number_of_year] = tuple(legend(page).values())
        page.keyboard.press("ArrowRight")
    expect(year).to_have_value("2026")
    assert len(set(seen.values())) > 1

    twin = page.locator("[data-map-list]")
    while not twin.evaluate("(link) => link === document.activeElement"):
        was = page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.outerHTML") != was
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/estates\?district={YUHUA}&bbox="))
    households = page.locator("thead").get_by_role("link", name="户数")
    households.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("sort="))
    assert "bbox=" in page.url and f"district={YUHUA}" in page.url
    first = page.locator("[data-row-link]").first
    first.focus()
    name = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)


@pytest.mark.parametrize("language, query", [("zh", ""), ("en", f"?district={YUHUA}&colour=roofLeakage"),
    ("en", "?colour=parkingSpaces")])  # fmt: skip
def test_on_a_phone_nothing_reaches_beyond_the_screen(map_page, language, query, assert_accessible):
    page = map_page(query, language=language, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".map-panel > summary").click()
    page.locator(".map-panel details summary").first.click()
    for box in [page.locator(".map-panel"), *page.locator(".map-panel select, .map-panel label").all()]:
        place = box.bounding_box()
        assert place is None or (place["x"] >= 0 and place["x"] + place["width"] <= 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".map-panel").evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
    assert_accessible(page)


def test_on_paper_the_map_is_a_picture_with_its_choices_legend_and_totals(map_page):
    page = map_page(f"?district={YUHUA}&colour=roofLeakage")
    expect(page.locator("[data-map-legend]")).to_contain_text("不渗漏")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator(".map-paper")
    expect(paper).to_be_visible()
    colours = paper.evaluate(
        """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )
    assert colours > 20
    expect(page.locator(".map-panel select[name=district]")).to_be_visible()
    expect(page.locator(".map-panel select[name=stage]")).to_be_hidden()
    expect(page.locator(".map-panel select[data-map-colour]")).to_be_visible()
    expect(page.locator(".legend .swatch").first).to_have_css("print-color-adjust", "exact")
    expect(page.locator(".map-summary")).to_be_visible()
    expect(page.locator(".foot .source-line")).to_be_visible()
    for hidden in (".map-canvas", "[data-map-years]", "[data-map-list]", ".map-panel > summary", ".filter-actions"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(paper).to_have_count(0)


def test_the_list_on_paper_says_what_it_lists(person, server):
    page = person(server, "cityOfficer")
    page.goto(f"/estates?district={YUHUA}")
    page.emulate_media(media="print")
    expect(page.locator("main .filters select[name=district]")).to_be_visible()
    expect(page.locator("main .filters select[name=stage]")).to_be_hidden()
    expect(page.locator("main .found")).to_be_visible()
    expect(page.locator("main .filters button")).to_be_hidden()
