"""A building's footprint is drawn on the map, corrected by hand, taken back step by step, and in the next tile."""

import re

import pytest
from playwright.sync_api import expect

import city as cities
from maps import draw, eventually, features, number, square_metres

# What is drawn does not depend on the database.
ENGINES = ["sqlite"]
YUHUA = "430111"


def some_building(client, server):
    """One of an estate that no other test draws."""
    officer = client(server, "cityOfficer")
    for estate in officer.get(f"/api/v1/estates?district={YUHUA}&sort=-name&limit=60").json["estates"]:
        for one in officer.get(f"/api/v1/estates/{estate['id']}/buildings").json["buildings"]:
            if one["location"]:
                return {**one, "estate": estate["id"]}
    raise LookupError("no building has a place")


def footprint(client, server, building):
    """As the server has it now."""
    found = client(server, "cityOfficer").get(f"/estates/{building['estate']}/outline.geojson").json["features"]
    return next(feature["geometry"] for feature in found if feature["id"] == building["id"])


def open_building(map_page, server, building):
    """The map with the building in its middle, its card open."""
    longitude, latitude = building["location"]
    page = map_page(f"?view={longitude:.5f},{latitude:.5f},18.50", at=server)
    canvas = page.locator(".map-canvas").bounding_box()
    page.middle = (canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    page.mouse.click(*page.middle)
    expect(page.locator(".map-card h2")).to_have_text(building["name"])
    return page


def begin(page):
    page.get_by_role("button", name="绘制轮廓").click()
    page.locator("html[data-map-drawing='1']").wait_for(state="attached")


def save(page):
    page.locator("[data-draw-evidence]").fill("规划图")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-map-draw]")).to_be_hidden()
    expect(page.locator("[data-map-state]")).to_contain_text("已保存")


def test_a_footprint_is_drawn_saved_corrected_and_undone(map_page, busy_server, client, assert_accessible):
    building = some_building(client, busy_server)
    page = open_building(map_page, busy_server, building)
    begin(page)
    expect(page.locator("[data-draw-title]")).to_contain_text(building["name"])
    page.get_by_role("button", name="重画").click()
    x, y = page.middle
    draw(page, [(x - 60, y - 30), (x + 60, y - 30), (x + 60, y + 30), (x - 60, y + 30)])
    area = page.locator("[data-draw-area]")
    expect(area).to_contain_text("面积约")
    told = number(area.inner_text())
    assert_accessible(page)
    page.tiles.clear()
    save(page)
    drawn = footprint(client, busy_server, building)
    assert drawn["type"] == "Polygon" and square_metres(drawn["coordinates"][0]) == pytest.approx(told, rel=0.02)
    # The next tile has it, without a reload.
    eventually(page, lambda: any(
        feature["properties"].get("id") == building["id"] and feature["geometry"]["type"] == "Polygon"
        for feature in features(page, "buildings")))  # fmt: skip

    # What stands is corrected: a corner is moved by hand and by key, and every step taken back and done again.
    cities.wait_for_map(page)
    page.mouse.click(x, y)
    begin(page)
    expect(page.locator(".map-corner")).to_have_count(4)
    assert number(area.inner_text()) == pytest.approx(told, abs=1)
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("撤销", "重做"))
    expect(undo).to_be_disabled()
    corner = page.locator(".map-corner").first.bounding_box()
    page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    page.mouse.down()
    page.mouse.move(corner["x"] - 20, corner["y"] - 15, steps=4)
    page.mouse.up()
    eventually(page, lambda: number(area.inner_text()) > told)
    moved = number(area.inner_text())
    page.locator(".map-corner").first.focus()
    page.keyboard.press("Shift+ArrowUp")
    eventually(page, lambda: number(area.inner_text()) != moved)
    undo.click()
    eventually(page, lambda: number(area.inner_text()) == moved)
    undo.click()
    eventually(page, lambda: number(area.inner_text()) == pytest.approx(told, abs=1))
    redo.click()
    eventually(page, lambda: number(area.inner_text()) == moved)
    save(page)
    corrected = footprint(client, busy_server, building)
    assert square_metres(corrected["coordinates"][0]) == pytest.approx(moved, rel=0.02)

    # Both stand in the building's history, with what they rest on.
    page.goto(f"/estates/{building['estate']}/history")
    expect(page.locator(".history")).to_contain_text("规划图")


def test_a_footprint_left_without_saving_changes_nothing(map_page, server, client):
    building = some_building(client, server)
    was = footprint(client, server, building)
    page = open_building(map_page, server, building)
    begin(page)
    page.get_by_role("button", name="重画").click()
    x, y = page.middle
    draw(page, [(x - 50, y - 30), (x + 50, y - 30), (x, y + 40)])
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="取消", exact=True).click()
    expect(page.locator("[data-map-draw]")).to_be_hidden()
    assert len(asked) == 1 and re.search("放弃", asked[0])
    assert footprint(client, server, building) == was
