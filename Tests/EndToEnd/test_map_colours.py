"""The map's colours are told apart by everybody: by daylight, in the dark, and without red, green or blue."""

import itertools
import math
import re

import mapbox_vector_tile
import pytest
from playwright.sync_api import expect

import city as cities
from maps import CITY, legend, parameters, picture

# What is drawn does not depend on the database.
ENGINES = ["sqlite"]

# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency, 2009.
EYES = {
    "all colours": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(colour, eye):
    """CIELAB of an sRGB colour ("rgb(1, 2, 3)") as such an eye sees it."""
    light = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in light]
    r, g, b = (min(1, max(0, sum(m * part for m, part in zip(row, light)))) for row in EYES[eye])
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def swatches(page):
    """The colours beside the legend's entries; the ring of what is unknown stays out."""
    return page.locator("[data-map-legend] .swatch:not(.hollow)").evaluate_all(
        "(marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor)")  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("question, first", [("roofLeakage", "不渗漏"), ("leakingShare", "< 20%"), ("built", "1970")])
def test_five_steps_in_order_and_a_ring_for_what_is_unknown(map_page, theme, question, first):
    page = map_page(f"?district=430111&colour={question}", theme=theme)
    expect(page.locator("[data-map-legend]")).to_contain_text(first)
    assert len(legend(page)) == 6 and list(legend(page))[-1] == "未知"
    expect(page.locator("[data-map-legend] .swatch.hollow")).to_have_count(1)
    colours = swatches(page)
    assert len(colours) == 5
    for eye in EYES:
        labs = [seen(colour, eye) for colour in colours]
        assert min(math.dist(a, b) for a, b in itertools.combinations(labs, 2)) > 11, (theme, eye, colours)
        # In order: ever darker by daylight, ever lighter in the dark.
        steps = [(a[0] - b[0]) * (1 if theme == "light" else -1) for a, b in itertools.pairwise(labs)]
        assert min(steps) > 1, (theme, eye, steps)


def tile_of_sums(*values):
    """A tile with a circle of many estates for each value; None for one without an answer."""
    features = [
        {
            "geometry": f"POINT({600 + 700 * i} 2000)",
            "properties": {"estates": 40, "past": "aaaaaaaaa", **({} if value is None else {"value": value})},
        }
        for i, value in enumerate(values)
    ]
    return mapbox_vector_tile.encode([{"name": "estates", "features": features}])


@pytest.mark.parametrize("question, values, words", [
    ("roofLeakage", ("good", "poor", None), "按最多的答案着色"), ("leakingShare", (12.5, 88.0, None), "按平均值着色"),
])  # fmt: skip
def test_circles_of_many_estates_wear_what_most_of_them_answer(person, server, question, values, words):
    page = person(server, "cityOfficer")
    body = tile_of_sums(*values)
    page.route("**/tiles/**", lambda route: route.fulfill(body=body, content_type="application/vnd.mapbox-vector-tile"))
    page.goto(f"/map?{CITY}&colour={question}")
    cities.wait_for_map(page)
    expect(page.locator("[data-map-legend]")).to_contain_text(words)
    expect(page.locator("[data-map-legend]")).to_contain_text("多个小区，放大后着色")
    # Switched off, an answer takes its circles away, and the others stay.
    cities.wait_for_map(page)
    before = picture(page)
    page.locator("[data-map-legend] input").first.uncheck()
    cities.wait_for_map(page)
    page.wait_for_timeout(1000)
    one = picture(page)
    assert one != before
    worst = "poor" if question == "roofLeakage" else "4"
    page.locator(f"[data-map-legend] input[value='{worst}']").uncheck()
    expect(page.locator(f"[data-map-legend] input[value='{worst}']")).to_be_focused()
    page.wait_for_timeout(1000)
    assert picture(page) != one
    assert worst in parameters(page)["off"].split(",")


def test_by_stage_the_circles_of_many_say_so(map_page):
    page = map_page(f"?{CITY}")
    expect(page.locator("[data-map-legend]")).to_contain_text("多个小区合成的圆按最多的阶段着色")
    page = map_page("?district=430111")
    expect(page.locator("[data-map-legend]")).not_to_contain_text("多个小区")


def test_a_class_of_numbers_is_switched_off(map_page):
    page = map_page("?district=430111&colour=built")
    expect(page.locator("[data-map-legend]")).to_contain_text("1970 年前")
    before = picture(page)
    page.get_by_label("1980–1989").uncheck()
    assert parameters(page)["off"] == "2"
    page.wait_for_timeout(1000)
    assert picture(page) != before
