"""The city's money: how much arrived and was used, where it flowed, from which sources; the statistical form; a cost
that is shared on trial.

The same queries run on PostgreSQL in the package's own tests.
"""

import io
import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

ENGINES = ["sqlite"]


@pytest.fixture(scope="module")
def officer(server, client):
    return client(server, "cityOfficer")


def number(text):
    return float(re.sub(r"[^\d.-]", "", text))


def column(page, title, table="#lines table"):
    return [number(text) for text in page.locator(f"{table} tbody td[data-label='{title}']").all_inner_texts()]


def total(page, position, table="#lines table"):
    return number(page.locator(f"{table} tfoot tr > *").nth(position).inner_text())


def sheet(sent):
    assert sent.status == 200, sent.text[:500]
    rows = list(openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True).worksheets[0].values)
    return rows[0], rows[1:]


@pytest.mark.parametrize("axis", ["kind", "source", "year", "district"])
def test_the_lines_sum_to_the_citys_money_whichever_way_it_is_cut(person, server, axis):
    page = person(server, "cityOfficer")
    page.goto(f"/ledger?by={axis}")
    for position, title in ((1, "计划"), (3, "到位"), (5, "支付")):
        whole, shown = total(page, position), column(page, title)
        last = page.locator("#lines .pager a[rel=next]")
        if last.count():
            page.goto(f"/ledger?by={axis}&page=2")
            shown += column(page, title)
            page.goto(f"/ledger?by={axis}")
        # Each line is rounded to 100 yuan.
        assert abs(sum(shown) - whole) < 0.01 * len(shown), (axis, title)


def test_received_money_is_what_the_command_line_counts(person, server):
    page = person(server, "cityOfficer")
    page.goto("/ledger")
    lines = json.loads(server.city.run("ledger", "balance", "--by", "year", "--format", "json").stdout)
    stages = {stage: sum(line["balance"] for line in lines if (line["stage"], line["measure"]) == (stage, "fen"))
              for stage in ("received", "paid", "returned")}  # fmt: skip
    assert abs(total(page, 5) - stages["paid"] / 1e6) < 0.01
    assert abs(total(page, 3) - sum(stages.values()) / 1e6) < 0.01


def test_a_district_is_taken_apart_into_projects_and_a_number_opens_its_entries(person, server):
    page = person(server, "cityOfficer")
    page.goto("/ledger?by=district")
    page.locator("#lines tbody th a", has_text="雨花区").click()
    page.wait_for_url(re.compile("by=project.*district=430111"))
    page.locator("#lines th a.sort", has_text="缺口").click()
    page.wait_for_url(re.compile("sort=-gap"))
    gaps = column(page, "缺口")
    assert gaps == sorted(gaps, reverse=True) and len(gaps) == 50
    assert page.locator("#lines tbody th a").first.get_attribute("href").startswith("/ledger/projects/CSP-")
    asked = parse_qs(urlsplit(page.locator("#lines td[data-label=到位] a").first.get_attribute("href")).query)
    assert asked["district"] == ["430111"] and asked["stage"] == ["received"] and asked["project"][0].startswith("CSP-")
    page.locator("#lines td[data-label=到位] a").first.click()
    page.wait_for_url(re.compile("/ledger/entries"))
    expect(page.locator("table tbody tr").first).to_be_visible()


def test_a_day_before_the_programme_shows_no_money(officer):
    for way in ("as-of=2010-01-01", "known=2010-01-01"):
        assert "这个范围没有资金" in officer.get(f"/ledger?{way}").text, way
    before, now = (officer.get(f"/ledger{way}").text for way in ("?as-of=2022-12-31", ""))
    assert before.count('class="bar-label"') < now.count('class="bar-label"')


def test_a_district_officer_sees_the_money_of_the_own_district_alone(person, server):
    page = person(server, "districtOfficer", "430111")
    page.goto("/ledger?by=district")
    assert page.locator("#lines tbody th").all_inner_texts() == ["雨花区"]
    page.goto("/ledger?district=430102")
    expect(page.locator("main")).to_contain_text("这个范围没有资金")


def test_flows_are_drawn_and_told_and_lead_into_a_district(person, server):
    page = person(server, "cityOfficer")
    page.goto("/ledger/flows")
    drawing = page.locator("figure.flows svg")
    assert drawing.locator("path.band").count() == page.locator("section.card table tbody tr").count() > 20
    expect(drawing).to_contain_text("基础类")
    sums = [
        sum(number(text) for text in table.locator("td[data-label=金额]").all_inner_texts())
        for table in page.locator("section.card table").all()
    ]
    assert len(sums) == 2 and abs(sums[0] - sums[1]) < 1
    drawing.locator("a", has_text="雨花区").click()
    page.wait_for_url(re.compile("/ledger/flows.*district=430111"))
    expect(page.locator("figure.flows svg")).to_contain_text("其余")
    page.locator("figure.flows svg a", has_text="中央资金").click()
    page.wait_for_url(re.compile("kind=central"))
    expect(page.locator("figure.flows svg")).to_contain_text("2025 年中央补助")


def test_a_districts_flows_lead_into_its_renewal_areas(person, server, officer):
    page = person(server, "cityOfficer")
    page.goto("/ledger/flows?district=430111&year=2022")
    drawing = page.locator("figure.flows svg")
    expect(drawing).to_contain_text("更新片区")
    drawing.locator("a", has_text=re.compile("片区 ")).first.click()
    page.wait_for_url(re.compile("area="))
    area = page.locator("select[name=area]").input_value()
    assert area.endswith("片区")
    drawing = page.locator("figure.flows svg")
    expect(drawing).not_to_contain_text("更新片区")
    lines = sheet(officer.get(f"/ledger/flows.xlsx?district=430111&year=2022&area={quote(area)}"))[1]
    paid = sum(line[6] for line in lines if line[0] == "来源类别")
    told = officer.get(f"/ledger/entries?area={quote(area)}&year=2022&stage=paid").text
    assert paid > 0 and f"¥{paid:,.2f}" in told


def test_flows_scroll_within_their_place_on_a_phone(person, server):
    page = person(server, "cityOfficer", width=390, height=844)
    page.goto("/ledger/flows")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.flow-box'))")


def test_sources_are_found_sorted_and_leave_as_a_file(person, server, officer):
    page = person(server, "cityOfficer")
    page.goto("/ledger/sources?q=central")
    rows = page.locator("table tbody tr")
    assert rows.count() == 9
    assert page.locator("tbody th a").first.get_attribute("href") == "/ledger/sources/central-2018"
    page.locator("th a.sort", has_text="文件金额").click()
    page.wait_for_url(re.compile("sort=-amount"))
    amounts = column(page, "文件金额", "table")
    assert amounts == sorted(amounts, reverse=True)
    head, lines = sheet(officer.get("/ledger/sources.xlsx?q=central"))
    assert head[0] == "代码" and len(lines) == 9
    assert abs(sum(line[6] for line in lines) / 1e4 - sum(amounts)) < 0.1


def test_the_citys_money_and_its_flows_leave_as_files(person, server, officer):
    page = person(server, "cityOfficer")
    page.goto("/ledger?by=district&year=2022")
    head, lines = sheet(officer.get("/ledger.xlsx?by=district&year=2022"))
    assert head[:3] == ("代码", "名称", "计划（元）") and len(lines) == page.locator("#lines tbody tr").count()
    for title, place in {"计划": 2, "到位": 5, "支付": 7}.items():
        assert abs(sum(line[place] for line in lines) / 1e4 - sum(column(page, title))) < 0.1, title
    flows = sheet(officer.get("/ledger/flows.xlsx?year=2022"))[1]
    paid = sum(line[7] for line in lines)
    for level in ("来源类别", "区县"):
        assert abs(sum(line[6] for line in flows if line[0] == level) - paid) < 0.01, level
    planned = officer.get("/ledger/flows.csv?year=2022&planned=1").text
    assert "工程类别" not in planned and len(planned.splitlines()) > 5


def test_the_statistical_form_adds_up_and_leaves_as_a_workbook(officer):
    page = officer.get("/ledger/statistics?year=2024").text
    assert "上报前请核对" in page and "待填" in page
    head, lines = sheet(officer.get("/ledger/statistics.xlsx?year=2024"))
    values = {line[1]: line[4] for line in lines if line[1]}
    assert values["104"] > 0
    for whole, parts in {"104": "105 115 120", "105": "106 111 112 113 114", "115": "116 117 118"}.items():
        assert abs(values[whole] - sum(values[part] for part in parts.split())) < 1e-6, whole
    assert f"{values['104']:,.6f}" in page


def test_what_if_the_owner_units_pay_thirty_percent(person, server):
    page = person(server, "cityOfficer")
    page.goto("/ledger/share")
    page.locator("#f-total").fill("1000000.01")
    page.locator("#f-part-ownerUnit").fill("30")
    page.locator("#f-relief-dibao").fill("1-101")
    page.get_by_role("button", name="试算").click()
    page.wait_for_url(re.compile("part-ownerUnit=30"))
    bearers = page.locator("section.card", has=page.get_by_role("heading", name="谁承担多少")).locator("table")
    assert number(bearers.locator("tbody tr").first.locator("td").first.inner_text()) == 300_000
    shares = [number(text) for text in bearers.locator("tbody tr td:nth-of-type(1)").all_inner_texts()]
    assert round(sum(shares), 2) == 1_000_000.01
    homes = column(page, "应付", "#households table")
    assert len(homes) == 24 and homes[0] == 0 and round(sum(homes), 2) == shares[-1]
    page.locator("#households tbody th a", has_text="2-602").click()
    page.wait_for_url(re.compile("household=2-602"))
    reasons = page.locator("#household ul.prose li").all_inner_texts()
    assert "按建筑面积" in reasons[0] and "按户数" in reasons[1] and reasons[-1] == f"合计 {homes[-1]:.2f} 元"


def test_households_can_be_listed_and_what_is_wrong_is_told(person, server, officer):
    page = person(server, "cityOfficer")
    page.goto("/ledger/share?rule=lift")
    page.locator("textarea[name=list]").fill("1-101 80 1\n1-301 80 3\n1-601,80,6")
    page.get_by_role("button", name="试算").click()
    page.wait_for_url(re.compile("list="))
    homes = column(page, "应付", "#households table")
    assert homes[0] == 0 < homes[1] < homes[2] and round(sum(homes), 2) == 1_000_000
    for wrong, words in (
        ("total=much", "总费用须是"), ("of=works&part-ownerUnit=130", "承担比例须是"), ("list=1-101", "第 1 行"),
        ("relief-dibao=9-909", "没有住户“9-909”"), ("of=works&part-ownerUnit=60&part-district=60", "合计不超过"),
    ):  # fmt: skip
        sent = officer.get(f"/ledger/share?{wrong}")
        assert sent.status == 422 and words in sent.text, wrong


def test_a_projects_households_are_taken_from_the_register_and_changed_by_hand(person, server):
    page = person(server, "cityOfficer")
    page.goto("/ledger/projects/CSP-0031")
    page.locator("a", has_text="分摊试算").first.click()
    page.wait_for_url(re.compile("register=CSP-0031"))
    told = page.locator("#register")
    expect(told).to_contain_text("取自登记库")
    count = number(told.locator("dd").nth(1).inner_text())
    assert count > 20
    assert total(page, 1, "#households table") > 0
    page.locator("select[name=rule]").select_option("lift")
    page.locator("select[name=building]").select_option("4栋")
    page.get_by_role("button", name="试算").click()
    page.wait_for_url(re.compile("building="))
    few = number(page.locator("#register dd").nth(1).inner_text())
    assert few < count
    page.goto("/ledger/share?register=CSP-0031")
    page.locator("select[name=building]").select_option("4栋")
    page.get_by_role("button", name="试算").click()
    page.wait_for_url(re.compile("building="))
    page.locator("#register a", has_text="逐户写出").click()
    page.wait_for_url(re.compile("list="))
    lines = page.locator("#f-list").input_value().splitlines()
    assert lines and all(len(line.split()) == 3 for line in lines)
    assert page.locator("#register").count() == 0


def test_residents_do_not_read_the_ledger(client, server):
    resident = client(server, "resident")
    for path in ("", "/flows", "/sources", "/statistics", "/share"):
        assert resident.get(f"/ledger{path}").status == 403, path
    for path in (".xlsx", "/flows.csv", "/sources.xlsx", "/entries.csv"):
        assert resident.get(f"/ledger{path}").status == 403, path
