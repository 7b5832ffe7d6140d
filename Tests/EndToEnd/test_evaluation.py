"""Who comes first, and why: the ranking is read, taken apart, contested, tried with other weights, made anew, published.

The same acts and queries run on PostgreSQL in the package's own tests.
"""

import gzip
import hashlib
import io
import re

import mapbox_vector_tile
import openpyxl
import pytest
from playwright.sync_api import expect

import city as cities

ENGINES = ["sqlite"]
RUN = re.compile(r"/evaluation/runs/([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def town(pristine_city, tmp_path_factory):
    """A city for these tests alone: they issue schemes and publish."""
    folder = tmp_path_factory.mktemp("evaluation")
    copy = pristine_city.copy(folder / "city")
    with cities.Server(copy, folder / "server.log") as served:
        yield served
    copy.remove()


@pytest.fixture(scope="module")
def officer(town, client):
    return client(town, "cityOfficer")


@pytest.fixture(scope="module")
def run(officer):
    """The evaluation that the demo city comes with."""
    return RUN.findall(officer.get("/evaluation/runs").text)[-1]


def report(page):
    """Opens the report of the first estate of the ranking."""
    page.goto("/evaluation")
    page.locator("table tbody th a").first.click()
    page.wait_for_url(re.compile(r"/estates/[0-9a-f-]{36}$"))


def points(text):
    return float(re.search(r"-?\d+\.\d", text.replace("−", "-"))[0])


def test_the_ranking_shows_bands_with_ranges_and_narrows_to_what_is_asked(person, town):
    page = person(town, "cityOfficer")
    page.goto("/evaluation")
    expect(page.locator("main")).to_contain_text("系统默认，可修改")
    page.locator("select[name=band]").select_option("A")
    page.wait_for_url(re.compile("band=A"))
    bands = page.locator("table[data-rows] tbody tr").first.locator("td").first
    expect(bands).to_contain_text("A")
    needs = [points(text) for text in page.locator("td[data-label^=需求分] b").all_inner_texts()]
    assert needs == sorted(needs, reverse=True) and len(needs) == 50
    page.locator("th a.sort", has_text="需求分").click()
    page.wait_for_url(re.compile("sort="))
    assert len(page.locator("td[data-label^=名次范围]").all_inner_texts()) == 50


def test_a_report_adds_up_to_the_score_it_explains(person, town):
    page = person(town, "cityOfficer")
    report(page)
    whole = points(page.locator("figure.range .range-text").nth(1).inner_text())
    parts = page.locator("section.card, .card").filter(has_text="各方面的贡献").locator(".bars .bar-text")
    total = sum(points(text) for text in parts.all_inner_texts())
    assert abs(total - whole) < 0.001, (total, whole)


def test_an_export_holds_what_the_page_was_narrowed_to(officer, run):
    sent = officer.get(f"/evaluation/runs/{run}.xlsx?band=A&district=430111")
    assert sent.status == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True).active.values)
    head, lines = rows[0], rows[1:]
    assert head[:4] == ("编号", "名称", "地区代码", "等级") and len(head) == 19 + 21
    assert lines and all(line[3] == "A" and line[2].startswith("430111") for line in lines)
    plain = officer.get(f"/evaluation/runs/{run}.csv?band=A&district=430111").text
    assert len(plain.strip().splitlines()) == len(lines) + 1


def test_a_district_reads_its_own_estates_alone(client, town, run):
    district = client(town, "districtOfficer", "430111")
    own, foreign = (district.get(f"/evaluation/runs/{run}?district={code}").text for code in ("430111", "430102"))
    assert own.count("data-row-link") == 50 + 9 and foreign.count("data-row-link") == 9
    everybody = client(town, "cityOfficer").get(f"/evaluation/runs/{run}?district=430102").text
    elsewhere = re.search(rf"/evaluation/runs/{run}/estates/[0-9a-f-]{{36}}", everybody)[0]
    assert district.get(elsewhere).status == 403


def test_other_methods_other_estates_and_missing_facts_have_their_pages(person, town, run):
    page = person(town, "cityOfficer")
    page.goto(f"/evaluation/runs/{run}/methods")
    expect(page.locator("main")).to_contain_text("PROMETHEE II")
    assert all(0 < float(text) <= 1 for text in page.locator("td[data-label^=Spearman]").all_inner_texts())
    page.goto(f"/evaluation/runs/{run}/survey")
    assert page.locator("table tbody tr").count() == 40
    page.goto("/evaluation")
    for box in page.locator("input[name=estate]").all()[:3]:
        box.check()
    page.get_by_role("button", name="并排比较所选小区").click()
    page.wait_for_url(re.compile("/compare"))
    assert page.locator("table").first.locator("thead th").count() == 4


def test_the_map_can_be_coloured_by_band(client, town):
    officer, contractor = client(town, "cityOfficer"), client(town, "contractor")
    offered = officer.get("/map/facts.json").json[0]
    assert offered["key"] == "evaluationBand" and [band["code"] for band in offered["choices"]] == ["D", "C", "B", "A"]
    tile = gzip.decompress(officer.get("/tiles/12/3333/1712.mvt?fact=evaluationBand").body)
    estates = mapbox_vector_tile.decode(tile)["estates"]["features"]
    bands = {feature["properties"].get("value") for feature in estates}
    assert bands & {"A", "B", "C", "D"} and bands <= {"A", "B", "C", "D", None}
    # Who may not read evaluations is not told.
    assert contractor.get("/map/facts.json").json[0]["key"] != "evaluationBand"
    assert b"value" not in gzip.decompress(contractor.get("/tiles/12/3333/1712.mvt?fact=evaluationBand").body)


def test_a_contested_fact_is_decided_by_the_city(person, town):
    page = person(town, "districtOfficer", "430111")
    report(page)
    where = page.url
    page.get_by_text("申诉：这次评价用错了数据").click()
    page.locator("select[name=fact]").select_option("roofLeakage")
    page.locator("input[name=claimed]").fill("没有这样的答案")
    page.locator("textarea[name=reason]").fill("去年已经翻修")
    page.get_by_role("button", name="提交申诉").click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    now = page.locator("input[name=claimed]")
    for answer in ("良好", "较差", "差"):
        now.fill(answer)
        page.locator("textarea[name=reason]").fill("去年已经翻修")
        page.get_by_role("button", name="提交申诉").click()
        page.wait_for_load_state()
        if page.url == where and page.locator("main [role=alert]").count() == 0:
            break
    expect(page.locator("main")).to_contain_text("去年已经翻修")
    judge = person(town, "cityOfficer")
    judge.goto("/evaluation/appeals?state=open")
    judge.get_by_role("link", name="判定", exact=True).first.click()
    judge.locator("textarea[name=decision]").fill("属实")
    judge.get_by_role("button", name="判定成立").click()
    # The register still says what was contested; what was typed is still there, in either language.
    expect(judge.locator("main [role=alert]")).to_contain_text("更正")
    expect(judge.locator("textarea[name=decision]")).to_have_value("属实")
    assert judge.request.get(judge.url).ok
    judge.locator("textarea[name=decision]").fill("照片显示仍在渗漏")
    judge.get_by_role("button", name="判定不成立").click()
    expect(judge.locator("main")).to_contain_text("照片显示仍在渗漏")
    judge.goto("/evaluation/appeals?state=dismissed")
    expect(judge.locator("main")).to_contain_text("照片显示仍在渗漏")


def test_dragging_a_weight_answers_in_the_table(person, town):
    page = person(town, "cityOfficer")
    page.goto("/evaluation/weights")
    page.wait_for_selector("form[data-ready]")
    said = page.locator("[data-weights-said]")
    expect(said).to_contain_text("有 0 个")
    before = page.locator("[data-weights-table] tbody th").all_inner_texts()
    page.locator("input[type=range][name=w-age]").fill("30")
    expect(said).to_contain_text(re.compile("有 [1-9]"))
    after = page.locator("[data-weights-table] tbody th").all_inner_texts()
    assert before != after and len(after) == 30
    page.locator("button[type=reset]").click()
    expect(page.locator("[data-weights-table] tbody th").first).to_have_text(before[0])
    # Without the script the server answers the same.
    page.goto("/evaluation/weights?w-age=30")
    assert page.locator("[data-weights-table] tbody th").first.inner_text() == after[0]


def test_a_draft_is_refused_by_name_tried_and_issued(person, town):
    page = person(town, "cityOfficer")
    page.goto("/evaluation/scheme")
    page.get_by_role("button", name="起草新版本").click()
    page.wait_for_url(re.compile("/evaluation/drafts/"))
    page.locator("input[name=w-age]").fill("10")
    page.locator("input[name=by]").fill("测试会议")
    page.get_by_role("button", name="保存权重").click()
    expect(page.locator("main [role=alert]")).to_contain_text("1")
    page.locator("input[name=w-age]").fill("10")
    page.locator("input[name=w-structure]").fill("6")
    page.locator("input[name=by]").fill("测试会议")
    page.get_by_role("button", name="保存权重").click()
    page.wait_for_load_state()
    assert page.locator("main [role=alert]").count() == 0
    page.get_by_role("link", name="试算：谁会变化").click()
    expect(page.locator("main")).to_contain_text("变化最大的小区")
    assert page.locator("table tbody tr").count() > 10
    page.go_back()
    page.get_by_role("button", name="启用为新版本").click()
    page.wait_for_url(re.compile("/evaluation/scheme$"))
    expect(page.locator("main")).to_contain_text("第 2 版")
    expect(page.locator("main")).to_contain_text("测试会议")


def judge_groups(page):
    """Opens a session on the groups of need, and chooses in each pair, unsaved: the first counts more."""
    page.goto("/evaluation/weighting")
    page.locator("form[action='/evaluation/weighting'] input[name=title]").fill("各组权重")
    page.locator("form[action='/evaluation/weighting'] button").click()
    page.wait_for_url(re.compile("/evaluation/weighting/[0-9a-f-]{36}$"))
    page.locator("select[name=person]").select_option(label="周敏")
    page.get_by_role("button", name="邀请").click()
    pairs = page.locator("select[name^='p-']")
    expect(pairs).to_have_count(10)
    for number in range(10):
        pairs.nth(number).select_option("3" if number == 0 else "1")
    return pairs


def test_experts_judge_in_pairs_and_their_weights_become_a_draft(person, town):
    page = person(town, "cityOfficer")
    pairs = judge_groups(page)
    # Said before anything is saved; one judgement turned round contradicts the others.
    live = page.locator("[data-judging]")
    expect(live).to_contain_text(re.compile(r"一致性比率 0\.0\d+，可以采用"))
    pairs.nth(1).select_option("-9")
    expect(live).to_contain_text("最不一致的一对")
    pairs.nth(1).select_option("1")
    expect(live).to_contain_text("可以采用")
    page.get_by_role("button", name="保存判断").click()
    expect(page.locator("main")).to_contain_text("一致性比率")
    page.get_by_role("button", name="结束会议，得出权重").click()
    expect(page.locator("main")).to_contain_text("1 位专家")
    page.get_by_role("button", name="用这些权重起草方案").click()
    page.wait_for_url(re.compile("/evaluation/drafts/"))
    shares = [float(field.input_value()) for field in page.locator("fieldset").first.locator("input").all()]
    assert abs(sum(shares) - 100) < 0.01 and max(shares) > 8


def test_experts_and_residents_rank_side_by_side(person, town):
    page = person(town, "cityOfficer")
    page.goto("/evaluation/weighting/beside")
    expect(page.locator("main")).to_contain_text("还不能并排")
    judge_groups(page)
    page.get_by_role("button", name="保存判断").click()
    page.get_by_role("button", name="结束会议，得出权重").click()
    expect(page.locator("main")).to_contain_text("1 位专家")
    page.goto("/evaluation/weighting")
    form = page.locator("form[action='/evaluation/weighting/residents']")
    form.locator("input[name=source]").fill("入户问卷")
    form.locator("input[name=day]").fill("2026-05-01")
    form.locator("input[name=respondents]").fill("400")
    names = ["房屋本体", "管线设施", "消防与安防", "小区环境", "适老与服务"]
    totals = "\n".join(f"{name} {count}" for name, count in zip(names, (40, 60, 20, 120, 160)))
    form.locator("textarea[name=totals]").fill(totals)
    form.get_by_role("button", name="录入").click()
    page.get_by_role("link", name="专家与居民的排名并排看").click()
    weights = page.locator("table").first.locator("tbody tr")
    sums = [sum(points(row.locator("td").nth(column).inner_text()) for row in weights.all()) for column in range(3)]
    assert all(abs(total - 100) < 1.5 for total in sums), sums
    apart = [int(text.replace(",", "")) for text in page.locator("td[data-label^=相差]").all_inner_texts()]
    assert apart == sorted(apart, reverse=True) and apart[0] > 0


def test_an_estates_report_leaves_whole_and_its_places_are_all_of_them(person, town, officer):
    page = person(town, "cityOfficer")
    report(page)
    name = page.locator("h1").inner_text()
    sent = officer.get(page.get_by_role("link", name="导出 XLSX").get_attribute("href"))
    book = openpyxl.load_workbook(io.BytesIO(sent.body), read_only=True)
    assert book.sheetnames == ["结果", "各方面", "指标"]
    result = dict(row[:2] for row in book["结果"].values)
    assert result["小区"] == name
    parts = [row[1] for row in list(book["各方面"].values)[1:]]
    assert abs(sum(parts) - float(result["需求分"])) < 0.001
    page.get_by_role("link", name="权重抽样里的名次").click()
    shares = [points(text) for text in page.locator(".bars .bar-text").all_inner_texts()]
    assert 1 <= len(shares) <= 20 and abs(sum(shares) - 100) < 1.5


def test_a_run_is_a_job_with_progress_and_comes_out_the_same_again(person, town):
    page = person(town, "cityOfficer")
    page.goto("/evaluation/new")
    page.locator("input[name=asOf]").fill("2999-01-01")
    page.get_by_role("button", name="开始评价").click()
    expect(page.locator("main [role=alert]")).to_contain_text("将来")
    page.locator("input[name=asOf]").fill("2026-06-30")
    page.get_by_role("button", name="开始评价").click()
    page.wait_for_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    page.get_by_role("link", name="查看结果").click(timeout=120_000)
    page.wait_for_url(RUN)
    page.goto(page.url.split("?")[0] + "/replay")
    expect(page.locator("main")).to_contain_text("完全一致")


def test_what_is_published_can_be_read_and_checked_by_anybody(person, town, client, run):
    page = person(town, "cityOfficer")
    page.goto(f"/evaluation/runs/{run}/publish")
    page.get_by_role("button", name="公布").click()
    page.wait_for_url(re.compile("/public/evaluations/[0-9a-f-]{36}$"))
    where = page.url.removeprefix(town.url)
    stranger = person(town)
    stranger.goto(where)
    expect(stranger.locator("main")).to_contain_text("SHA-256")
    document = client(town).get(where + "/document.json")
    digest = hashlib.sha256(document.body).hexdigest()
    expect(stranger.locator("main")).to_contain_text(digest)
    assert document.json["rows"][0]["rank"] == 1
    page.get_by_text("撤回这次公布").click()
    page.locator("textarea[name=reason]").fill("数据有误")
    page.get_by_role("button", name="撤回", exact=True).click()
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text("数据有误")
    # What was published stays to be checked.
    assert client(town).get(where + "/document.json").body == document.body
