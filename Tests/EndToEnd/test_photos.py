"""An officer with photos of an estate: they are sent, seen, said something of, walked through and removed."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import expect

YUHUA = "430111"


def picture(red, green, blue, width=320, height=240):
    """A PNG of one colour."""

    def part(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = (b"\0" + bytes((red, green, blue)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")


def file(name, content):
    return {"name": name, "mimeType": "image/png" if name.endswith(".png") else "application/pdf", "buffer": content}


RED, BLUE = file("red.png", picture(200, 40, 30)), file("blue.png", picture(30, 60, 200))
PDF = file("plan.pdf", b"%PDF-1.7\n")


@pytest.fixture
def estate(busy_server, client):
    """An estate without photos, so that no test finds another's."""
    officer = client(busy_server, "cityOfficer")
    found = officer.get(f"/api/v1/estates?district={YUHUA}&sort=number&limit=50").json["estates"]
    return next(estate for estate in found if not officer.get(f"/api/v1/estates/{estate['id']}/photos").json["photos"])


def shown(page):
    """The thumbnails that are really drawn."""
    return page.evaluate(
        """async () => {
            const images = [...document.querySelectorAll('.photos img')];
            for (const image of images) image.loading = 'eager';
            await Promise.all(images.map((image) => image.decode().catch(() => {})));
            return images.filter((image) => image.naturalWidth > 0).map((image) => image.alt);
        }"""
    )


def send(page, files):
    page.locator("input[name=photo]").set_input_files(files)
    page.get_by_role("button", name="上传", exact=True).click()


def test_photos_are_sent_captioned_walked_and_removed(person, busy_server, client, estate, assert_accessible):
    page = person(busy_server, "districtOfficer", YUHUA)
    page.goto(f"/estates/{estate['id']}")
    page.locator("#photos").get_by_role("link", name="添加照片").click()
    send(page, [RED, BLUE])
    page.wait_for_url(re.compile(r"added=2"))
    expect(page.locator("main")).to_contain_text("已添加 2 张照片")
    assert len(shown(page)) == 2
    assert_accessible(page)

    page.locator(".photos a").first.click()
    page.locator("[name=caption]").fill("北墙渗水")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"saved=1"))
    expect(page.locator("h1")).to_have_text("北墙渗水")
    expect(page.locator("#facts")).to_contain_text("李伟")
    assert_accessible(page)
    first = page.url.partition("?")[0]
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda address: "/photos/" in address and not address.startswith(first))
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(first)

    # The estate's page and paper show them; whoever may not see the estate gets no picture.
    page.goto(f"/estates/{estate['id']}")
    assert "北墙渗水" in shown(page)
    page.emulate_media(media="print")
    assert page.locator("#photos img").first.is_visible()
    page.emulate_media(media="screen")
    resident = client(busy_server, "resident")
    assert resident.get(first.removeprefix(busy_server.url) + "/full.jpg").status == 403

    page.goto(first)
    page.get_by_role("link", name="移除照片").click()
    expect(page.locator("h1")).to_have_text("移除这张照片？")
    page.get_by_role("button", name="移除", exact=True).click()
    page.wait_for_url(re.compile(r"/estates/[0-9a-f-]+/photos$"))
    assert len(shown(page)) == 1
    assert page.goto(first).status == 404
    page.goto(f"/estates/{estate['id']}/history")
    expect(page.locator(".history")).to_contain_text("移除照片：北墙渗水")


def test_a_file_that_is_no_photo_is_named(person, busy_server, estate):
    page = person(busy_server, "districtOfficer", YUHUA)
    page.goto(f"/estates/{estate['id']}/photos")
    send(page, [RED, PDF])
    lines = page.locator("[data-sending] li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("已添加")
    expect(lines.last).to_contain_text("“plan.pdf”")
    expect(lines.last).to_contain_text("JPEG、PNG")
    # Sending again tries what failed, and nothing else.
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("button", name="上传", exact=True)).to_be_enabled()
    page.goto(f"/estates/{estate['id']}/photos")
    assert len(shown(page)) == 1


def test_photos_are_sent_without_a_script(person, busy_server, estate):
    page = person(busy_server, "districtOfficer", YUHUA, java_script_enabled=False)
    page.goto(f"/estates/{estate['id']}/photos")
    send(page, [RED, PDF])
    expect(page.locator(".errors")).to_contain_text("“plan.pdf”")
    expect(page.locator(".photos li")).to_have_count(1)
    # The same again is there already.
    send(page, [RED, BLUE])
    expect(page.locator("main")).to_contain_text("原来就有 1 张")
    expect(page.locator(".photos li")).to_have_count(2)


def test_a_phone_has_its_camera_at_hand(person, busy_server, estate):
    desk = person(busy_server, "districtOfficer", YUHUA)
    desk.goto(f"/estates/{estate['id']}/photos")
    expect(desk.locator("input[name=camera]")).to_be_hidden()
    phone = person(busy_server, "districtOfficer", YUHUA, width=390, height=844, is_mobile=True, has_touch=True)
    phone.goto(f"/estates/{estate['id']}/photos")
    camera = phone.locator("input[name=camera]")
    expect(camera).to_be_visible()
    assert camera.get_attribute("capture") == "environment"
    camera.set_input_files([BLUE])
    phone.get_by_role("button", name="上传", exact=True).click()
    phone.wait_for_url(re.compile(r"added=1"))
    assert len(shown(phone)) == 1
