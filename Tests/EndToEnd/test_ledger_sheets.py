"""Sheets of the ledger: from any number to its entries, from an entry to its evidence, back from a photo to its payment.

The same queries run on PostgreSQL in the package's own tests.
"""

import csv
import io
import json
import re
import sqlite3
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

import city as cities

ENGINES = ["sqlite"]
# A city's first project, one of another district whose residents pay by household, one whose owners gave space.
PHOTOGRAPHED, BY_HOUSEHOLD, WITH_SPACE = "CSP-0002", "CSP-0031", "CSP-0017"
DRILL = re.compile(r'<a href="(/ledger/entries\?[^"]*)">(-?¥[\d,.]+)</a>')
SUM = re.compile(r"<b data-sum>(-?¥[\d,.]+)")


@pytest.fixture(scope="module")
def photo(pristine_city):
    """A photo of an estate that the photographed project works on: its id and its digest."""
    database = sqlite3.connect(f"file:{pristine_city.folder}/yiju.sqlite?mode=ro", uri=True)
    try:
        row = database.execute(
            "SELECT photo.id, photo.digest FROM photo JOIN project_estate ON project_estate.estate = photo.estate"
            " JOIN project ON project.id = project_estate.project WHERE project.number = ? ORDER BY photo.id",
            [PHOTOGRAPHED],
        ).fetchone()
    finally:
        database.close()
    id = row[0].hex() if isinstance(row[0], bytes) else row[0].replace("-", "")
    return "-".join((id[:8], id[8:12], id[12:16], id[16:20], id[20:])), row[1]


@pytest.fixture(scope="module")
def town(pristine_city, photo, tmp_path_factory):
    """A city for these tests alone, in which one entry names a photo."""
    folder = tmp_path_factory.mktemp("sheets")
    copy = pristine_city.copy(folder / "city")
    move = {"move": "plan", "source": "central-2026", "project": PHOTOGRAPHED, "year": 2026, "amount": 123}
    authority = {"kind": "document", "reference": "test"}
    entry = {"key": "photo", "day": "2026-06-30", "authority": authority, "evidence": [photo[1]], "moves": [move]}
    mended = {**entry, "key": "mended", "memo": "少记 1 分", "moves": [{**move, "amount": 1}], "corrects": "photo"}
    del mended["evidence"]
    lines = "".join(json.dumps(line) + "\n" for line in (entry, mended))
    (folder / "entries.jsonl").write_text(lines, encoding="utf-8")
    copy.run("ledger", "post", str(folder / "entries.jsonl"))
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture(scope="module")
def officer(town, client):
    return client(town, "cityOfficer")


def opened(client, path):
    sent = client.get(path)
    assert sent.status == 200, (path, sent.text[:500])
    return sent.text


def drills(text):
    """Where the amounts of a sheet lead, with the amounts."""
    return [(link.replace("&amp;", "&"), amount) for link, amount in DRILL.findall(text)]


@pytest.mark.parametrize("number", [PHOTOGRAPHED, BY_HOUSEHOLD, WITH_SPACE, "CSP-0090"])
@pytest.mark.parametrize("moment", ["", "?as-of=2021-06-30"])
def test_every_amount_of_a_project_opens_entries_that_sum_to_it(officer, number, moment):
    found = drills(opened(officer, f"/ledger/projects/{number}{moment}"))
    assert len(found) > (0 if moment else 20)
    assert all("as-of=2021-06-30" in link for link, _ in found if moment)
    wrong = [(link, amount) for link, amount in found if SUM.search(opened(officer, link))[1] != amount]
    assert wrong == []


def test_a_projects_contracts_tell_their_versions_on_whose_approval_and_as_a_file(officer):
    text = opened(officer, f"/ledger/projects/{BY_HOUSEHOLD}")
    rows = re.findall(r"<tr.*?</tr>", text[text.index('id="versions"'):].split("</section>")[0], re.DOTALL)
    assert "签约" in rows[1] and "中标通知" in rows[1] and "第 1 版" in rows[1]
    assert "变更累计" in rows[2] and "变更批复" in rows[2] and "-¥" in rows[2], "beyond the estimate"
    sent = officer.get(f"/ledger/projects/{BY_HOUSEHOLD}/contracts.csv")
    lines = list(csv.reader(io.StringIO(sent.body.decode("utf-8-sig"))))
    assert sent.status == 200 and len(lines) == len(rows)
    ceiling, together, estimate = (float(value) for value in lines[2][5:8])
    assert ceiling == together > estimate > 0


def test_every_fen_of_a_source_stands_somewhere_and_opens_its_entries(officer):
    text = opened(officer, "/ledger/sources/central-2020")
    document = re.search(r'<span class="number">(¥[\d,.]+)</span>', text)[1]
    assert re.search(r"<span data-sum>(¥[\d,.]+)</span>", text)[1] == document
    found = drills(text)
    assert len(found) > 50
    for link, amount in found[-8:]:
        assert SUM.search(opened(officer, link))[1] == amount, link


def test_the_journal_is_narrowed_by_chips_that_come_off_again(person, town):
    page = person(town, "cityOfficer")
    page.goto(f"/ledger/entries?project={PHOTOGRAPHED}&stage=paid")
    chips = page.locator(".chips a")
    assert chips.count() == 2
    narrow = page.locator("[data-sum]").inner_text()
    chips.filter(has_text="环节").click()
    page.wait_for_url(lambda address: "stage" not in address)
    expect(page.locator(".chips a")).to_have_count(1)
    assert page.locator("[data-sum]").inner_text() != narrow
    days = page.locator("td[data-label=生效日] time").evaluate_all("all => all.map(e => e.dateTime)")
    assert len(days) > 5 and days == sorted(days, reverse=True)
    page.locator("th a.sort", has_text="生效日").click()
    page.wait_for_url(re.compile("sort=day"))
    days = page.locator("td[data-label=生效日] time").evaluate_all("all => all.map(e => e.dateTime)")
    assert days == sorted(days)
    page.locator("select[name=move]").select_option("pay")
    page.wait_for_url(re.compile("move=pay"))
    expect(page.locator(".chips")).to_contain_text("支付")
    page.goto("/ledger/entries?q=没有这样的分录")
    expect(page.locator("main")).to_contain_text("没有符合条件的分录")


def test_the_journal_is_narrowed_by_classes_of_work_and_leaves_as_a_file(person, town, officer):
    page = person(town, "cityOfficer")
    page.goto(f"/ledger/entries?project={BY_HOUSEHOLD}&stage=paid")
    page.locator("select[name=class]").select_option("completion")
    page.wait_for_url(re.compile("class=completion"))
    expect(page.locator(".chips")).to_contain_text("完善类")
    narrow = page.locator("[data-sum]").inner_text()
    sent = officer.get(f"/ledger/entries.csv?project={BY_HOUSEHOLD}&stage=paid&class=completion")
    lines = list(csv.DictReader(io.StringIO(sent.body.decode("utf-8-sig"))))
    assert sent.status == 200 and lines
    sums = sum(round(float(line["金额（元）"]) * 100) for line in lines)
    assert f"¥{sums / 100:,.2f}" == narrow
    whole = SUM.search(opened(officer, f"/ledger/entries?project={BY_HOUSEHOLD}&stage=paid"))[1]
    assert float(whole[1:].replace(",", "")) * 100 > sums > 0
    asked = opened(officer, f"/ledger/ask?by=item&stage=paid&project={BY_HOUSEHOLD}&class=completion")
    assert f"{sums / 100:,.2f}" in asked


def test_the_classes_of_the_flows_open_the_entries_behind_them(officer):
    text = opened(officer, "/ledger/flows?district=430111&year=2020")
    links = re.findall(r'<a href="(/ledger/entries\?[^"]*class=[^"]*)">([\d,.]+)</a>', text)
    assert links
    for link, amount in links[:6]:
        behind = SUM.search(opened(officer, link.replace("&amp;", "&")))[1]
        assert abs(float(behind[1:].replace(",", "")) / 10_000 - float(amount.replace(",", ""))) < 0.0051


def test_an_entry_balances_and_tells_what_it_broke(officer):
    listed = opened(officer, f"/ledger/entries?q={BY_HOUSEHOLD}:commit2")
    number = re.search(r'href="/ledger/entries/(\d+)"', listed)[1]
    text = opened(officer, f"/ledger/entries/{number}")
    assert "破例" in text and "现场变更未及时报批概算调整" in text and "超过批复概算余额" in text
    debit, credit = re.findall(r"¥[\d,.]+", re.search(r"<tfoot>.*?</tfoot>", text)[0])
    assert debit == credit
    assert f'href="/ledger/projects/{BY_HOUSEHOLD}"' in text
    assert officer.get("/ledger/entries/999999999").status == 404
    assert officer.get("/ledger/entries/many").status == 404


def test_an_entry_leads_to_the_one_that_corrects_it_and_back(officer):
    def number(key):
        return re.search(r'href="/ledger/entries/(\d+)"', opened(officer, f"/ledger/entries?q={key}"))[1]

    corrected, correction = number("photo"), number("mended")
    text = opened(officer, f"/ledger/entries/{corrected}")
    assert f'更正于 <a href="/ledger/entries/{correction}">' in text and "少记 1 分" in text
    assert f'href="/ledger/entries/{corrected}"' in opened(officer, f"/ledger/entries/{correction}")


def test_from_a_photo_to_the_entry_and_back(person, town, photo):
    page = person(town, "cityOfficer")
    page.goto(f"/photos/{photo[0]}")
    page.locator("#facts a", has_text="1 笔分录").click()
    page.wait_for_url(re.compile("evidence="))
    expect(page.locator("[data-sum]")).to_have_text("¥1.23")
    page.locator("tbody th a").click()
    page.wait_for_url(re.compile(r"/ledger/entries/\d+$"))
    page.locator("#evidence a", has_text="查看照片").click()
    page.wait_for_url(re.compile("/photos/" + photo[0]))


def test_a_file_is_given_to_those_who_read_an_entry_that_names_it_and_to_nobody_else(officer, town, client, photo):
    listed = opened(officer, f"/ledger/entries?evidence={photo[1]}")
    number = re.search(r'href="/ledger/entries/(\d+)"', listed)[1]
    sent = officer.get(f"/ledger/entries/{number}/{photo[1]}.file")
    assert sent.status == 200 and sent.body[:2] == b"\xff\xd8"
    assert officer.get(f"/ledger/entries/1/{photo[1]}.file").status == 404
    assert client(town, "districtOfficer", "430111").get(f"/ledger/entries/{number}/{photo[1]}.file").status == 404


def test_a_household_reads_what_became_of_its_money(officer):
    listed = opened(officer, f"/ledger/households/{BY_HOUSEHOLD}")
    shares = re.findall(rf'href="(/ledger/households/{BY_HOUSEHOLD}/[^"]+)"', listed)
    assert len(shares) > 20
    text = opened(officer, f"/ledger/households/{BY_HOUSEHOLD}/{quote('住户-1')}")
    plain = re.sub(r"<[^>]+>", "", text)
    assert re.search(r"答应出资 ¥[\d,.]+。", plain)
    amount = {name: re.search(rf"<dt>{name}</dt><dd>(?:<a[^>]*>)?¥?([\d,.—]+)", text)[1] for name in ("已收到", "已使用", "还在账上")}
    fen = {name: 0 if text == "—" else int(re.sub(r"\D", "", text)) for name, text in amount.items()}
    returned = re.search(r"<dt>已退还</dt><dd>(?:<a[^>]*>)?¥?([\d,.—]+)", text)[1]
    back = 0 if returned == "—" else int(re.sub(r"\D", "", returned))
    assert fen["已收到"] - back == fen["已使用"] + fen["还在账上"]
    assert officer.get(f"/ledger/households/{BY_HOUSEHOLD}/nobody").status == 404


def test_given_space_counts_and_pays_no_bill(officer):
    text = opened(officer, f"/ledger/households/{WITH_SPACE}/{quote('业主大会')}")
    assert "让渡公共空间使用权" in text and "不用来付账" in text


def test_a_district_reads_its_own_projects_alone(client, town):
    district = client(town, "districtOfficer", "430111")
    own = opened(district, "/ledger/entries")
    assert f"/ledger/projects/{PHOTOGRAPHED}" not in own
    assert "找到 <b>0" in opened(district, f"/ledger/entries?project={PHOTOGRAPHED}")
    for path in (f"/ledger/projects/{PHOTOGRAPHED}", f"/ledger/households/{PHOTOGRAPHED}", "/ledger/projects/none"):
        assert district.get(path).status == 404, path
    assert district.get("/ledger/projects/" + BY_HOUSEHOLD).status == 200


def test_the_public_part_stands_on_the_estates_page_and_leads_on_for_readers_of_the_ledger(officer, client, town):
    def money(reader):
        projects = re.findall(r'href="/projects/([0-9a-f-]{36})"', opened(reader, "/projects?stage=aftercare"))
        estate = re.search(r'href="/estates/([0-9a-f-]{36})"', opened(reader, f"/projects/{projects[0]}"))[1]
        text = opened(reader, f"/estates/{estate}")
        return re.search(r'<section class="card" id="money">.*?</section>', text, re.S)

    seen = money(officer)
    assert seen and "中央资金" in seen[0] and "/ledger/projects/CSP-" in seen[0]
    visible = money(client(town, "contractor"))
    assert visible and "中央资金" in visible[0] and "/ledger/" not in visible[0]


def test_a_project_of_the_register_leads_to_its_money_and_back(person, town):
    page = person(town, "cityOfficer")
    page.goto(f"/ledger/projects/{PHOTOGRAPHED}")
    page.get_by_role("link", name="项目页面").click()
    page.wait_for_url(re.compile(r"/projects/[0-9a-f-]{36}$"))
    page.get_by_role("main").get_by_role("link", name="一本账").click()
    page.wait_for_url(re.compile("/ledger/projects/" + PHOTOGRAPHED))
