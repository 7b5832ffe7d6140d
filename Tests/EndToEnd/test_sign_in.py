"""People sign in on a page of a real browser."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

import city as cities


def test_an_account_of_the_demo_city_signs_in(page, server):
    cities.sign_in(page, server.city.accounts[0])
    assert page.locator("main").is_visible()


def test_a_wrong_password_does_not(page, server):
    cities.send_sign_in(page, replace(server.city.accounts[0], password="not-the-password"))
    expect(page.locator("input[name=password]")).to_have_value("")
    assert page.url.endswith("/sign-in")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_page_is_accessible_and_well_formed(new_page, server, assert_accessible, assert_valid_html, locale):
    page = new_page(server, locale=locale)
    page.goto("/sign-in")
    assert_accessible(page)
    assert_valid_html(server.get("/sign-in", {"accept-language": locale})[2])
