"""The city on the wall of the command room: all of it in sight, and what is done appears by itself."""

import re

import pytest
from playwright.sync_api import expect

import city as cities
from conftest import REPORTS

YUHUA = "430111"


@pytest.fixture
def wall(person, busy_server):
    def hang(role="cityOfficer", place="", server=busy_server, **options):
        page = person(server, role, place, **({"width": 1920, "height": 1080} | options))
        page.goto("/wall")
        return page

    return hang


def is_live(page):
    expect(page.locator("[data-wall-state]")).to_have_attribute("data-state", "live")


def correct(page, estate, households):
    """A person corrects a fact, on pages, as always."""
    page.goto(f"/estates/{estate['id']}/edit?field=households")
    page.locator("[name='fact.households']").fill(str(households))
    page.locator("[name=evidence]").fill("张三来电")
    page.get_by_role("button", name="保存更正").click()
    page.wait_for_url(re.compile(r"saved=1"))


def test_what_somebody_corrects_appears_without_a_reload(wall, person, busy_server, client):
    found = client(busy_server, "cityOfficer").get(f"/api/v1/estates?district={YUHUA}&sort=-households&limit=9")
    estate = found.json["estates"][8]
    page = wall()
    is_live(page)
    page.evaluate("document.documentElement.dataset.sameDocument = '1'")
    was = estate["households"]
    correct(person(busy_server, "districtOfficer", YUHUA), estate, was + 7)
    act = page.locator("[data-act]", has_text=estate["name"]).first
    expect(act).to_contain_text("「户数」")
    expect(act.locator("del")).to_contain_text(f"{was:,}")
    expect(act.locator("ins")).to_contain_text(f"{was + 7:,}")
    expect(act).to_have_class(re.compile("is-new"))
    assert page.locator("html[data-same-document]").count() == 1
    # Anybody looks at a wall: no name, no word of what people wrote.
    text = page.locator("[data-wall]").inner_text()
    assert "李伟" not in text and "张三" not in text
    is_live(page)


def test_the_figures_are_those_of_the_city_page(wall, server, client):
    page = wall(server=server)
    total = client(server, "cityOfficer").get("/api/v1/estates").json["total"]
    shown = [int(number.replace(",", "")) for number in page.locator(".wall-number").all_inner_texts()]
    assert shown[0] == total == sum(shown[1:])
    # Start of the year and change add up to now, as the table twin says.
    rows = page.locator(".wall-twin table").first.locator("tbody tr").all()
    for row in rows:
        cells = row.locator("td").all_text_contents()
        begun, now, change = (int(re.sub("[,±]", "", cell).replace("−", "-")) for cell in cells)
        assert begun + change == now
    districts = page.locator(".wall-twin table").nth(1).locator("tbody tr")
    assert districts.count() == 9 == page.locator(".wall-map svg > path").count()
    assert sum(int(row.locator("td").first.text_content().replace(",", "")) for row in districts.all()) == total


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)], ids=["1080p", "2160p"])
def test_all_of_it_is_in_sight_and_can_be_read_from_afar(wall, server, assert_accessible, size, engine):
    width, height = size
    page = wall(server=server, width=width, height=height)
    is_live(page)
    assert page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == [width, height]
    assert page.locator("html").get_attribute("data-theme") == "dark"
    # On a screen two metres wide 1/80 of the width is 25 mm; the least of the words has four fifths of that.
    least = page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector('.wall-parts'), NodeFilter.SHOW_TEXT);
            const sizes = [];
            while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                if (element.closest('.hidden, .wall-twin, svg') || !walker.currentNode.data.trim()) continue;
                sizes.push(parseFloat(getComputedStyle(element).fontSize));
            }
            return Math.min(...sizes);
        }"""
    )
    assert least >= width / 80 * 0.8
    # No district's figures are cut off; of the acts only whole ones are seen.
    card = page.locator(".wall-programme").bounding_box()
    last = page.locator(".wall-bars li").last.bounding_box()
    assert last["y"] + last["height"] <= card["y"] + card["height"]
    assert_accessible(page)
    REPORTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=REPORTS / f"wall-{width}-{engine}.png")


def test_on_a_phone_it_is_read_from_top_to_bottom(wall, server, assert_accessible, engine):
    page = wall("districtOfficer", YUHUA, server=server, width=390, height=844)
    is_live(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("heading", name="以表格查看")).to_be_visible()
    assert_accessible(page)
    REPORTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=REPORTS / f"wall-390-{engine}.png", full_page=True)


def test_it_is_reached_from_the_city_page_and_leads_back(person, server):
    page = person(server, "cityOfficer")
    page.goto("/")
    page.get_by_role("link", name="指挥大屏").click()
    expect(page.locator("[data-wall]")).to_be_visible()
    page.get_by_role("link", name="返回总览").click()
    expect(page.locator("h1")).to_contain_text("总览")


def test_the_key_f_fills_the_screen_and_gives_it_back(wall, server):
    page = wall(server=server)
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement === null")


def test_a_broken_line_is_said_and_taken_up_again(chromium, own_server, client):
    # A context of its own: the browser complains of a server that is gone, as it should.
    context = cities.new_context(chromium, own_server.url, width=1920, height=1080)
    token = client(own_server, "cityOfficer").cookies["yiju_session"]
    context.add_cookies([{"name": "yiju_session", "value": token, "url": own_server.url}])
    page = context.new_page()
    page.goto("/wall")
    is_live(page)
    own_server.stop()
    state = page.locator("[data-wall-state]")
    expect(state).to_have_attribute("data-state", "broken")
    expect(state).to_have_text(re.compile(r"^实时连接中断 · \d\d:\d\d 起$"))
    own_server.start()
    is_live(page)
    context.close()


def test_whoever_signs_out_elsewhere_ends_the_wall(new_page, own_server):
    page = new_page(own_server, width=1920, height=1080)
    cities.sign_in(page, own_server.city.account("cityOfficer"))
    page.goto("/wall")
    is_live(page)
    other = page.context.new_page()
    other.goto("/")
    other.locator(".me summary").click()
    other.get_by_role("button", name="退出登录").first.click()
    expect(page.get_by_role("link", name="登录已结束，请重新登录")).to_be_visible()
    page.get_by_role("link", name="登录已结束，请重新登录").click()
    page.wait_for_url(re.compile(r"/sign-in\?back=%2Fwall"))
