"""A district officer at work: a messy spreadsheet comes in, a fact is corrected, everybody can read who did it.

Runs on both engines: every step here is a query or a transaction of its own kind.
"""

import csv
import io
import json
import re

import openpyxl
import pytest
from playwright.sync_api import expect

import city as cities

YUHUA, FURONG = "430111", "430102"


@pytest.fixture
def officer(person, busy_server):
    return person(busy_server, "districtOfficer", YUHUA)


def estates(client, server, query, role="cityOfficer"):
    return client(server, role).get(f"/api/v1/estates?{query}").json["estates"]


def send_file(page, path):
    page.goto("/imports")
    page.locator("input[name=file]").set_input_files(path)
    page.locator("form[action='/imports'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}$"))


def tile(page, label):
    """The number on the tile of a preview with this label."""
    found = page.locator(".figure", has=page.locator(".label", has_text=re.compile(f"^{label}$"))).locator(".number")
    return int(found.inner_text()) if found.count() else 0


def rows_of(download):
    """The rows of a workbook that the browser saved, under a name without an ending."""
    book = openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))
    return list(book.active.iter_rows(values_only=True))


def test_a_messy_spreadsheet_is_previewed_imported_and_found(new_page, busy_server):
    page = new_page(busy_server)
    account = busy_server.city.account("districtOfficer", YUHUA)
    cities.sign_in(page, account)
    sample = next((busy_server.city.folder / "samples").glob("*杂乱.xlsx"))
    send_file(page, sample)

    # The preview stores nothing, names the two bad rows and why, and what the good rows would do.
    assert (tile(page, "新增"), tile(page, "不能导入")) == (4, 2)
    refused = page.locator("#rows-refused")
    expect(refused).to_contain_text("幸福大院")
    expect(refused).to_contain_text("雨花新城街道")
    expect(refused).to_contain_text("负面积院")
    page.context.new_page().goto("/estates?q=合成里")
    expect(page.context.pages[-1].locator("main")).to_contain_text("没有符合条件的小区")
    batch = page.url

    page.locator("button[name=take][value=good]").click()
    expect(page.locator("main")).to_contain_text("导入完成")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载未导入的行").click()
    rows = rows_of(download.value)
    text = "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)
    assert "幸福大院" in text and "负面积院" in text and "合成里" not in text

    # "约320户" is 320 and marked as about; 2.31 万㎡ are 23,100 m²; "90年代" is a range.
    page.goto("/estates?q=合成里")
    row = page.locator("tbody tr", has_text="合成里")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("320")
    expect(row).to_contain_text("23,100")
    expect(row).to_contain_text("1990–1999")
    row.get_by_role("link", name="合成里").click()
    expect(page.locator("h1")).to_contain_text("合成里")
    expect(page.locator("#history")).to_contain_text(account.others["person"])

    # The same file again finds nothing new in its good rows.
    send_file(page, sample)
    assert page.url != batch
    assert (tile(page, "新增"), tile(page, "更改"), tile(page, "无变化"), tile(page, "不能导入")) == (0, 0, 4, 2)


def test_a_corrected_fact_is_told_in_the_history(officer, busy_server, client):
    estate = estates(client, busy_server, f"district={YUHUA}&sort=-households&limit=5")[0]
    page, was = officer, estate["households"]
    page.goto(f"/estates/{estate['id']}")
    page.get_by_role("link", name="更正数据").first.click()
    page.locator("[name='fact.households']").fill(str(was + 3))
    page.locator("[name=evidence]").fill("不动产登记")
    page.get_by_role("button", name="保存更正").click()
    page.wait_for_url(re.compile(r"saved=1"))

    page.goto(f"/estates/{estate['id']}/history")
    line = page.locator(".history li").first
    expect(line.locator(".who")).to_contain_text("李伟")
    expect(line).to_contain_text("户数")
    expect(line.locator("del")).to_contain_text(f"{was:,}")
    expect(line.locator("ins")).to_contain_text(f"{was + 3:,}")
    expect(line).to_contain_text("依据：不动产登记")
    assert client(busy_server, "cityOfficer").get(f"/api/v1/estates/{estate['id']}").status == 200


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(officer, busy_server, client):
    estate = estates(client, busy_server, f"district={YUHUA}&sort=-households&limit=5")[1]
    officer.goto(f"/estates/{estate['id']}/edit")
    officer.locator("[name='fact.households']").fill("很多户")
    officer.get_by_role("button", name="保存更正").click()
    field = officer.locator("[name='fact.households']")
    expect(field).to_have_value("很多户")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(officer.locator("[name=evidence]")).to_have_attribute("aria-invalid", "true")
    assert estates(client, busy_server, f"q={estate['number']}")[0]["households"] == estate["households"]


@pytest.mark.parametrize("path", ["", "/edit", "/history", "/buildings/new"])
def test_another_district_stays_closed(officer, busy_server, client, path):
    foreign = estates(client, busy_server, f"district={FURONG}&limit=1")[0]
    answer = officer.goto(f"/estates/{foreign['id']}{path}")
    assert answer.status in (403, 404)
    assert foreign["name"] not in officer.locator("main").inner_text()


def test_another_district_cannot_be_written_searched_or_exported(busy_server, client):
    mine = client(busy_server, "districtOfficer", YUHUA)
    foreign = estates(client, busy_server, f"district={FURONG}&limit=1")[0]
    sent = mine.post(f"/estates/{foreign['id']}/edit", {"version": 1, "name": "别人的小区", "was.name": foreign["name"]})
    assert sent.status in (403, 404)
    assert mine.get(f"/api/v1/estates/{foreign['id']}").status in (403, 404)
    assert mine.get(f"/api/v1/estates?q={foreign['number']}").json["total"] == 0
    assert mine.get(f"/api/v1/estates?district={FURONG}").json["total"] == 0
    places = {estate["place"][:6] for estate in mine.get("/api/v1/estates?limit=200").json["estates"]}
    assert places == {YUHUA}
    assert mine.get(f"/estates.geojson?district={FURONG}").status == 403
    everywhere = "/map/totals.json?bbox=73,18,135,54"
    assert mine.get(f"{everywhere}&district={FURONG}").json["estates"] == 0
    assert 0 < mine.get(everywhere).json["estates"] <= mine.get("/api/v1/estates").json["total"]
    assert estates(client, busy_server, f"q={foreign['number']}")[0]["name"] == foreign["name"]


def test_the_list_shows_only_the_own_district(officer, busy_server, client):
    officer.goto("/estates")
    places = officer.locator("tbody td[data-label='所在']").all_inner_texts()
    assert len(places) == 50 and all(place.startswith("雨花区") for place in places)
    total = client(busy_server, "cityOfficer").get(f"/api/v1/estates?district={YUHUA}").json["total"]
    expect(officer.locator("main")).to_contain_text(f"找到 {total:,}\u00a0个小区")


def test_two_officers_edit_the_same_estate_and_the_second_chooses(officer, person, busy_server, client):
    street = busy_server.city.account("subdistrictOfficer").place
    estate = estates(client, busy_server, f"subdistrict={street}&sort=-households&limit=5")[3]
    first, second, was = officer, person(busy_server, "subdistrictOfficer"), estate["households"]
    for page in (first, second):
        page.goto(f"/estates/{estate['id']}/edit")
    fill(first, was + 10, "现场摸底", address="劳动路1号")
    first.wait_for_url(re.compile("saved=1"))
    fill(second, was + 20, "物业台账")

    # The second sees both values and whose is whose; nothing is chosen beforehand.
    expect(second.locator("h1")).to_contain_text("对照后选择")
    asked = second.locator("fieldset.conflict")
    expect(asked).to_have_count(1)
    for text in ("李伟", f"{was:,}", f"{was + 10:,}", f"{was + 20:,}"):
        expect(asked).to_contain_text(text)
    assert second.locator("input[type=radio]:checked").count() == 0
    expect(second.locator("main")).to_contain_text("劳动路1号")
    second.locator("input[type=radio][value=mine]").check()
    second.get_by_role("button", name="按所选保存").click()
    second.wait_for_url(re.compile("saved=1"))

    now = estates(client, busy_server, f"q={estate['number']}")[0]
    assert now["households"] == was + 20
    second.goto(f"/estates/{estate['id']}/history")
    whose = second.locator(".history .who").all_inner_texts()
    assert whose[:2] == ["刘芳", "李伟"]
    expect(second.locator(".history li").first).to_contain_text(f"{was + 10:,}")


def fill(page, households, evidence, address=None):
    page.locator("[name='fact.households']").fill(str(households))
    page.locator("[name=evidence]").fill(evidence)
    if address:
        page.locator("[name=address]").fill(address)
    page.get_by_role("button", name="保存更正").click()


def test_the_list_is_exported_as_a_workbook_that_opens(officer, busy_server, client):
    officer.goto("/estates?from=1990")
    total = client(busy_server, "districtOfficer", YUHUA).get("/api/v1/estates?from=1990").json["total"]
    assert total > 0
    with officer.expect_download() as download:
        officer.get_by_role("link", name="导出 XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    rows = rows_of(download.value)
    titles = list(rows[0])
    assert len(rows) == total + 1
    assert {"小区名称", "区县"} <= set(titles), titles
    assert {row[titles.index("区县")] for row in rows[1:]} == {"雨花区"}

    mine = client(busy_server, "districtOfficer", YUHUA)
    text = mine.get("/estates.csv?from=1990").body
    assert text.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))) == total + 1
    points = json.loads(mine.get("/estates.geojson?from=1990").body)
    assert points["type"] == "FeatureCollection" and len(points["features"]) == total
    assert "导出" in mine.get("/record").text
