"""What the arrow keys do belongs to the reader: they scroll, walk a table once it is entered, and choose in a filter."""

import re

from playwright.sync_api import expect

# What keys do does not depend on the database.
ENGINES = ["sqlite"]


def focused_row(page):
    return page.evaluate("[...document.querySelectorAll('[data-row-link]')].indexOf(document.activeElement)")


def test_arrow_keys_leave_the_page_alone_until_a_table_is_entered(person, server):
    page = person(server, "cityOfficer")
    page.goto("/estates")
    page.keyboard.press("ArrowDown")
    assert focused_row(page) == -1
    page.locator("[data-row-link]").first.focus()
    page.keyboard.press("ArrowDown")
    assert focused_row(page) == 1


def test_keys_walk_through_a_filter_and_enter_sends_it(person, server):
    page = person(server, "cityOfficer")
    page.goto("/estates")
    districts = page.locator("main .filters select[name=district]")
    districts.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(districts).not_to_have_value("")
    assert "district=" not in page.url
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/estates\?.*district=\d{6}"))


def test_rare_filters_wait_behind_a_line_and_are_open_while_one_is_used(person, server):
    page = person(server, "cityOfficer")
    page.goto("/estates")
    expect(page.locator("select[name=rule]")).to_be_hidden()
    page.get_by_text("更多筛选").click()
    page.locator("select[name=completed]").select_option("any")
    page.wait_for_url(re.compile("completed=any"))
    expect(page.locator("select[name=completed]")).to_have_value("any")
    expect(page.locator("select[name=rule]")).to_be_visible()
