"""The auditor's desk: what audits find, asked of the ledger as of any day; own questions, kept and exported; tables
brought to the journal with a preview.

The same acts and queries run on PostgreSQL in the package's own tests.
"""

import io
import json
import re

import openpyxl
import pytest
from playwright.sync_api import expect

import city as cities

ENGINES = ["sqlite"]


@pytest.fixture(scope="module")
def town(pristine_city, tmp_path_factory):
    """A city for these tests alone: they post to its journal."""
    folder = tmp_path_factory.mktemp("audit")
    copy = pristine_city.copy(folder / "city")
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture(scope="module")
def auditor(town, client):
    return client(town, "auditor")


def number(text):
    return float(re.sub(r"[^\d.-]", "", text))


def sheet(sent):
    assert sent.status == 200, sent.text[:500]
    rows = list(openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True).active.values)
    return rows[0], rows[1:]


def test_the_desk_answers_all_fourteen_questions_breaches_first(person, town):
    page = person(town, "auditor")
    page.goto("/ledger/audit")
    rows = page.locator("table").first.locator("tbody tr")
    assert rows.count() == 14
    weights = page.locator("table").first.locator("td[data-label=轻重]").all_inner_texts()
    counts = page.locator("table").first.locator("td[data-label=发现]").all_inner_texts()
    found = [weight for weight, count in zip(weights, counts) if count != "无"]
    order = ["违规", "迟缓", "存疑"]
    assert [order.index(weight) for weight in found] == sorted(order.index(weight) for weight in found)
    assert len(found) > 7, "the demo city has something to show"
    assert counts[len(found) :] == ["无"] * (14 - len(found))


def test_a_question_opens_its_list_which_sorts_narrows_and_leads_on(person, town):
    page = person(town, "auditor")
    page.goto("/ledger/audit")
    page.get_by_role("link", name="资金到位率低的项目").click()
    page.wait_for_url(re.compile("/ledger/audit/arrival"))
    amounts = [number(text) for text in page.locator("tbody td[data-label^=涉及]").all_inner_texts()]
    assert amounts and amounts == sorted(amounts, reverse=True)
    assert page.locator("tbody th a").first.get_attribute("href").startswith("/ledger/projects/CSP-")
    assert "/ledger/entries?project=CSP-" in page.locator("tbody td[data-label=凭据] a").first.get_attribute("href")
    page.locator("th a.sort", has_text="数值").click()
    page.wait_for_url(re.compile("sort=-value"))
    rates = [number(text) for text in page.locator("tbody td[data-label=数值]").all_inner_texts()]
    assert rates == sorted(rates, reverse=True) and max(rates) < 80


def test_before_the_programme_began_every_answer_is_none(auditor):
    page = auditor.get("/ledger/audit?as-of=2010-01-01").text
    assert page.count('<span class="pill jade">无</span>') == 14
    assert "答案：无" in auditor.get("/ledger/audit/wages?as-of=2010-01-01").text
    assert auditor.get("/ledger/audit/nothing").status == 404


def test_a_list_leaves_as_a_file_with_what_it_was_narrowed_to(auditor, town):
    head, lines = sheet(auditor.get("/ledger/audit/residentsShare.xlsx?district=430111"))
    assert head[:3] == ("项目编号", "项目", "区县") and lines
    assert {line[2] for line in lines} == {"雨花区"}
    plain = auditor.get("/ledger/audit/residentsShare.csv?district=430111").text
    assert len(plain.strip().splitlines()) == len(lines) + 1
    desk = sheet(auditor.get("/ledger/audit.xlsx"))[1]
    assert len(desk) == 14


def test_a_district_and_a_resident_see_what_is_theirs(client, town):
    district = client(town, "districtOfficer", "430111")
    lines = sheet(district.get("/ledger/audit/residentsShare.xlsx"))[1]
    assert {line[2] for line in lines} == {"雨花区"}
    resident = client(town, "resident")
    for path in ("/ledger/audit", "/ledger/audit/arrival", "/ledger/ask", "/ledger/import"):
        assert resident.get(path).status == 403, path
    assert resident.post("/ledger/questions", {"name": "x", "question": "by=source"}).status == 403


def balances(town, stage):
    lines = json.loads(town.city.run("ledger", "balance", "--by", "source", "--format", "json").stdout)
    return {line.get("source", ""): line for line in lines if (line["stage"], line["measure"]) == (stage, "fen")}


def test_an_own_question_agrees_with_the_command_line(auditor, town):
    head, lines = sheet(auditor.get("/ledger/ask.xlsx?by=source&stage=received&value=balance"))
    known = balances(town, "received")
    asked = {line[0]: round(line[2] * 100) for line in lines}
    assert asked and asked == {code: line["balance"] for code, line in known.items() if line["balance"]}


def test_two_periods_stand_beside_each_other(auditor):
    path = "/ledger/ask.xlsx?by=district&stage=paid&from=2025-01-01&as-of=2025-12-31&vs-from=2024-01-01&vs-as-of=2024-12-31"
    head, lines = sheet(auditor.get(path))
    assert len(head) == 5 and lines
    assert all(abs(line[2] - line[3] - line[4]) < 0.005 for line in lines)
    whole = sheet(auditor.get("/ledger/ask.xlsx?by=&stage=paid&from=2024-01-01&as-of=2025-12-31"))[1]
    assert abs(sum(line[2] + line[3] for line in lines) - whole[0][0]) < 0.01


def test_a_question_is_chosen_saved_shared_found_and_removed(person, town, client):
    page = person(town, "auditor")
    page.goto("/ledger/ask")
    page.locator("select[name=by]").first.select_option("district")
    page.wait_for_url(re.compile("by=district"))
    page.locator("select[name=stage]").select_option("paid")
    page.wait_for_url(re.compile("stage=paid"))
    total = page.locator("tfoot td").last.inner_text()
    parts = [number(text) for text in page.locator("tbody td[data-label^=累计转入]").all_inner_texts()]
    assert len(parts) > 5 and abs(sum(parts) - number(total)) < 0.01
    assert page.locator("tbody td a").first.get_attribute("href").startswith("/ledger/entries?stage=paid")
    page.locator("#f-name").fill("各区已付")
    page.get_by_label("共享给所有能看台账的人").check()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile("/ledger/audit$"))
    expect(page.locator("main")).to_contain_text("各区已付")
    assert "各区已付" in client(town, "cityOfficer").get("/ledger/audit").text
    page.get_by_role("link", name="各区已付").click()
    page.wait_for_url(re.compile("by=district.*stage=paid"))
    page.goto("/ledger/audit")
    page.get_by_role("button", name="删除“各区已付”").click()
    expect(page.locator("main")).not_to_contain_text("各区已付")


HEAD = "来源代码,项目编号,年度,金额（元）,日期,凭证号\n"


def bring(finance, rows, kind="receipts"):
    sent = finance.upload("/ledger/import", "brought.csv", (HEAD + rows).encode(), kind=kind)
    assert sent.status == 303, sent.text[:2000]
    return sent.location


def test_a_table_is_previewed_posted_and_again_no_change(person, town, client):
    finance = client(town, "financeOfficer")
    before = balances(town, "received")["central-2026"]["balance"]
    good = "central-2026,CSP-0002,2026,123.45,2026-06-01,TEST-1\n"
    address = bring(finance, good)
    page = person(town, "financeOfficer")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("会记账")
    page.get_by_role("button", name="全部记账（1 行）").click()
    expect(page.locator("main")).to_contain_text("导入完成")
    assert balances(town, "received")["central-2026"]["balance"] == before + 12_345
    again = finance.get(bring(finance, good)).text
    assert "所有行都已在账" in again and "全部记账" not in again


def test_refused_rows_say_row_column_and_reason_and_hold_the_others_back(person, town, client):
    finance = client(town, "financeOfficer")
    address = bring(finance, "none,CSP-0002,2026,1,2026-06-01,TEST-2\ncentral-2026,CSP-0002,2026,2,2026-06-01,TEST-3\n")
    page = person(town, "financeOfficer")
    page.goto(address)
    row = page.locator("tbody tr").first
    assert row.locator("td[data-label=行]").inner_text() == "2"
    assert row.locator("td[data-label=列]").inner_text() == "来源代码"
    expect(row).to_contain_text("没有资金来源")
    assert sheet(finance.get(address + "/remarks.xlsx"))[1][0][0] == 2
    page.get_by_role("button", name="只记合格的 1 行").click()
    expect(page.locator("main")).to_contain_text("导入完成")
    # The auditor reads what was brought, and posts nothing.
    auditor = client(town, "auditor")
    assert "brought.csv" in auditor.get(address).text
    assert auditor.post(address + "/apply", {"take": "all"}).status == 403


def test_a_file_without_its_columns_is_refused_with_their_names(client, town):
    finance = client(town, "financeOfficer")
    sent = finance.upload("/ledger/import", "odd.csv", "项目,金额\nCSP-0002,5\n".encode(), kind="payments")
    assert sent.status == 422 and "合同编号" in sent.text
    assert finance.upload("/ledger/import", "", b"", kind="payments").status == 422
