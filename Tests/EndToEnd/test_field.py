"""A survey on the phone: taken along, answered without a network, sent, and settled where two people differ."""

import re

import pytest
from playwright.sync_api import expect

import city as cities
from test_photos import picture

DISTRICT = "430111"
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def server(pristine_city, tmp_path_factory):
    """A city for these tests alone, since answers are sent into it."""
    folder = tmp_path_factory.mktemp("field")
    copy = pristine_city.copy(folder / "city")
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture
def officer(person, server):
    return person(server, "districtOfficer", DISTRICT, **PHONE)


def take_along(page):
    """Takes the first place along, and waits until the page can be opened without a network."""
    page.goto("/field")
    page.locator(".field-places input").first.check()
    page.get_by_role("button", name="带走").click()
    page.locator(".field-estate").first.wait_for()
    page.wait_for_function("navigator.serviceWorker.controller")
    page.wait_for_function("caches.open('yiju-field').then((c) => c.match('/field')).then(Boolean)")


def open_first(page):
    page.locator(".field-estate").first.click()
    page.locator(".field-head h2").wait_for()
    return page.url.rpartition("/")[2]


def answer(page, question, text):
    control = page.locator(f"#q-{question}-input")
    control.fill(text)
    control.blur()
    return page.locator(f"#q-{question}-state")


def shows(page, text):
    expect(page.locator(".field-bar")).to_contain_text(text)


def test_answers_given_without_a_network_outlive_a_reload_and_become_facts(officer, assert_accessible):
    page = officer
    take_along(page)
    assert_accessible(page)
    page.context.set_offline(True)
    page.reload()
    estate = open_first(page)
    expect(answer(page, "households", "4321")).to_contain_text("未发送")
    page.locator("#q-residents").get_by_role("button", name="不清楚").click()
    shows(page, "2 项未发送")
    page.reload()
    shows(page, "2 项未发送")
    expect(page.locator("#q-households-input")).to_have_value("4321")
    assert_accessible(page)

    page.context.set_offline(False)
    shows(page, "全部已发送")
    page.goto(f"/estates/{estate}")
    expect(page.locator("main")).to_contain_text("4,321")
    expect(page.locator("main")).to_contain_text("现场摸底")


def photos_of(client, server, estate):
    return client(server, "districtOfficer", DISTRICT).get(f"/api/v1/estates/{estate}/photos").json["photos"]


def test_photos_taken_without_a_network_are_sent_once(officer, server, client):
    page = officer
    take_along(page)
    estate = open_first(page)
    before = len(photos_of(client, server, estate))
    page.context.set_offline(True)
    page.reload()
    chooser = page.locator("input[type=file]")
    for name, content in (("a.png", picture(200, 40, 30)), ("b.png", picture(30, 60, 200))):
        chooser.last.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        expect(page.locator("main")).to_contain_text("照片已存在手机")
    shows(page, "2 项未发送")
    page.reload()
    page.goto("/field#waiting")
    expect(page.locator(".field-photo")).to_have_count(2)
    kept = """Promise.all([...document.querySelectorAll('.field-photo')].map(
        (image) => image.decode().then(() => image.naturalWidth)))"""
    assert page.evaluate(kept) == [320, 320]
    assert len(photos_of(client, server, estate)) == before

    # The receipt of the first is lost on the way: sent again, it is known there already.
    sent = []

    def lose(route):
        sent.append(route.fetch().status)
        if len(sent) == 1:
            route.fulfill(status=429, body="{}")
        else:
            route.fulfill(status=sent[-1], body="{}")

    page.context.route(f"**/estates/{estate}/photos", lose)
    page.context.set_offline(False)
    shows(page, "稍后再发")
    page.get_by_role("button", name="立即发送").click()
    shows(page, "全部已发送")
    assert len(sent) == 3 and set(sent) <= {200, 201}
    assert len(photos_of(client, server, estate)) == before + 2
    page.context.unroute(f"**/estates/{estate}/photos")
    page.goto(f"/estates/{estate}")
    expect(page.locator("#photos")).to_be_visible()


def test_a_lost_receipt_does_no_harm(officer, server, client):
    page = officer
    take_along(page)
    estate = open_first(page)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.fulfill(status=429, body="{}")

    page.context.route("**/field/answers", lose, times=1)
    answer(page, "households", "4322")
    shows(page, "稍后再发")
    page.get_by_role("button", name="立即发送").click()
    shows(page, "全部已发送")
    assert lost == [200]
    history = client(server, "districtOfficer", DISTRICT).get(f"/estates/{estate}/history").text
    assert len(re.findall("4,?322", history)) == 1


def test_two_officers_differ_and_a_person_chooses(officer, server, client, assert_accessible):
    page = officer
    take_along(page)
    estate = open_first(page)
    page.context.set_offline(True)
    answer(page, "households", "4323")
    shows(page, "1 项未发送")

    # Meanwhile somebody corrects the same fact at the desk.
    desk = client(server, "cityOfficer")
    form = desk.get(f"/estates/{estate}/edit").text
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    fields = {"version": version, "evidence": "不动产登记", "day": "2026-06-01", "fact.households": "4324"}
    assert desk.post(f"/estates/{estate}/edit", fields).status == 303

    page.context.set_offline(False)
    shows(page, "1 项要看")
    page.goto("/field/conflicts")
    assert_accessible(page)
    choices = page.locator("form", has=page.locator("input[value=mine]")).first
    expect(choices).to_contain_text("4,323")
    expect(choices).to_contain_text("4,324")
    choices.locator("input[value=mine]").check()
    choices.get_by_role("button", name="按所选处理").click()
    expect(page.locator("main")).to_contain_text("没有冲突")
    page.goto(f"/estates/{estate}")
    expect(page.locator("main")).to_contain_text("4,323")


def test_signing_out_clears_the_phone_but_for_what_is_not_sent(new_page, server):
    page = new_page(server, **PHONE)
    # A session of its own, since it ends.
    cities.sign_in(page, server.city.account("districtOfficer", DISTRICT))
    take_along(page)
    open_first(page)
    page.route("**/field/answers", lambda route: route.fulfill(status=429, body="{}"))
    answer(page, "households", "4325")
    shows(page, "1 项未发送")
    warnings = []
    page.on("dialog", lambda dialog: (warnings.append(dialog.message), dialog.accept()))
    page.goto("/account")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in")
    assert len(warnings) == 1 and "1 项" in warnings[0]
    counts = page.evaluate(
        """() => new Promise((resolve) => {
            const names = ["kept", "estates", "items"], found = {};
            indexedDB.open("yiju-field").onsuccess = (event) => {
                const tx = event.target.result.transaction(names);
                for (const name of names)
                    tx.objectStore(name).count().onsuccess = (count) => { found[name] = count.target.result; };
                tx.oncomplete = () => resolve(found);
            };
        })"""
    )
    assert counts == {"kept": 1, "estates": 0, "items": 1}
