"""Every number on the city's page is true and opens what it counts."""

import json
import re

import html5lib
import pytest

import city as cities

ARTICLE_YEAR = "2020"
INNER_DISTRICTS = ("430102", "430103", "430104", "430105", "430111")


@pytest.fixture(scope="session")
def summary(server):
    return json.loads(server.city.run("estates", "summary", "--format", "json").stdout)


@pytest.fixture(scope="session")
def city_page(server, client):
    answer = client(server, "cityOfficer").get("/")
    assert answer.status == 200
    return html5lib.parse(answer.text, namespaceHTMLElements=False)


def words(element):
    return " ".join("".join(element.itertext()).replace("\u00a0", " ").split())


def number(text):
    found = re.match(r"-?[\d,]+(\.\d+)?", text)
    return float(found[0].replace(",", "")) if found else None


def table(page, caption):
    """The rows of a table of the page, the head and the totals included, each as its cells."""
    for table in page.iter("table"):
        if caption in words(table.find("caption")):
            return [[words(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    raise LookupError(f"no table called {caption}")


def sizes(totals):
    return [totals["estates"], totals["buildings"], totals["households"], totals["floorAreaM2"]]


def test_the_numbers_of_the_article(summary):
    assert (summary["estates"], summary["households"], summary["floorAreaM2"]) == (1450, 250_000, 20_160_000)
    assert summary["byYear"]["2019"]["completed"]["estates"] == 94
    assert sizes(summary["byYear"][ARTICLE_YEAR]["programmed"]) == [123, 700, 20_300, 1_720_000]


def test_forty_five_of_the_hundred_and_twenty_three_lie_in_the_inner_districts(server, client):
    ask = client(server, "cityOfficer").get
    totals = [ask(f"/api/v1/estates?district={code}&programmed={ARTICLE_YEAR}").json["total"] for code in INNER_DISTRICTS]
    assert sum(totals) == 45


def test_the_parts_add_up_to_the_whole(summary):
    for part in ("byDistrict", "byStage"):
        rows = [sizes(totals) for totals in summary[part].values()]
        assert [sum(column) for column in zip(*rows)] == pytest.approx(sizes(summary)), part


def test_the_page_shows_what_the_command_line_says(city_page, summary):
    text = words(city_page.find(".//main"))
    assert "1,450 个小区" in text and "25 万户" in text and "2,016 万 m²" in text
    rows = {row[0].split()[0]: row[1:] for row in table(city_page, "历年")[1:]}
    assert set(rows) == set(summary["byYear"])
    for year, figures in summary["byYear"].items():
        expected = []
        for kind in ("programmed", "completed"):
            estates, buildings, households, area = sizes(figures[kind])
            expected += [estates, buildings, households, area / 10_000]
        shown = [number(cell) for cell in rows[year]]
        assert shown == pytest.approx(expected, abs=0.005), year


def test_the_districts_on_the_page_agree_with_the_command_line(city_page, summary):
    rows = table(city_page, "各区县")
    shown = {row[0]: (number(row[1]), number(row[2])) for row in rows[1:]}
    for district in summary["byDistrict"].values():
        assert shown[district["name"]] == (district["estates"], district["households"])
    assert shown["合计"] == (summary["estates"], summary["households"])


def test_every_figure_opens_what_it_counts(city_page, server, client):
    """Follows every number of the page that is a link, and finds as many in the list as the number says."""
    ask = client(server, "cityOfficer").get
    followed, wrong = 0, []
    for link in city_page.iter("a"):
        href, shown = link.get("href"), number(words(link))
        if shown is None or not href.startswith(("/estates", "/projects")):
            continue
        followed += 1
        if href.startswith("/estates"):
            listed = ask("/api/v1" + href).json
            found = [listed["total"], listed["households"], round(listed["floorAreaM2"] / 10_000, 2)]
        else:
            found = project_sums(ask(href).text)
        if not any(abs(value - shown) < 0.006 for value in found):
            wrong.append(f"{href}: the page says {shown:,}, the list {found}")
    assert followed > 100 and not wrong, "\n".join(wrong)


def project_sums(text):
    """Estates, buildings, households and area in ten thousands: the last row of the list of projects."""
    page = html5lib.parse(text, namespaceHTMLElements=False)
    cells = [number(words(cell)) for cell in page.find(".//tfoot/tr")][-4:]
    return cells[:3] + [round(cells[3] / 10_000, 2)]


def test_who_sees_a_district_opens_what_counts_the_district(server, client):
    """The city's own figures would open lists that count less: for such a reader they are no links."""
    page = html5lib.parse(client(server, "districtOfficer").get("/").text, namespaceHTMLElements=False)
    totals = page.find(".//tfoot/tr")
    assert words(totals).startswith("合计") and list(totals.iter("a")) == []
    links = [link.get("href") for row in page.find(".//tbody") for link in row.iter("a")]
    # Yuhua's lists and its quality page.
    assert links and all("=430111" in href for href in links)


def test_list_and_page_and_map_count_the_same(server, client):
    ask = client(server, "cityOfficer").get
    years = ("programmed=2020", "completed=2019", "completed=any")
    for query in ("", "district=430111", "stage=works", *years, "q=公交", "rule=any"):
        total = ask(f"/api/v1/estates?{query}").json["total"]
        text = words(html5lib.parse(ask(f"/estates?{query}").text, namespaceHTMLElements=False).find(".//main"))
        assert f"找到 {total:,} 个小区" in text or total == 0, query
        lines = server.city.run("estates", "--format", "json", "--search", "公交").stdout if query == "q=公交" else None
        if lines:
            assert len(json.loads(lines)) == total


def test_two_readers_see_the_same_totals(server, client, summary):
    for role in ("districtOfficer", "auditor", "resident"):
        assert client(server, role).get("/api/v1/summary").json["byYear"] == summary["byYear"], role
    assert cities.Client(server).get("/api/v1/summary").json["households"] == summary["households"]
