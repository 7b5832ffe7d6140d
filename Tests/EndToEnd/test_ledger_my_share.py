"""A household sees its own share: a letter with a code, what the code opens, and what it does not.

The same acts run on PostgreSQL in the package's own tests.
"""

import re

import pytest
from playwright.sync_api import expect

import city as cities

ENGINES = ["sqlite"]
# A project whose residents pay by household.
PROJECT = "CSP-0031"
CODE = re.compile(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>")


@pytest.fixture(scope="module")
def town(pristine_city, tmp_path_factory):
    """A city for these tests alone, in which letters are written."""
    folder = tmp_path_factory.mktemp("my-share")
    copy = pristine_city.copy(folder / "city")
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture(scope="module")
def finance(town, client):
    return client(town, "financeOfficer")


def write(finance, party):
    """The code of a household's new letter."""
    sent = finance.post(f"/ledger/letters/{PROJECT}/{party}", {"contact": "街道改造办 0731-1", "due": "2026-07-31"})
    assert sent.status == 200, sent.text[:1000]
    assert sent.text.count('class="card letter"') == 1
    return CODE.search(sent.text)[1]


def open_share(page, code):
    page.goto("/my-share")
    page.get_by_label("信上的验证码").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="查看", exact=True).click()


def amounts(text):
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(?:<a[^>]*>)?(¥[\d,.]+|—)", text))


def test_a_household_opens_its_share_by_its_letter_on_a_phone(town, finance, person, assert_accessible):
    code = write(finance, "住户-7")
    page = person(town, "", width=390, height=844)
    open_share(page, code.lower().replace("-", " "))
    expect(page.get_by_role("heading", level=1)).to_have_text("我家的出资")
    own = page.content()
    assert "住户-7" in own and "街道改造办 0731-1" in own
    assert not re.search(r"住户-(?!7(?!\d))\d", own) and "/ledger/" not in own
    assert code not in page.url and code not in own.split("<main", 1)[0]
    assert amounts(own) == amounts(finance.get(f"/ledger/households/{PROJECT}/住户-7").text)
    for part in ("#words", "#amounts", "#why", "#entries"):
        expect(page.locator(part)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert_accessible(page)
    assert code not in town.log.read_text(encoding="utf-8", errors="replace")


def test_the_share_on_paper_is_without_forms(town, finance, person):
    page = person(town, "")
    open_share(page, write(finance, "住户-8"))
    page.emulate_media(media="print")
    expect(page.locator("#amounts")).to_be_visible()
    expect(page.locator("#keep")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_wrong_replaced_and_revoked_codes_are_told_alike(town, finance, person):
    page = person(town, "")
    first = write(finance, "住户-9")
    second = write(finance, "住户-9")
    finance.post(f"/ledger/letters/{PROJECT}/住户-9/revoke")
    told = set()
    for code in ("ABCD-EFGH-JKLM-NPQR", first, second, "12345"):
        open_share(page, code)
        expect(page.locator(".field.wrong")).to_have_count(1)
        assert page.get_by_label("信上的验证码").input_value() == ""
        told.add(page.get_by_role("main").inner_text())
    assert len(told) == 1


def test_letters_to_all_stand_one_on_a_page_and_their_state_in_the_list(town, finance, person):
    page = person(town, "financeOfficer")
    page.goto(f"/ledger/households/{PROJECT}")
    page.get_by_role("link", name="给全体住户写信").click()
    page.get_by_label("有疑问找谁").fill("街道改造办 0731-1")
    with page.expect_navigation():
        page.get_by_role("button", name="写信并打印").click()
    letters = page.locator(".letter")
    assert letters.count() > 20
    codes = CODE.findall(page.content())
    assert len(set(codes)) == letters.count()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
    assert letters.first.evaluate("e => getComputedStyle(e).breakAfter") == "page"
    assert float(letters.first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 18
    page.emulate_media(media="screen")
    party = letters.last.locator("h2").inner_text().removeprefix("致").strip()
    open_share(person(town, ""), codes[-1])
    page.goto(f"/ledger/households/{PROJECT}")
    row = page.locator("tbody tr", has=page.get_by_role("link", name=party, exact=True))
    expect(row.locator(".pill")).to_have_text("已查看")


def test_a_resident_keeps_the_household_and_takes_it_off_again(town, finance, person):
    code = write(finance, "住户-10")
    page = person(town, "resident")
    page.goto("/")
    page.locator(".notice").get_by_role("link", name="我家的出资").click()
    page.wait_for_url(re.compile("/my-share$"))
    open_share(page, code)
    page.get_by_role("button", name="保留在账号里").click()
    page.wait_for_url(re.compile(f"/my-share/{PROJECT}/"))
    assert code not in page.content()
    page.goto("/my-share")
    page.locator("#kept").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我家的出资")
    page.get_by_role("button", name="从账号移除").click()
    page.wait_for_url(re.compile("/my-share$"))
    expect(page.locator("#kept")).to_have_count(0)


def test_the_letter_is_the_officers_who_post_entries_alone(town, client):
    for role in ("cityOfficer", "auditor", "resident"):
        reader = client(town, role)
        for path in (f"/ledger/letters/{PROJECT}", f"/ledger/letters/{PROJECT}/住户-1"):
            assert reader.get(path).status == 403, (role, path)
            assert reader.post(path, {"contact": "x"}).status == 403, (role, path)
    assert "给住户的信" not in client(town, "auditor").get(f"/ledger/households/{PROJECT}").text


def test_reasons_that_differ_from_the_promises_are_refused(finance):
    sent = finance.post("/ledger/share", {"share": "rule=works&list=住户-1 80&total=1", "project": PROJECT})
    assert sent.status == 422 and "台账中承诺的是" in sent.text
    none = finance.post("/ledger/share", {"share": "rule=works", "project": "none"})
    assert none.status == 422 and "没有项目" in none.text
