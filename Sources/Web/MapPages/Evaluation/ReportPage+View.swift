import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry

extension ReportPage {
    private var line: RankingLine { why.line }
    private var scheme: Scheme { why.scheme }

    func view(_ t: Language) -> Html {
        stack([
            breadcrumbs(
                t, [Crumb(t("评价", "Evaluation"), why.run.link), Crumb(line.name)]),
            head(t), reason(t), grid([scoreCard(t), groupCard(t)]),
            card(t("各方面的贡献", "What each aspect adds"), note: contributionsNote(t), contributions(t)),
            grid([beside(t), changesCard(t)]), neighbours(t), conditions(t), quality(t), indicatorsCard(t),
            evidence(t), appealCard(t),
        ])
    }

    private func head(_ t: Language) -> Html {
        var pills = [EvaluationWords.band(line, scheme, t), EvaluationWords.gate(line.gate, t)]
        if why.run.isGenerated { pills.append(demoPill(t)) }
        var actions = [linkButton(t("小区档案", "The estate"), "/estates/\(line.estate)"), printButton(t)]
        if let place = line.location {
            let view = "\(place.longitude),\(place.latitude),16"
            actions.insert(linkButton(t("在地图上看", "On the map"), Link("/map", ["view": view])), at: 1)
        }
        return pageHead(
            line.name, pills: pills,
            note: """
                \(code(line.number)) · \(places.path(line.place, t)) · \(EvaluationWords.scheme(why.run, t)) · \
                \(t("截至 ", "as of "))\(time(t, why.run.asOf))
                """, actions: actions)
    }

    /// The reason in one sentence, before any figure.
    private func reason(_ t: Language) -> Html {
        let top = why.contributions.filter { $0.points > 0 }.prefix(3).map { scheme.aspects[$0.aspect].name(t) }
        let listed = top.joined(separator: t("、", ", "))
        if let flag = line.flag {
            return notice(
                .amber, title: t("不参加排名", "Not ranked"),
                """
                \(t(
                    "该小区在“\(flag.name.zh)”名单上，所以只列出、不排名。",
                    "It is on the list “\(flag.name.en)”, so it is shown and not ranked."))
                """
            )
        }
        let ranks = EvaluationWords.ranks(t, line)
        let first = grouped(why.run.first)
        let isCertain = line.bestRank == line.worstRank
        var sentence = t(
            "需求 \(EvaluationWords.points(line.need.middle)) 分，主要因为\(listed)；"
                + (isCertain ? "排\(ranks)" : "名次在 \(ranks) 之间"),
            "Need \(EvaluationWords.points(line.need.middle)), mostly because of \(listed); "
                + (isCertain ? "its place is \(ranks)" : "its place lies within \(ranks)"))
        if let firstShare = line.firstShare {
            let share = EvaluationWords.share(firstShare)
            sentence += t(
                "；在 \(share) 的权重抽样里进入前 \(first) 名",
                ", and it is among the first \(first) in \(share) of the weightings")
        }
        return notice(.neutral, "\(sentence + t("。", "."))")
    }

    private func scoreCard(_ t: Language) -> Html {
        var parts: [Html] = [
            rangeBar(
                t, title: t("需求分（越高越急）", "Need (the higher, the more urgent)"), low: line.need.low * 100,
                best: line.need.middle * 100, high: line.need.high * 100, of: 100,
                text: "\(EvaluationWords.points(line.need.middle))（\(EvaluationWords.range(line.need))）"),
            rangeBar(
                t, title: t("准备度（门槛，不参加排名）", "Readiness (a gate, not part of the rank)"),
                low: line.readiness.low * 100, best: line.readiness.middle * 100, high: line.readiness.high * 100,
                of: 100,
                text: "\(EvaluationWords.points(line.readiness.middle))（\(EvaluationWords.range(line.readiness))）"),
        ]
        if let rank = line.rank, let best = line.bestRank, let worst = line.worstRank {
            parts.insert(
                rangeBar(
                    t, title: t("名次", "Place"), low: Double(best), best: Double(rank), high: Double(worst),
                    of: Double(max(1, why.run.ranked)),
                    line: (Double(why.run.first), t("首批 \(grouped(why.run.first))", "first \(grouped(why.run.first))")),
                    text: t(
                        "\(EvaluationWords.ranks(t, line))，共 \(grouped(why.run.ranked)) 个",
                        "\(EvaluationWords.ranks(t, line)) of \(grouped(why.run.ranked))")), at: 0)
        }
        parts.append(
            shareBar(
                t, title: t("需求的构成", "What the need is about"),
                [
                    Share(
                        t("里子：功能缺失", "functions lacking"), value: line.functionShare,
                        text: percent(line.functionShare, 0) + "\u{A0}%"),
                    Share(
                        t("面子：外观", "appearance"), value: 1 - line.functionShare,
                        text: percent(1 - line.functionShare, 0) + "\u{A0}%"),
                ]))
        return card(t("得分与名次", "Score and place"), stack(parts))
    }

    private func groupCard(_ t: Language) -> Html {
        let named = why.groups.compactMap { score in scheme.group(score.group).map { (score, $0.name(t)) } }
        let district = places.name(why.district, t)
        let radar = radarChart(
            t, title: t("中心为良好，外圈为最差", "the centre is good, the rim the worst"),
            named.map { RadarSpoke($1, value: $0.value.middle, usual: $0.usual) }, own: line.name,
            usual: t("\(district)的中位数", "median of \(district)"))
        let bars = named.map { score, name in
            let (own, usual) = (EvaluationWords.points(score.value.middle), EvaluationWords.points(score.usual))
            return Bar(
                name, value: score.value.middle, text: t("\(own)（中位 \(usual)）", "\(own) (median \(usual))"),
                tone: .cinnabar)
        }
        return card(
            t("各组状况", "By group"),
            radar + barChart(t, title: t("0 为良好，100 为最差", "0 is good, 100 the worst"), bars, max: 1))
    }

    private func contributionsNote(_ t: Language) -> Html {
        "\(t("各项之和就是需求分", "together they are the score"))"
    }

    private func contributions(_ t: Language) -> Html {
        let shown = EvaluationWords.adding(why.contributions.map(\.points))
        let bars = zip(why.contributions, shown).map { part, points in
            let aspect = scheme.aspects[part.aspect]
            return Bar(
                "\(aspect.number) \(aspect.name(t))", value: part.points, text: EvaluationWords.points(points),
                tone: .cinnabar, link: Link("").fragment("aspect-\(aspect.code)"))
        }
        let sum = EvaluationWords.points(shown.reduce(0, +))
        return barChart(t, title: t("合计 \(sum) 分", "\(sum) points in all"), bars)
    }

    private func beside(_ t: Language) -> Html {
        let district = places.name(why.district, t)
        return card(
            t("与\(district)的中位数相比", "Against the median of \(district)"),
            difference(
                why.againstDistrict,
                EvaluationWords.higher(why.againstDistrict.difference, t), t))
    }

    private func difference(_ difference: ExplainedDifference, _ title: String, _ t: Language) -> Html {
        let shown = EvaluationWords.adding(difference.parts.map(\.points) + [difference.rest])
        var bars = zip(difference.parts, shown).map { part, points in
            Bar(scheme.aspects[part.aspect].name(t), value: part.points, text: EvaluationWords.change(points))
        }
        if let rest = shown.last, rest != 0 {
            bars.append(Bar(t("其余方面合计", "all others"), value: rest, text: EvaluationWords.change(rest)))
        }
        return differenceChart(t, title: title, bars)
    }

    private func changesCard(_ t: Language) -> Html {
        let title = t("怎样会改变结果", "What would change it")
        guard let isFirst = why.isAmongFirst else { return card(title, paragraph(t("不参加排名。", "It is not ranked."))) }
        let first = grouped(why.run.first)
        let intro = paragraph(
            isFirst
                ? t(
                    "目前在前 \(first) 名内。只改一个方面，变到下列数值就会掉出：",
                    "It is among the first \(first). One aspect alone at these values would take it out:")
                : t(
                    "目前在前 \(first) 名外。只改一个方面，变到下列数值就会进入：",
                    "It is not among the first \(first). One aspect alone at these values would bring it in:")
        )
        guard !why.changes.isEmpty else {
            return card(
                title,
                paragraph(
                    t(
                        "没有任何一个方面单独变化就能改变它是否在前 \(first) 名。",
                        "No single aspect can change whether it is among the first \(first)."))
            )
        }
        let rows = why.changes.prefix(8).map { change in
            TableRow([
                "\(scheme.aspects[change.aspect].name(t))", "\(EvaluationWords.points(change.from))",
                "\(EvaluationWords.points(change.to))",
            ])
        }
        let list = table(
            t,
            DataTable(
                caption: title,
                columns: [
                    TableColumn(t("方面", "Aspect"), .heading), TableColumn(t("现在", "Now"), .number),
                    TableColumn(t("变为", "At"), .number),
                ], rows: Array(rows)))
        return card(title, intro + list)
    }

    private func neighbours(_ t: Language) -> Html {
        let all: [(String, RankedNeighbour?)] = [
            (t("名次在前的一个", "Next above"), why.above), (t("名次在后的一个", "Next below"), why.below),
            (t("首批的界线", "The line of the first"), why.atCutOff),
        ]
        let cards = all.compactMap { title, neighbour -> Html? in
            guard let neighbour else { return nil }
            let name: Html =
                neighbour.line.map { "<a href=\"\(url: why.run.link(to: $0.estate))\">\($0.name)</a>" }
                ?? "\(t("您管辖范围以外的小区", "an estate outside your area"))"
            let head: Html = """
                <p>\(name) · \(t("中位名次第 \(grouped(neighbour.rank)) 名", "official rank \(grouped(neighbour.rank))")) · \
                \(EvaluationWords.points(neighbour.need.middle))</p>
                """
            let chart = difference(
                neighbour.why,
                t("本小区", "this estate is ") + EvaluationWords.higher(neighbour.why.difference, t), t)
            return card(title, head + chart)
        }
        return cards.isEmpty ? "" : grid(cards)
    }

    private func conditions(_ t: Language) -> Html {
        let rows = why.conditions.map { item in
            let state: Html =
                switch item.holds {
                case true?: pill(t("达到", "met"), .jade)
                case false?: pill(t("未达到", "not met"), .cinnabar)
                case nil: unknown(t)
                }
            return TableRow(["\(item.condition.name(t))", fact(item.condition.fact, item.fact, t), state])
        }
        return card(
            t("纳入计划前的条件", "Before it can be programmed"),
            note: "\(t("门槛，与需求分无关", "a gate, apart from the need"))",
            table(
                t,
                DataTable(
                    caption: t("条件", "Conditions"),
                    columns: [
                        TableColumn(t("条件", "Condition"), .heading), TableColumn(t("现状", "As it is")),
                        TableColumn(t("结果", "Result")),
                    ], rows: rows)))
    }

    private func quality(_ t: Language) -> Html {
        var lines = [
            ValueLine(t("已知数据的权重", "Weight of known data"), "\(CityFigures.percentage(line.known))"),
            ValueLine(t("估计值", "Estimates"), "\(grouped(why.approximate))"),
        ]
        if let oldest = why.oldestFact { lines.append(ValueLine(t("最早的数据", "Oldest fact"), time(t, oldest))) }
        if let latest = why.latestFact { lines.append(ValueLine(t("最近的数据", "Latest fact"), time(t, latest))) }
        var body = valueList(lines)
        if !why.missing.isEmpty {
            let rows = why.missing.prefix(8).map { task in
                TableRow([
                    "\(task.indicator.name(t))", "\(scheme.aspects[task.aspect].name(t))", "\(grouped(task.places))",
                    "\(EvaluationWords.points(task.points))",
                ])
            }
            body += table(
                t,
                DataTable(
                    caption: t("还缺的数据，先查最有用的", "Missing facts, the most telling first"),
                    columns: [
                        TableColumn(t("缺的指标", "Missing"), .heading), TableColumn(t("方面", "Aspect")),
                        TableColumn(t("收窄名次", "Places"), .number), TableColumn(t("收窄分数", "Points"), .number),
                    ], rows: Array(rows)))
        }
        let fill = mayCorrect ? LinkText(t("去填写", "Fill in"), "/estates/\(line.estate)/edit") : nil
        return card(t("数据质量", "Data quality"), more: fill, body)
    }

    private func indicatorsCard(_ t: Language) -> Html {
        let rows = zip(scheme.aspects, why.indicators).flatMap { aspect, indicators in
            indicators.enumerated().map { index, item in
                TableRow(
                    [
                        "\(index == 0 ? "\(aspect.number) \(aspect.name(t))" : "")",
                        "\(item.indicator.name(t))", facts(item, t), "\(EvaluationWords.range(item.value))",
                        "\(percent(item.weight, 2) + "\u{A0}%")", "\(item.indicator.evidence.name(t))",
                    ], id: index == 0 ? "aspect-\(aspect.code)" : nil)
            }
        }
        let list = table(
            t,
            DataTable(
                caption: t("每个指标：数据、取值与权重", "Each indicator: fact, value and weight"),
                columns: [
                    TableColumn(t("方面", "Aspect")), TableColumn(t("指标", "Indicator"), .heading),
                    TableColumn(t("数据", "Fact")), TableColumn(t("取值", "Value"), .number, note: "0–100"),
                    TableColumn(t("权重", "Weight"), .number), TableColumn(t("依据", "Evidence")),
                ], rows: rows))
        return card(t("全部指标", "All indicators"), list)
    }

    private func facts(_ item: ExplainedIndicator, _ t: Language) -> Html {
        let known = zip(item.indicator.measure.facts, item.facts).map { fact($0, $1, t) }
        return Html.joined(known, by: " / ")
    }

    private func fact(_ key: String, _ value: FactValue, _ t: Language) -> Html {
        guard value.isKnown, let question = survey.question(key) else {
            return value.isKnown ? "\(value.asDouble.map { short($0, places: 2) } ?? "")" : unknown(t)
        }
        return "\(question.shown(value, t))"
    }

    private func evidence(_ t: Language) -> Html {
        photos.isEmpty
            ? "" : card(t("现场照片", "Photos"), photoGrid(photos.map { photoWords.tile($0, t) }))
    }
}
