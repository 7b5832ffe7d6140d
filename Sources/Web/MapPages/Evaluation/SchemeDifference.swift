import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// What differs between two schemes, in the order in which one reads a scheme.
struct SchemeDifference {
    private let before: Scheme
    private let after: Scheme
    private let survey: SurveyForm
    private let t: Language
    private(set) var lines: [ChangeLine] = []

    init(_ before: Scheme, _ after: Scheme, _ survey: SurveyForm, _ t: Language) {
        (self.before, self.after, self.survey, self.t) = (before, after, survey, t)
        note(t("名称", "Title"), before.title(t), after.title(t))
        note(t("来源", "Source"), before.source(t), after.source(t))
        note(t("由谁负责", "Set by"), before.setBy, after.setBy)
        pair(before.groups, after.groups, by: \.code) { $0.compare($1, $2) }
        pair(before.aspects, after.aspects, by: \.code) { $0.compare($1, $2) }
        pair(before.gate, after.gate, by: \.fact) { $0.compare($1, $2) }
        pair(before.bands, after.bands, by: \.code) { $0.compare($1, $2) }
        note(t("抽取的权重组数", "Weightings drawn"), "\(before.robustness.samples)", "\(after.robustness.samples)")
        note(t("随机种子", "Seed"), "\(before.robustness.seed)", "\(after.robustness.seed)")
        note(
            t("集中度", "Concentration"), short(before.robustness.concentration),
            short(after.robustness.concentration))
    }

    /// The lines as a table, or the sentence that nothing differs.
    var html: Html {
        guard !lines.isEmpty else { return paragraph(t("内容完全相同。", "Nothing differs.")) }
        return changeTable(t, caption: t("不同之处", "What differs"), lines)
    }

    private mutating func note(_ label: String, _ from: String?, _ to: String?) {
        guard from != to else { return }
        lines.append(ChangeLine(label, from: "\(from ?? "—")", to: "\(to ?? "—")"))
    }

    /// Things of both, in the order of the second; what only the first has comes last.
    private mutating func pair<Item>(
        _ old: [Item], _ new: [Item], by key: (Item) -> String, _ body: (inout SchemeDifference, Item?, Item?) -> Void
    ) {
        for item in new { body(&self, old.first { key($0) == key(item) }, item) }
        for item in old where !new.contains(where: { key($0) == key(item) }) { body(&self, item, nil) }
    }

    private mutating func compare(_ old: AspectGroup?, _ new: AspectGroup?) {
        func said(_ group: AspectGroup, in scheme: Scheme) -> String {
            let above = group.parent.flatMap { scheme.group($0) }.map { " ‹ " + $0.name(t) } ?? ""
            return group.name(t) + above
        }
        note(
            t("分组 ", "Group ") + ((new ?? old)?.name(t) ?? ""), old.map { said($0, in: before) },
            new.map { said($0, in: after) })
    }

    private mutating func compare(_ old: Aspect?, _ new: Aspect?) {
        guard let known = new ?? old else { return }
        let name = "\(known.number) \(known.name(t))"
        guard let old, let new else {
            let whole = percent(known.weight) + " % · \(known.purpose.name(t))"
            return note(name, old == nil ? nil : whole, new == nil ? nil : whole)
        }
        func label(_ zh: String, _ en: String) -> String { "\(name) · \(t(zh, en))" }
        note(label("名称", "name"), old.name(t), new.name(t))
        note(label("分组", "group"), before.group(old.group)?.name(t), after.group(new.group)?.name(t))
        note(label("用于", "counts for"), old.purpose.name(t), new.purpose.name(t))
        note(label("权重", "weight"), share(old.weight), share(new.weight))
        note(label("由谁设定", "set by"), old.weightBy, new.weightBy)
        note(label("里子占比", "function"), share(old.function), share(new.function))
        pair(old.indicators, new.indicators, by: \.code) { $0.compare($1, $2, of: name) }
    }

    private mutating func compare(_ old: Indicator?, _ new: Indicator?, of aspect: String) {
        guard let known = new ?? old else { return }
        let name = "\(aspect) · \(known.name(t))"
        func said(_ indicator: Indicator?) -> (String?, String?, String?, String?) {
            guard let indicator else { return (nil, nil, nil, nil) }
            return (
                SchemeViews.measure(indicator.measure, survey, t),
                "\(SchemeViews.scale(indicator, survey, t)) (\(indicator.scale.direction.name(t)))",
                share(indicator.weight), indicator.evidence.name(t)
            )
        }
        let (was, now) = (said(old), said(new))
        note(name + t("：取自", ": taken from"), was.0, now.0)
        note(name + t("：标尺", ": scale"), was.1, now.1)
        note(name + t("：占方面", ": share of the aspect"), was.2, now.2)
        note(name + t("：依据", ": evidence"), was.3, now.3)
    }

    private mutating func compare(_ old: GateCondition?, _ new: GateCondition?) {
        func said(_ condition: GateCondition) -> String {
            switch condition.test {
            case .atLeast(let number): "\(condition.name(t)) ≥ \(short(number, places: 2))"
            case .holds: "\(condition.name(t)): \(t("是", "yes"))"
            }
        }
        let fact = (new ?? old)?.fact ?? ""
        note(t("条件：", "Condition: ") + (survey.label(fact)?(t) ?? fact), old.map(said), new.map(said))
    }

    private mutating func compare(_ old: Band?, _ new: Band?) {
        func said(_ band: Band) -> String { "\(band.name(t)) ≤ \(share(band.upTo))" }
        note(t("等级 ", "Band ") + ((new ?? old)?.code ?? ""), old.map(said), new.map(said))
    }

    private func share(_ share: Double) -> String { short(share * 100, places: 3) + "\u{A0}%" }
}

/// Two versions of the scheme, what the second changed.
enum SchemeDifferencePage {
    static func link(_ from: Int, _ to: Int) -> Link {
        Link("/evaluation/scheme/difference", ["from": String(from), "to": String(to)])
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let evaluations = visit.hall.evaluations
        let all = try evaluations.schemes(for: visit.actor, in: tx)
        let newest = all.first?.version ?? 1
        let to = visit.query.number("to") ?? newest
        let from = visit.query.number("from") ?? all.first { $0.version < to }?.version ?? to
        let (old, new) = (
            try evaluations.scheme(.version(from), in: tx).scheme, try evaluations.scheme(.version(to), in: tx).scheme
        )
        let survey = try evaluations.register.form(.estate, in: tx)
        let title = t("两版方案的不同", "What two versions differ in")
        let choices = all.map {
            Choice(
                String($0.version),
                t("第 \($0.version) 版 · \($0.scheme.title.zh)", "version \($0.version) · \($0.scheme.title.en)"))
        }
        let bar = filterBar(
            t, action: "/evaluation/scheme/difference",
            [
                filterSelect(label: t("从", "From"), name: "from", options: choices, selected: String(from)),
                filterSelect(label: t("到", "To"), name: "to", options: choices, selected: String(to)),
            ])
        let note: Html = """
            \(t("第 \(from) 版", "Version \(from)")) (\(time(t, old.issued))) → \
            \(t("第 \(to) 版", "version \(to)")) (\(time(t, new.issued)))
            """
        return visit.page(
            title, source: t("来源：评价方案，摘要 ", "Source: scheme, digest ") + new.digest.prefix(12),
            stack([
                breadcrumbs(
                    t,
                    [
                        Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"),
                        Crumb(title),
                    ]), pageHead(title, note: note, actions: [printButton(t)]), card(bar),
                card(t("不同之处", "What differs"), SchemeDifference(old, new, survey, t).html),
            ]))
    }
}
