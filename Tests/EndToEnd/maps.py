"""What tests of the map share: what its address, legend, totals and tiles tell, and where a place lies on screen."""

import math
import re
import urllib.parse

import mapbox_vector_tile
from playwright.sync_api import expect

CITY = "view=112.98000,28.20000,7.20"
STAGES = ["待改造", "已列入", "施工中", "已验收", "长效管理", "未纳入"]


def parameters(page):
    return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query).items()}


def eventually(page, condition):
    """Waits until the condition holds, as long as an expectation waits."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come to hold within a minute")


def features(page, layer="estates"):
    """What the tiles hold that came since they were last forgotten."""
    return [
        feature
        for tile in page.tiles if tile.status == 200
        for feature in mapbox_vector_tile.decode(tile.body()).get(layer, {"features": []})["features"]
    ]  # fmt: skip


def number(text):
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def totals_of_the_view(page):
    """The totals once they are those of the view."""
    expect(page.locator("[data-total-title]")).to_have_text("视野内")
    return number(page.locator("[data-total=estates]").inner_text())


def legend(page):
    """The entries of the legend with what stands beside them."""
    lines = page.locator("[data-map-legend] label.legend-item").all()
    return {line.locator("span").last.inner_text(): line.locator("b").inner_text() for line in lines}


def spot(page, place):
    """Where a place (longitude, latitude) lies on the screen, by the view that the address tells."""
    longitude, latitude, zoom = map(float, parameters(page)["view"].split(","))
    side = 512 * 2**zoom

    def world(degrees_east, degrees_north):
        y = math.asinh(math.tan(math.radians(degrees_north))) / math.tau
        return degrees_east / 360 * side, -y * side

    canvas = page.locator(".map-canvas").bounding_box()
    (x, y), (middle_x, middle_y) = world(*place), world(longitude, latitude)
    return canvas["x"] + canvas["width"] / 2 + x - middle_x, canvas["y"] + canvas["height"] / 2 + y - middle_y


def picture(page):
    """What the map shows where nothing floats over it."""
    return page.screenshot(clip={"x": 340, "y": 100, "width": 980, "height": 640})


def one_estate(client, server, query="district=430111&stage=works"):
    lines = client(server, "cityOfficer").get(f"/api/v1/estates?{query}").json["estates"]
    return next(line for line in lines if line["location"])


def parameters_of(query):
    return {name: values[0] for name, values in urllib.parse.parse_qs(query[1:]).items()}


def begin_drawing(page):
    page.locator("html[data-map-drawing='1']").wait_for(state="attached")
    page.get_by_role("button", name="重画").click()
    expect(page.locator("[data-draw-area]")).to_have_text("0 个角点")


def draw(page, corners):
    """Sets the corners one by one and closes at the first."""
    for x, y in [*corners, corners[0]]:
        page.mouse.click(x, y)
        page.wait_for_timeout(60)


def outline_of(client, server, estate):
    features = client(server, "cityOfficer").get(f"/estates/{estate['id']}/outline.geojson").json["features"]
    return features[0]["geometry"]


def square_metres(ring):
    """Of a small ring of degrees, on a sphere."""
    east = 111_320 * math.cos(math.radians(ring[0][1]))
    flat = [((x - ring[0][0]) * east, (y - ring[0][1]) * 110_860) for x, y in ring]
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(flat, flat[1:]))) / 2
