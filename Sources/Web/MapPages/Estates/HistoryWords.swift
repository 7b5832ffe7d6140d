import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The record of an estate with its parts, or of a building, in sentences: who changed which field from what to what,
/// on what evidence, when.
struct HistoryWords {
    /// The form of the thing itself.
    let survey: SurveyForm
    /// Nil when it has none.
    let parts: EstateParts?
    let stages: StageNames
    let names: PlaceNames
    /// Names what was typed freely without repeating it: for screens that anybody sees.
    private var isDiscreet = false

    /// Looks up the names of all places that `acts` speak of.
    init(
        _ acts: [RecordedAct], survey: SurveyForm, parts: EstateParts? = nil, register: Register, in tx: Tx
    ) throws {
        self.survey = survey
        self.parts = parts
        stages = StageNames(try register.stageList(in: tx))
        let codes = acts.flatMap { [$0.before["place"], $0.after["place"]] }.compactMap { value -> PlaceCode? in
            guard case .text(let code) = value else { return nil }
            return PlaceCode(code)
        }
        names = PlaceNames(try register.placeNames(codes, in: tx))
    }

    /// For acts on things of many estates, told where anybody reads them.
    init(
        of acts: [RecordedAct], buildings: SurveyForm, menu: WorksMenu, survey: SurveyForm, register: Register,
        in tx: Tx
    ) throws {
        let parts = EstateParts(form: buildings, menu: menu)
        try self.init(acts, survey: survey, parts: parts, register: register, in: tx)
        isDiscreet = true
    }

    /// What was done, without who did it and on what.
    func told(_ act: RecordedAct, limit: Int, _ t: Language) -> Html { what(act, limit: limit, t) }

    /// - Parameter limit: how many changed fields to spell out.
    func line(_ act: RecordedAct, limit: Int, _ t: Language) -> HistoryLine {
        HistoryLine(
            who: ActorWords.name(act)(t), sentence(act, limit: limit, t), when: time(t, act.at),
            evidence: plain(act.after["evidence"]))
    }

    private func sentence(_ act: RecordedAct, limit: Int, _ t: Language) -> Html {
        let told = what(act, limit: limit, t)
        guard let part = parts?.title(of: act.subject) else { return told }
        return "<a href=\"\(url: part.link)\">\(part.name(t))</a>\(t("：", ": "))\(told)"
    }

    private func what(_ act: RecordedAct, limit: Int, _ t: Language) -> Html {
        switch act.act {
        case "estate.flag":
            let kind = plain(act.after["flag"]).flatMap { Checklist.Kind(rawValue: $0) }
            let source = isDiscreet ? "" : plain(act.after["source"]) ?? ""
            return "\(t("比对名单标记：", "flagged from a cross-check list: "))<ins>\(kind?.name(t) ?? "")</ins> \(source)"
        case "entrance.register":
            let count = if case .list(let dwellings) = act.after["dwellings"] { dwellings.count } else { 0 }
            let name = plain(act.after["entrance"]) ?? ""
            return "\(t("登记了「\(name)」，\(count) 户", "registered “\(name)” with \(count) dwellings"))"
        case "estate.outline", "building.footprint":
            let areas = [act.before, act.after].map { outline($0, t) }
            return changed(t, field: t("边界", "outline"), from: areas[0], to: areas[1])
        case "estate.unflag":
            let kind = plain(act.before["flag"]).flatMap { Checklist.Kind(rawValue: $0) }
            return "\(t("比对名单撤回，取消标记：", "flag taken back with its list: "))<del>\(kind?.name(t) ?? "")</del>"
        case "field.settle":
            let kept = orderedKeys(act).prefix(limit).map { key -> Html in
                if isDiscreet, isFreeText(key, act) { return "\(label(key, act)(t))" }
                return "\(label(key, act)(t)) <ins>\(text(key, act.after[key], act, t) ?? t("未知", "unknown"))</ins>"
            }
            let told = Html.joined(kept, by: t == .zh ? "；" : "; ")
            return "\(t("核定现场摸底的不同数值，保留：", "settled a conflict from the field, keeping: "))\(told)"
        case "project.create", "project.generate":
            let way = act.act == "project.create" ? t("建立项目", "created") : t("由演示城市生成", "made by the demo city")
            let stage = plain(act.after["stage"]).map { stages[$0].name(t) }
            return "\(way)\(stage.map { t("，阶段为", ", stage ") + $0 } ?? "")"
        case "project.stage":
            let day = text("day", act.after["day"], act, t).map { t("，自 \($0)", ", from \($0)") } ?? ""
            let note = plain(act.after["note"]).map { isDiscreet ? "" : t("，说明：", ", note: ") + $0 } ?? ""
            return
                "\(changes(act, orderedKeys(act).filter { $0 != "day" && $0 != "note" }, limit: limit, t))\(day)\(note)"
        case "photo.add", "photo.correct", "photo.remove": return photo(act, limit: limit, t)
        case let name where name.hasSuffix(".generate"): return "\(t("由演示城市生成", "made by the demo city"))"
        default: break
        }
        let keys = orderedKeys(act)
        if act.before.values.isEmpty, !keys.isEmpty, act.act.hasSuffix(".register") || act.act.hasSuffix(".import") {
            let filled = keys.count { text($0, act.after[$0], act, t) != nil }
            let way =
                act.act.hasSuffix(".import") ? t("从表格导入登记", "registered from a spreadsheet") : t("登记入库", "registered")
            return "\(way)\(t("，填写 \(filled) 项", " with \(filled) fields"))"
        }
        return changes(act, keys, limit: limit, t)
    }

    /// "12,345 m², 5 points"; nil for none.
    private func outline(_ fields: RecordFields, _ t: Language) -> String? {
        guard let area = fields["areaM2"]?.json.double, let points = fields["points"]?.json.integer else { return nil }
        return t("\(grouped(Int(area))) m²，\(points) 个点", "\(grouped(Int(area))) m², \(points) points")
    }

    private func photo(_ act: RecordedAct, limit: Int, _ t: Language) -> Html {
        let words = isDiscreet ? nil : plain(act.after["caption"] ?? act.before["caption"])
        let caption = words.map { t("：", ": ") + $0 } ?? ""
        if act.act == "photo.remove" { return "\(t("移除照片", "removed a photo"))\(caption)" }
        let link: Link = "/photos/\(plain(act.after["photo"]) ?? "")"
        if act.act == "photo.add" {
            return "<a href=\"\(url: link)\">\(t("添加照片", "added a photo"))</a>\(caption)"
        }
        let told = changes(act, orderedKeys(act).filter { $0 != "photo" }, limit: limit, t)
        return "<a href=\"\(url: link)\">\(t("照片", "Photo"))</a>\(t("：", ": "))\(told)"
    }

    private func changes(_ act: RecordedAct, _ keys: [String], limit: Int, _ t: Language) -> Html {
        // Values stand in the record without their 约, so a change of it alone leaves nothing to name.
        if keys.isEmpty { return "\(t("数值不变，只更改“约”字", "the same values; only “about” changed"))" }
        let told = keys.prefix(limit).map { key -> Html in
            let field = label(key, act)(t)
            if isDiscreet, isFreeText(key, act) { return "\(t("更正了「\(field)」", "corrected “\(field)”"))" }
            return changed(
                t, field: field, from: text(key, act.before[key], act, t),
                to: text(key, act.after[key], act, t))
        }
        let rest: Html =
            keys.count > limit ? "\(t("；等共 \(keys.count) 项", "; \(keys.count) fields in all"))" : ""
        return Html.joined(told, by: t == .zh ? ";" : "; ") + rest
    }

    /// What anybody may read: a thing's name and place, which the map shows, its course, answers that are chosen or
    /// counted. Whatever is not known to be so counts as typed freely.
    private func isFreeText(_ key: String, _ act: RecordedAct) -> Bool {
        if Self.forAnybody.contains(key) { return false }
        return form(act)?.question(key).map { $0.kind == .text } ?? true
    }

    private static let forAnybody: Set = [
        "name", "place", "address", "officialCode", "aliases", "location", "stage", "plannedYear", "finishedYear",
        "estates", "buildings", "measures", "day", "building", "question",
    ]

    /// Attributes first, then facts as the form asks for them.
    private func orderedKeys(_ act: RecordedAct) -> [String] {
        let keys = Set(act.before.values.keys).union(act.after.values.keys).subtracting(["evidence"])
            .filter { act.before[$0] != act.after[$0] }
        let order = (Self.attributes + Self.ofProjects).map(\.key) + (form(act)?.questions.map(\.key) ?? [])
        let known = order.filter(keys.contains).uniqued
        return known + keys.subtracting(known).sorted()
    }

    private static let attributes: [(key: String, label: Phrase)] = [
        ("name", Phrase(zh: "名称", en: "name")), ("place", Phrase(zh: "所属地", en: "place")),
        ("address", Phrase(zh: "地址", en: "address")), ("officialCode", Phrase(zh: "官方代码", en: "official code")),
        ("aliases", Phrase(zh: "别名", en: "aliases")), ("location", Phrase(zh: "坐标", en: "location")),
        ("stage", Phrase(zh: "阶段", en: "stage")), ("caption", Phrase(zh: "照片说明", en: "caption")),
        ("building", Phrase(zh: "楼栋", en: "building")), ("question", Phrase(zh: "调查问题", en: "question")),
    ]

    private static let ofProjects: [(key: String, label: Phrase)] = [
        ("plannedYear", Phrase(zh: "计划年度", en: "planned year")),
        ("finishedYear", Phrase(zh: "完成年度", en: "year of completion")),
        ("estates", Phrase(zh: "小区", en: "estates")), ("buildings", Phrase(zh: "楼栋", en: "buildings")),
        ("measures", Phrase(zh: "改造内容", en: "works")), ("day", Phrase(zh: "日期", en: "day")),
        ("note", Phrase(zh: "说明", en: "note")),
    ]

    /// The form that the act's thing is asked by; projects have none.
    private func form(_ act: RecordedAct) -> SurveyForm? {
        switch act.subject.kind {
        case "project": nil
        case "building": parts?.form ?? survey
        default: survey
        }
    }

    private func label(_ key: String, _ act: RecordedAct) -> Phrase {
        let own = form(act).flatMap { $0.label(key) }
        let fixed = Self.attributes + (act.subject.kind == "project" ? Self.ofProjects : [])
        return fixed.first { $0.key == key }?.label ?? own ?? Phrase(zh: key, en: key)
    }

    /// A value as people read it; nil for unknown or nothing.
    private func text(_ key: String, _ value: RecordFields.Value?, _ act: RecordedAct, _ t: Language) -> String? {
        guard let value, value != .null else { return nil }
        switch (key, value) {
        case ("place", .text(let code)): return PlaceCode(code).map { names.path($0, t) } ?? code
        case ("stage", .text(let code)): return stages[code].name(t)
        case ("question", .text(let key)):
            return survey.label(key)?(t) ?? parts.flatMap { $0.form.label(key) }?(t) ?? key
        case ("day", .text(let day)), ("surveyDate", .text(let day)): return Day(day).map { dayText(t, $0) } ?? day
        case ("location", .list(let parts)):
            let degrees = parts.compactMap(\.json.double).map { decimal($0, 6) }
            return degrees.count == 2 ? degrees.joined(separator: ", ") : nil
        case ("measures", .list(let items)):
            let names = items.compactMap(plain).map { parts?.menu.item($0)?.name(t) ?? $0 }
            return names.isEmpty ? nil : names.joined(separator: t("、", ", "))
        case (_, .list(let parts)):
            let texts = parts.compactMap(plain)
            return texts.isEmpty ? nil : texts.joined(separator: t("、", ", "))
        default: break
        }
        guard let question = form(act)?.question(key), key != CoreFact.name else { return plain(value) }
        let fact = FactValue(json: value.json)
        return fact.isKnown ? question.shown(fact, t) : nil
    }

    private func plain(_ value: RecordFields.Value?) -> String? {
        switch value {
        case .text(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .number(let number): number.canonical
        case .flag(let flag): String(flag)
        default: nil
        }
    }
}

extension RecordFields.Value {
    var json: JSON {
        switch self {
        case .null: .null
        case .flag(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        case .list(let values): .array(values.map(\.json))
        case .object(let values):
            .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) })
        }
    }
}

extension [String] {
    /// Without repeats, in order.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
