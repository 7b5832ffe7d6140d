"""Whatever comes in, the server answers clearly in both languages, stores nothing of it, and lives on."""

import html
import io
import re
import socket
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect

# Files and requests are read before any database is asked.
ENGINES = ["sqlite"]

TITLES = "街道,社区,小区名称,建成年代,楼栋数,户数,总建筑面积(㎡)"


@pytest.fixture
def officer(client, busy_server):
    return client(busy_server, "districtOfficer", "430111")


@pytest.fixture(autouse=True)
def lives_on(busy_server):
    yield
    assert busy_server.process.poll() is None, busy_server.tail()
    assert busy_server.get("/healthz")[0] == 200


@pytest.fixture(scope="module")
def home(busy_server, client):
    """A street of the district and one of its neighbourhoods, by name."""
    places = client(busy_server, "districtOfficer", "430111").get("/estates.csv").text.splitlines()
    titles, first = places[0].lstrip("\ufeff").split(","), places[1].split(",")
    return first[titles.index("街道")], first[titles.index("社区")]


def workbook(**parts):
    """A workbook as Excel would write it, with some of its parts replaced."""
    book = openpyxl.Workbook()
    book.active.append(TITLES.split(","))
    book.active.append(["左家塘街道", "", "好院", "1990", 1, 20, 1000])
    plain = io.BytesIO()
    book.save(plain)
    made = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return made.getvalue()


def bomb():
    """A sheet of a few hundred kilobytes that unpacks to more than half a gigabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "xl/worksheets/sheet1.xml":
                with new.open(name, "w", force_zip64=True) as sheet:
                    sheet.write(old.read(name).split(b"</sheetData>")[0])
                    row = b'<row><c t="inlineStr"><is><t>' + b"A" * 1000 + b"</t></is></c></row>"
                    for _ in range(540):
                        sheet.write(row * 1000)
                    sheet.write(b"</sheetData></worksheet>")
            else:
                new.writestr(name, old.read(name))
    return made.getvalue()


def lines(*rows):
    return "\n".join([TITLES, *rows]).encode()


ENTITY = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    b"<worksheet>&c;</worksheet>"
)
FILES = {
    "broken zip": ("a.xlsx", lambda: workbook()[:-200]),
    "no zip at all": ("a.xlsx", lambda: b"PK\x03\x04" + bytes(range(256)) * 8),
    "bomb": ("a.xlsx", bomb),
    "entities": ("a.xlsx", lambda: workbook(**{"xl/worksheets/sheet1.xml": ENTITY})),
    "broken xml": ("a.xlsx", lambda: workbook(**{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c>"})),
    "no sheet": ("a.xlsx", lambda: workbook(**{"xl/workbook.xml": b"<workbook/>"})),
    "an old xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "a picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16),
    "NUL": ("a.csv", lambda: lines("左家塘街道,,坏\0院,1990,1,20,1000")),
    "wrong UTF-8": ("a.csv", lambda: lines() + b"\n\xff\xfe\xc3\x28,,\xed\xa0\x80,1990,1,20,1000"),
    "wrong header": ("a.csv", lambda: "甲,乙,丙\n1,2,3\n".encode()),
    "header only": ("a.csv", lambda: lines()),
    "blank": ("a.csv", lambda: b"\n\n  \n"),
    "open quote": ("a.csv", lambda: lines('左家塘街道,,"没有结尾,1990,1,20,1000' + "x" * 5000)),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_is_refused_in_both_languages(officer, case):
    name, make = FILES[case]
    total = officer.get("/api/v1/estates").json["total"]
    sent = officer.upload("/imports", name, make(), kind="estates", datum="cgcs2000", source="测试")
    texts = []
    for language in ("zh", "en"):
        officer.cookies["language"] = language
        answer = officer.get(sent.location) if sent.status == 303 else sent
        assert answer.status in (200, 413, 422), answer.text[:500]
        main = answer.text[answer.text.index("<main") :]
        notice = r'class="[^"]*(?:notice|error-summary|empty)[^"]*".*?(?=<form|<div class="card|</section)'
        told = re.findall(notice, main, re.S)
        texts.append(re.sub(r"<[^>]+>", " ", " ".join(told)))
        assert 'name="take"' not in main
    officer.cookies["language"] = "zh"
    assert re.search(r"[\u4e00-\u9fff]{4}", texts[0]), texts
    assert re.search(r"[a-z]{3,} [a-z]{2,}", texts[1]), texts
    assert officer.get("/api/v1/estates").json["total"] == total


ROWS = {
    "negative area": ("{0},{1},负院,1990,1,20,-5", "-5"),
    "year 3020": ("{0},{1},未来院,3020,1,20,1000", "3020"),
    "10,000 characters": ("{0},{1}," + "长" * 10_000 + ",1990,1,20,1000", "100"),
    "no name": ("{0},{1},,1990,1,20,1000", None),
    "no such street": ("无此街道,{1},好院,1990,1,20,1000", "无此街道"),
    "words for a number": ("{0},{1},文字院,1990,许多,20,1000", "许多"),
    "a number too large": ("{0},{1},大院,1990,1,99999999999999999999999,1000", "999"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_right_is_refused_with_its_reason(officer, home, case):
    row, said = ROWS[case]
    total = officer.get("/api/v1/estates").json["total"]
    sent = officer.upload("/imports", "a.csv", lines(row.format(*home)), kind="estates", datum="cgcs2000", source="测试")
    assert sent.status == 303, sent.text[:3000]
    preview = html.unescape(officer.get(sent.location).text)
    assert 'id="rows-refused"' in preview, case
    refused = preview[preview.index('id="rows-refused"') :]
    assert said is None or said in refused
    assert officer.post(f"{sent.location}/apply", {"take": "all"}).status in (200, 303, 409, 422)
    assert officer.get("/api/v1/estates").json["total"] == total


def test_html_and_sql_in_names_are_only_words(officer, home, person, busy_server):
    names = ["<script>alert(1)</script>院", "<img src=x onerror=alert(2)>院", "'; DROP TABLE estate; --院", '"><b>粗</b>院']
    rows = [f'{home[0]},{home[1]},"{name.replace(chr(34), chr(34) * 2)}",1990,1,20,1000' for name in names]
    sent = officer.upload("/imports", "<i>a</i>.csv", lines(*rows), kind="estates", datum="cgcs2000", source="<u>源</u>")
    page = person(busy_server, "districtOfficer", "430111")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(sent.location)
    assert page.locator("main b:text-is('粗'), main i:text-is('a'), main u:text-is('源'), main img").count() == 0
    taken = page.locator("button[name=take]")
    if taken.count():
        taken.click()
        expect(page.locator("main")).to_contain_text("导入完成")
        for name in names:
            page.goto("/estates?sort=-changed")
            page.locator("tbody a", has_text=name).first.click()
            expect(page.locator("h1")).to_contain_text(name)
            page.goto(page.url + "/history")
            expect(page.locator("main")).to_contain_text("<u>源</u>")
            assert page.locator("main img, main script, main u").count() == 0
        page.goto("/record")
        assert page.locator("main img, main script").count() == 0
    else:
        expect(page.locator("#rows-refused")).to_contain_text(names[0])


def test_a_search_for_html_shows_it_as_words(person, server):
    page = person(server, "cityOfficer")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    for text in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "%' OR 1=1 --", "\\", "%", "_", "𠮷'"):
        page.goto("/estates")
        box = page.locator("main input[name=q]")
        box.fill(text)
        box.press("Enter")
        page.wait_for_url(re.compile(r"\?"))
        expect(page.locator("main input[name=q]")).to_have_value(text)
        assert page.locator("main img").count() == 0
        if len(text) == 1:
            expect(page.locator("main")).to_contain_text("没有符合条件的小区")


def open_socket(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=180)


def reply(link):
    """The first bytes of what comes back; empty when the other side has hung up."""
    received = b""
    try:
        while b"\r\n\r\n" not in received and (chunk := link.recv(65536)):
            received += chunk
    except (ConnectionResetError, TimeoutError):
        pass
    return received


def status(raw):
    return int(raw.split(b" ", 2)[1]) if raw.startswith(b"HTTP/1.1 ") else None


@pytest.mark.parametrize("files", [1, 13])
def test_an_upload_of_130_megabytes_is_refused(officer, busy_server, files):
    edge, megabytes = "edge", 130 // files
    part = f'\r\n--{edge}\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'.encode()
    head = f'--{edge}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{officer.token()}'.encode()
    size = files * (len(part) + (megabytes << 20))
    tail = f"\r\n--{edge}--\r\n".encode()
    with open_socket(busy_server) as link:
        link.sendall(
            f"POST /imports HTTP/1.1\r\nHost: 127.0.0.1:{busy_server.port}\r\n"
            f"Cookie: yiju_session={officer.cookies['yiju_session']}\r\n"
            f"Content-Type: multipart/form-data; boundary={edge}\r\n"
            f"Content-Length: {len(head) + size + len(tail)}\r\n\r\n".encode()
        )
        try:
            link.sendall(head)
            for _ in range(files):
                link.sendall(part)
                for _ in range(megabytes):
                    link.sendall(b"a" * (1 << 20))
            link.sendall(tail)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may answer before all has been sent.
        assert status(reply(link)) == 413


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../../../etc/passwd", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/assets/%2e%2e/%2e%2e/README.md",
        "/assets/....//....//etc/passwd", "/assets/..\\..\\README.md", "/assets/yiju.css%00.png", "/assets/%252e%252e%252f",
        "//etc/passwd", "/../data/keys/master.key", "/estates/..%2f..%2fkeys", "/%00", "/%ff%fe", "/%", "/%zz",
        "/estates/0", "/estates/%27%20OR%201=1", "/estates?page=-1", "/estates?page=99999999999999999999",
        "/estates?sort=%27%3BDROP", "/estates?district=x&stage=y&from=z", "/estates?q=%ff", "/estates?q=%00",
        "/estates?" + "a=b&" * 5000, "/estates?q=" + "长" * 2000, "/map?district=" + "4" * 5000, "/record?before=%00",
        "/api/v1/estates?limit=-5", "/api/v1/estates?limit=1e9", "/api/v1/estates/x", "/" + "a/" * 2000,
    ],
    ids=lambda path: path[:40],
)  # fmt: skip
def test_an_address_of_any_kind_is_answered(officer, busy_server, path):
    raw = path.encode()
    if re.search(rb"[^\x21-\x7e]", raw):
        raw = "".join(chr(b) if 33 <= b < 127 else f"%{b:02X}" for b in raw).encode()
    with open_socket(busy_server) as link:
        cookie = f"yiju_session={officer.cookies['yiju_session']}".encode()
        link.sendall(b"GET " + raw + b" HTTP/1.1\r\nHost: x\r\nCookie: " + cookie + b"\r\nConnection: close\r\n\r\n")
        whole = b""
        while chunk := link.recv(65536):
            whole += chunk
    assert status(whole) in (200, 303, 400, 403, 404, 413, 414, 422, 431), whole[:300]
    assert b"root:" not in whole and b"PRIVATE KEY" not in whole and b"Fatal" not in whole


PAGED = ["/estates", "/projects", "/quality/outdated", "/checklists/{list}"]


@pytest.mark.parametrize("page", [2**63 - 1, 2**63, -(2**63), 0, 1_000_001])
@pytest.mark.parametrize("path", PAGED)
def test_a_page_at_the_limits_of_a_whole_number_is_answered(client, busy_server, path, page):
    reader = client(busy_server, "cityOfficer")
    known = re.search(r'href="/checklists/([0-9a-f-]{36})', reader.get("/checklists").text)[1]
    assert reader.get(f"{path.format(list=known)}?page={page}").status == 200


COOKIES = {
    "rubbish": b"yiju_session=\xff\xfe\x00;;;===; a; =b",
    "wrong token": b"yiju_session=" + b"A" * 43,
    "long token": b"yiju_session=" + b"A" * 6000,
    "many": b"; ".join(b"c%d=x" % n for n in range(700)),
    "twice": b"yiju_session=a; yiju_session=b",
    "sql": b"yiju_session=' OR 1=1 --; language='; theme=<script>",
    "wrong language": b"language=xx; theme=%00; mode=../..",
}


@pytest.mark.parametrize("case", COOKIES)
def test_cookies_of_any_kind_sign_nobody_in(busy_server, case):
    with open_socket(busy_server) as link:
        link.sendall(b"GET /account HTTP/1.1\r\nHost: x\r\nCookie: " + COOKIES[case] + b"\r\nConnection: close\r\n\r\n")
        assert status(reply(link)) in (303, 400, 431)


REQUESTS = {
    "a header of a megabyte": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * (1 << 20) + b"\r\n\r\n",
    "ten thousand headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
    "an address of a megabyte": b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n",
    "a method nobody knows": b"DANCE / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a length and chunks": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a broken chunk": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_of_any_kind_is_answered_or_hung_up_on(busy_server, case):
    with open_socket(busy_server) as link:
        try:
            link.sendall(REQUESTS[case])
        except (BrokenPipeError, ConnectionResetError):
            pass
        link.settimeout(5)
        code = status(reply(link))
    assert code is None or code < 500 or code == 501, code


def form(body, kind="application/x-www-form-urlencoded"):
    return body, {"content-type": kind}


FORMS = {
    "5,000 fields": (form(b"&".join(b"a%d=b" % n for n in range(5000))), 413),
    "two megabytes": (form(b"name=" + b"a" * (2 << 20)), 413),
    "wrong UTF-8": (form(b"name=%ff%fe&password=x"), 422),
    "NUL": (form(b"name=a%00b&password=x"), 422),
    "half a percent": (form(b"name=%4&password=x"), 422),
    "nothing": (form(b""), 422),
    "JSON": (form(b'{"name":"x"}', "application/json"), 422),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_form_of_any_kind_is_refused(busy_server, client, case):
    (body, headers), expected = FORMS[case]
    answer = client(busy_server).ask("POST", "/sign-in", body, headers)
    assert answer.status == expected, answer.text[:500]


UPLOADS = {
    "no boundary": ("multipart/form-data", b"abc"),
    "a long boundary": ("multipart/form-data; boundary=" + "a" * 5000, b"abc"),
    "no end": ("multipart/form-data; boundary=e", b'--e\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'),
    "no name": ("multipart/form-data; boundary=e", b"--e\r\nContent-Type: text/plain\r\n\r\nabc\r\n--e--\r\n"),
    "a head without end": ("multipart/form-data; boundary=e", b"--e\r\nX: " + b"a" * 50_000),
    "a hundred parts": ("multipart/form-data; boundary=e", b'--e\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 100 + b"--e--\r\n"),
    "a long field": ("multipart/form-data; boundary=e", b'--e\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"b" * 100_000 + b"\r\n--e--\r\n"),
    "no multipart": ("text/csv", b"a,b,c"),
}  # fmt: skip


@pytest.mark.parametrize("case", UPLOADS)
def test_an_upload_of_any_kind_is_refused(officer, case):
    kind, body = UPLOADS[case]
    answer = officer.ask("POST", "/imports", body, {"content-type": kind})
    assert answer.status in (403, 413, 422), answer.text[:500]


def test_many_halves_of_requests_hold_up_nobody(busy_server):
    links = [open_socket(busy_server) for _ in range(200)]
    try:
        for link in links:
            link.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nna")
        assert busy_server.get("/")[0] == 200
    finally:
        for link in links:
            link.close()
