"""What the pages of `test_pages` show: each makes it as people do, and tells the codes by which addresses name it."""

import re


def judged(officer, district):
    """What belongs to an evaluation: its run, a draft, a session, a job, a publication, an estate of Yuhua."""
    run = re.search(r"/evaluation/runs/([0-9a-f-]{36})", officer.get("/evaluation/runs").text)[1]
    mine = re.search(rf"/evaluation/runs/{run}/estates/([0-9a-f-]{{36}})", district.get("/evaluation").text)[1]

    def made(path, **fields):
        sent = officer.post(path, fields)
        assert sent.status == 303, sent.text[:2000]
        return sent.location.rsplit("/", 1)[1]

    for reason in ("mended last year", "see the photos"):
        # Two that are open at once.
        contested = {"fact": "roofLeakage", "reason": reason}
        answers = ("良好", "较差", "差")
        assert any(district.post(f"/evaluation/runs/{run}/estates/{mine}", contested | {"claimed": said}).status == 303 for said in answers)
        mine = re.findall(rf"/evaluation/runs/{run}/estates/([0-9a-f-]{{36}})", district.get("/evaluation").text)[2]
    return {
        "run": run,
        "judged": mine,
        "appeal": re.search(r"/evaluation/appeals/([0-9a-f-]{36})", officer.get("/evaluation/appeals").text)[1],
        "draft": made("/evaluation/drafts"),
        "session": made("/evaluation/weighting", title="weights", subject="groups:need", method="bestWorst"),
        "job": made("/evaluation/new", scheme="1", asOf="2026-06-30"),
        "publication": made(f"/evaluation/runs/{run}/publish", title="result"),
    }


def asked(auditor, finance):
    """A saved question, and a table for the ledger with a row that is posted and rows that are not."""
    fields = {"name": "received by district", "question": "by=district&stage=received", "shared": "1"}
    assert auditor.post("/ledger/questions", fields).status == 303
    rows = ["source,project,year,amount,date,voucher", "central-2026,CSP-0002,2026,1.00,2026-06-01,V1", "none,CSP-0002,2026,x,never,V2"]
    sent = finance.upload("/ledger/import", "receipts.csv", "\n".join(rows).encode(), kind="receipts")
    assert sent.status == 303, sent.text[:2000]
    return {"brought": sent.location.rsplit("/", 1)[1]}


def banked(finance):
    """A statement of the bank that is recorded with a matched line, and one that waits with lines of every kind."""
    head = "日期,收入,支出,对方户名,流水号,摘要\n"
    rows = ["source,project,year,amount,date,voucher"]
    cash = ((1, 314159.26), (2, 271828.18), (3, 271828.18))
    rows += [f"central-2026,CSP-0002,2026,{amount},2026-06-0{day},BANK-{day}" for day, amount in cash]
    sent = finance.upload("/ledger/import", "cash.csv", "\n".join(rows).encode(), kind="receipts")
    assert finance.post(sent.location + "/apply", {"take": "all"}).status == 303

    def bring(text):
        sent = finance.upload("/ledger/bank/statements", "bank.csv", (head + text).encode(), account="special")
        assert sent.status == 303, sent.text[:2000]
        page = finance.get(sent.location).text
        return sent.location.rsplit("/", 1)[1], re.search(r'name="certain" value="([0-9a-f]{64})"', page)[1]

    recorded, certain = bring("2026-06-01,314159.26,,treasury,BANK-1,grant\n2026-06-05,,12.34,bank,FEE-1,fee\n")
    assert finance.post(f"/ledger/bank/statements/{recorded}/apply", {"certain": certain}).status == 303
    doubtful = "2026-06-02,271828.18,,,,grant\n2026-06-04,,43.21,bank,FEE-2,fee\n"
    waiting, certain = bring(doubtful + "2026-06-31,1,,,,\n2026-06-03,271828.18,,,BANK-3,\n")
    page = finance.get("/ledger/bank").text
    return {
        "recorded": recorded,
        "statement": waiting,
        "bankLine": re.search(r"/ledger/bank/lines/([0-9a-f]{64})/take-back", page)[1],
        "shown": re.search(r'href="/ledger/entries/(\d+)"', page)[1],
        "wrongChoice": {"certain": certain, "row-2": "0:all"},
    }


def letters(finance, resident):
    """A household that a resident keeps, and the code of another household's letter."""

    def code(party):
        sent = finance.post(f"/ledger/letters/CSP-0031/{party}", {"contact": "office 0731-1", "due": "2026-07-31"})
        assert sent.status == 200, sent.text[:2000]
        return {"code": re.search(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>", sent.text)[1]}

    assert resident.post("/my-share/keep", code("住户-1")).status == 303
    return {"letter": code("住户-2")}


def tokens(owner, account):
    """A token of the account's own, and the fields of the form that makes one: as they should be, and not."""
    page = owner.get("/account/tokens").text
    place = re.search(r'name="places" value="(\d*)" checked', page)[1]
    day = re.search(r'type="date" value="([\d-]+)"', page)[1]
    fields = {"title": "report", "access": "read", "places": place, "lastDay": day, "current": account.password}
    assert owner.post("/account/tokens", fields).status == 200
    mine = re.search(r"/account/tokens/([0-9a-f-]{36})/revoke", owner.get("/account/tokens").text)[1]
    return {"mine": mine, "token": fields, "wrongToken": fields | {"title": "", "places": "4302"}}
