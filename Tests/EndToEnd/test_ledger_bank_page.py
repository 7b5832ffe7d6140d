"""Bank matching on its pages: a statement is brought, previewed, chosen from and recorded; a wrong match taken back.

The same acts and queries run on PostgreSQL in the package's own tests.
"""

import io
import json
import re
import sqlite3

import openpyxl
import pytest
from playwright.sync_api import expect

import city as cities

ENGINES = ["sqlite"]
HEAD = "日期,收入,支出,对方户名,流水号,摘要\n"
ACCOUNT = "专户"


@pytest.fixture
def town(pristine_city, tmp_path):
    """A city for each test: they post to its journal and match its cash."""
    copy = pristine_city.copy(tmp_path / "city")
    with cities.Server(copy, tmp_path / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture
def finance(town, client):
    return client(town, "financeOfficer")


def receive(finance, *rows):
    """Posts receipts (yuan, day, voucher) and returns the numbers of their entries."""
    lines = [f"central-2026,CSP-0002,2026,{amount},{day},{voucher}" for amount, day, voucher in rows]
    table = "\n".join(["source,project,year,amount,date,voucher", *lines]).encode()
    sent = finance.upload("/ledger/import", "receipts.csv", table, kind="receipts")
    assert sent.status == 303, sent.text[:2000]
    assert finance.post(sent.location + "/apply", {"take": "all"}).status == 303
    found = []
    for _, _, voucher in rows:
        page = finance.get(f"/ledger/entries?q={voucher}").text
        found.append(int(re.search(r'href="/ledger/entries/(\d+)"', page)[1]))
    return found


def bring(finance, rows, account=ACCOUNT):
    sent = finance.upload("/ledger/bank/statements", "bank.csv", (HEAD + rows).encode(), account=account)
    assert sent.status == 303, sent.text[:2000]
    return sent.location


def certain(finance, address):
    return re.search(r'name="certain" value="([0-9a-f]{64})"', finance.get(address).text)[1]


def record(finance, rows, **choices):
    address = bring(finance, rows)
    fields = {"certain": certain(finance, address)} | {name.replace("_", "-"): value for name, value in choices.items()}
    assert finance.post(address + "/apply", fields).status == 303
    return address


def listed(reader, query=""):
    """The rows of the list's file: account, day, amount, reference, state, entry, part."""
    sent = reader.get(f"/ledger/bank.xlsx{query}")
    assert sent.status == 200, sent.text[:500]
    return list(openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True).active.values)[1:]


def problems(town):
    return json.loads(town.city.run("ledger", "verify", "--format", "json", check=False).stdout)["problems"]


def kept_files(town):
    """How many files called bank.csv the city keeps."""
    database = sqlite3.connect(f"file:{town.city.folder}/yiju.sqlite?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM stored_file WHERE original_name = 'bank.csv'").fetchone()[0]
    finally:
        database.close()


def test_a_statement_is_brought_looked_through_chosen_from_and_recorded(person, town, finance):
    alike = [(271828.18, "2026-06-02", "BANK-2"), (271828.18, "2026-06-03", "BANK-3")]
    first, second, third = receive(finance, (314159.26, "2026-06-01", "BANK-1"), *alike)
    page = person(town, "financeOfficer")
    page.goto("/ledger/bank")
    expect(page.locator("main")).to_contain_text("还没有银行流水")
    page.get_by_role("link", name="上传对账单").click()
    page.wait_for_url(re.compile("/ledger/bank/statements$"))
    rows = (
        "2026-06-02,314159.26,,某单位,BANK-1,拨款\n2026-06-04,271828.18,,,,拨款\n2026-06-05,271828.18,,,,又一笔\n"
        "2026-06-05,,12.34,某银行,FEE-1,手续费\n2026-06-31,1,,,,\n"
    )
    page.locator("input[name=file]").set_input_files(
        {"name": "bank.csv", "mimeType": "text/csv", "buffer": (HEAD + rows).encode()}
    )
    page.locator("#f-account").fill(ACCOUNT)
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url(re.compile("/ledger/bank/statements/[0-9a-f-]{36}"))

    sure = page.locator("section.card", has=page.get_by_role("heading", name="确定对上的行"))
    assert sure.locator("tbody tr").count() == 1
    assert sure.locator(f'a[href="/ledger/entries/{first}"]').count() == 1
    unknown = page.locator("section.card", has=page.get_by_role("heading", name="台账没有的行"))
    expect(unknown).to_contain_text("手续费")
    refused = page.locator("section.card", has=page.get_by_role("heading", name="“bank.csv”中拒绝的行"))
    expect(refused.locator("tbody tr")).to_contain_text(["6"])
    expect(refused).to_contain_text("请写如 2026-06-30")
    assert refused.locator("td[data-label=列]").inner_text() == "日期"
    choices = page.locator('input[name="row-3"]')
    assert {value.split(":")[0] for value in choices.evaluate_all("all => all.map(one => one.value)")} == {
        str(second), str(third), ""
    }  # fmt: skip
    assert page.locator('input[name="row-4"][value=""]').is_checked(), "nothing is chosen for people"
    page.locator(f'input[name="row-3"][value^="{third}:"]').check()
    page.get_by_role("button", name=re.compile("^记录（确定的 1 行")).click()
    expect(page.locator("main")).to_contain_text("已记录 4 行")

    states = {(row[2], row[4], row[5]) for row in listed(finance)}
    matched = {(314159.26, "已对上", first), (271828.18, "已对上", third)}
    assert states == matched | {(271828.18, "未对上", None), (-12.34, "未对上", None)}
    page.get_by_role("link", name="看这个账户的流水").click()
    page.wait_for_url(re.compile("/ledger/bank\\?account="))
    page.locator("select[name=state]").select_option("matched")
    page.wait_for_url(re.compile("state=matched"))
    assert page.locator("tbody tr").count() == 2
    # The entry shows its line, and leads back to it.
    page.locator(f'td a[href="/ledger/entries/{first}"]').click()
    expect(page.locator("#bank")).to_contain_text("BANK-1")
    page.locator("#bank a").first.click()
    page.wait_for_url(re.compile("/ledger/bank\\?account="))
    assert problems(town) == []


def test_the_same_statement_again_is_no_change_and_its_file_is_not_kept(town, finance):
    receive(finance, (314159.26, "2026-06-01", "BANK-1"))
    rows = "2026-06-02,314159.26,,某单位,BANK-1,拨款\n2026-06-05,,12.34,某银行,FEE-1,手续费\n"
    recorded = record(finance, rows)
    before = listed(finance)
    assert kept_files(town) == 0
    again = bring(finance, rows)
    page = finance.get(again).text
    assert kept_files(town) == 1, "while it waits"
    assert "没有变化" in page and 'name="certain"' not in page
    assert finance.post(again + "/apply", {"certain": "0" * 64}).status == 409
    assert listed(finance) == before
    # Sent a second time, a recorded statement says that it is done.
    assert finance.post(recorded + "/apply", {"certain": ""}).status == 303
    assert "已记录 2 行" in finance.get(recorded).text
    assert finance.post(again + "/discard").status == 303
    assert "已放弃" in finance.get(again).text and kept_files(town) == 0
    # Under another name for the account its lines would be new ones: that is said.
    assert "这是一个新账户" in finance.get(bring(finance, rows, account="另一户")).text


def test_a_wrong_match_is_taken_back_with_its_reason(person, town, finance):
    entry = receive(finance, (314159.26, "2026-06-01", "BANK-1"))[0]
    rows = "2026-06-02,314159.26,,某单位,BANK-1,拨款\n"
    record(finance, rows)
    page = person(town, "financeOfficer")
    page.goto("/ledger/bank")
    page.get_by_role("link", name="撤回").click()
    page.wait_for_url(re.compile("/ledger/bank/lines/[0-9a-f]{64}/take-back"))
    address = page.url
    page.get_by_role("button", name="撤回核对").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明为什么撤回")
    page.locator("#f-reason").fill("另一笔拨款")
    page.get_by_role("button", name="撤回核对").click()
    page.wait_for_url(re.compile("/ledger/bank\\?from="))
    row = page.locator("tbody tr")
    expect(row).to_contain_text("未对上")
    expect(row).to_contain_text("撤回过")
    assert "没有要撤回的" in finance.get(address.removeprefix(town.url)).text
    assert "还没有流水对上这笔收付" in finance.get(f"/ledger/entries/{entry}").text
    assert f'href="/ledger/entries/{entry}"' in finance.get("/ledger/bank/book?from=2026-06-01&to=2026-06-01").text
    assert problems(town) == []

    # It is asked about from then on, however sure it looks; the choice matches it again.
    again = bring(finance, rows)
    assert "以前的核对已被撤回" in finance.get(again).text
    fields = {"certain": certain(finance, again), "row-2": f"{entry}:cash"}
    assert finance.post(again + "/apply", fields).status == 303
    assert [line[5] for line in listed(finance)] == [entry]


def test_the_command_line_takes_a_match_back_by_its_entry(town, finance):
    entry = receive(finance, (314159.26, "2026-06-01", "BANK-1"))[0]
    record(finance, "2026-06-02,314159.26,,某单位,BANK-1,拨款\n")
    take = ["ledger", "bank", "--take-back", str(entry), "--format", "json"]
    assert town.city.run(*take, "--reason", "", check=False).returncode == 1
    done = json.loads(town.city.run(*take, "--reason", "另一笔").stdout)
    assert (done["takenBack"], done["amount"], done["account"]) == (f"{entry}:cash", 31415926, ACCOUNT)
    again = town.city.run(*take, "--reason", "另一笔", check=False)
    assert again.returncode == 1 and f"第 {entry} 号分录" in again.stdout + again.stderr
    assert town.city.run("ledger", "bank", check=False).returncode == 2
    assert [line[4] for line in listed(finance)] == ["未对上"]


def test_a_choice_that_cannot_be_is_refused_and_what_was_chosen_stays(finance):
    first, second = receive(finance, (271828.18, "2026-06-02", "BANK-2"), (271828.18, "2026-06-03", "BANK-3"))
    address = bring(finance, "2026-06-04,271828.18,,,,a\n2026-06-05,271828.18,,,,b\n")
    fields = {"certain": certain(finance, address), "row-2": f"{first}:cash", "row-3": f"{first}:cash"}
    sent = finance.post(address + "/apply", fields)
    assert sent.status == 422 and "“bank.csv”第 3 行" in sent.text and 'href="#f-row-3"' in sent.text
    checked = re.findall(r'name="(row-\d)" value="([^"]*)" checked', sent.text)
    assert checked == [("row-2", f"{first}:cash"), ("row-3", f"{first}:cash")]
    assert listed(finance) == []
    # What is sure by now is not what was seen: it is looked through again, the choices stay.
    sent = finance.post(address + "/apply", fields | {"certain": "0" * 64, "row-3": f"{second}:cash"})
    assert sent.status == 409 and "再核对一遍" in sent.text
    assert f'value="{second}:cash" checked' in sent.text
    assert finance.post(address + "/apply", fields | {"row-3": f"{second}:cash"}).status == 303
    assert sorted(line[5] for line in listed(finance)) == [first, second]


def test_a_file_that_is_no_statement_is_refused_with_its_name_and_columns(finance):
    sent = finance.upload("/ledger/bank/statements", "odd.csv", "日期,户名\n2026-06-30,x\n".encode(), account=ACCOUNT)
    assert sent.status == 422 and "“odd.csv”" in sent.text and "收入和支出" in sent.text
    assert f'value="{ACCOUNT}"' in sent.text, "what was typed stays"
    assert finance.upload("/ledger/bank/statements", "", b"", account=ACCOUNT).status == 422
    long = HEAD.encode() + b"2026-06-30,1,,,,\n" * 20_001
    sent = finance.upload("/ledger/bank/statements", "long.csv", long, account=ACCOUNT)
    assert sent.status == 413 and "“long.csv”超过 20000 行" in sent.text and f'value="{ACCOUNT}"' in sent.text
    wrong = finance.upload("/ledger/bank/statements", "book.xlsx", b"PK no workbook", account=ACCOUNT)
    assert wrong.status == 422 and "book.xlsx" in wrong.text


def test_cash_that_no_statement_shows_is_listed_for_the_days_of_the_statements(finance):
    shown, missing = receive(finance, (314159.26, "2026-06-01", "BANK-1"), (161803.39, "2026-06-02", "BANK-4"))
    record(finance, "2026-06-01,314159.26,,某单位,BANK-1,拨款\n2026-06-03,,12.34,某银行,FEE-1,手续费\n")
    sent = finance.get("/ledger/bank/book.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True).active.values)[1:]
    entries = {row[0] for row in rows}
    assert missing in entries and shown not in entries
    assert {str(row[2])[:10] for row in rows} <= {"2026-06-01", "2026-06-02", "2026-06-03"}
    page = finance.get("/ledger/bank/book?q=161803.39").text
    assert f'href="/ledger/entries/{missing}"' in page and page.count("data-row-link") == 1


def test_each_sees_and_does_what_the_rights_say(client, town, finance):
    receive(finance, (314159.26, "2026-06-01", "BANK-1"))
    address = record(finance, "2026-06-02,314159.26,,某单位,BANK-1,拨款\n2026-06-05,,12.34,某银行,FEE-1,手续费\n")
    line = re.search(r"/ledger/bank/lines/[0-9a-f]{64}/take-back", finance.get("/ledger/bank").text)[0]
    auditor = client(town, "auditor")
    assert auditor.get(address).status == 200 and len(listed(auditor)) == 2
    assert "take-back" not in auditor.get("/ledger/bank").text
    assert auditor.get(line).status == 403 and auditor.post(line, {"reason": "x"}).status == 403
    assert auditor.upload("/ledger/bank/statements", "bank.csv", HEAD.encode()).status == 403
    district = client(town, "districtOfficer", "430111")
    assert district.get("/ledger/bank").status == 200
    assert "FEE-1" not in district.get("/ledger/bank").text, "what is matched with nothing is the city's"
    assert district.get(address).status == 403 and district.get("/ledger/bank/statements").status == 403
    resident = client(town, "resident")
    for path in ("/ledger/bank", "/ledger/bank/book", "/ledger/bank/statements", "/ledger/bank.xlsx", address, line):
        assert resident.get(path).status == 403, path
    assert finance.get("/ledger/bank/lines/" + "0" * 64 + "/take-back").status == 404


def test_a_statement_that_waits_keeps_its_file_though_the_same_bytes_are_discarded_elsewhere(client, town, finance):
    rows = "2026-06-05,,12.34,某银行,FEE-1,手续费\n"
    address = bring(finance, rows)
    officer = client(town, "districtOfficer", "430111")
    given = {"kind": "estates", "datum": "cgcs2000", "source": "测试"}
    sent = officer.upload("/imports", "bank.csv", (HEAD + rows).encode(), **given)
    assert sent.status == 303 and officer.post(sent.location + "/discard").status == 303
    assert kept_files(town) == 1
    assert "手续费" in finance.get(address).text
