"""An estate's history is its own and that of its projects and buildings, in words."""

import re

from playwright.sync_api import expect

# What is told does not depend on the database.
ENGINES = ["sqlite"]


def test_the_stages_of_a_project_stand_in_the_history_of_its_estate(person, server, client):
    found = client(server, "cityOfficer").get("/api/v1/estates?stage=works").json["estates"]
    page = person(server, "cityOfficer")
    page.goto(f"/estates/{found[0]['id']}/history")
    told = page.locator(".history li", has=page.locator("a[href^='/projects/']"))
    expect(told.first).to_contain_text("阶段为")
    codes = [text for text in page.locator(".history li").all_inner_texts() if re.search(r"[a-z]+\.[a-z]+", text)]
    assert codes == []
