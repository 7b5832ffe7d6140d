import Components
import Frame
import Identity
import Kernel
import Registry

/// What the fields of recorded acts are called, and how their values are said.
struct FieldWords: Sendable {
    let estates: SurveyForm
    let buildings: SurveyForm
    let stages: [String: Phrase]
    let places: PlaceTitles
    /// Names of the people whose ids stand in the fields, as far as the reader may know them.
    let people: [String: String]

    private static let listed = 5

    func label(_ key: String, _ subject: String, _ t: Language) -> String {
        if subject == "role", let right = Right(rawValue: key) { return right.name(t) }
        let phrase = form(subject)?.label(key) ?? Self.labels[key]
        return phrase?(t) ?? key
    }

    /// What matters most first, survey facts as in their form.
    func inOrder(_ keys: Set<String>, _ subject: String) -> [String] {
        let questions = form(subject)?.questions.map(\.key) ?? []
        let order = Dictionary(
            (Self.leading + questions).enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return keys.sorted { (order[$0] ?? .max, $0) < (order[$1] ?? .max, $1) }
    }

    private static let leading = [
        "name", "title", "login", "file", "role", "holder", "deputy", "kind", "stage", "place",
    ]

    /// Nil for unknown and for nothing.
    func value(_ value: RecordFields.Value?, of key: String, _ subject: String, _ t: Language) -> String? {
        switch value {
        case nil, .null: nil
        case .flag(let flag): flag ? t("是", "yes") : t("否", "no")
        case .integer(let number): withUnit(number, key, subject, t)
        case .number(let number): decimal(number, number == number.rounded() ? 0 : 2) + unit(key, subject, t)
        case .text(let text): text.isEmpty ? nil : word(text, key, subject, t)
        case .list(let values): list(values, key, subject, t)
        case .object(let fields): object(fields, key, subject, t)
        }
    }

    private func form(_ subject: String) -> SurveyForm? {
        switch subject {
        case "estate": estates
        case "building": buildings
        default: nil
        }
    }

    private func withUnit(_ number: Int64, _ key: String, _ subject: String, _ t: Language) -> String {
        let isYear = key.hasSuffix("Year") || form(subject)?.question(key)?.kind == .year
        return isYear ? String(number) : grouped(Int(number)) + unit(key, subject, t)
    }

    private func unit(_ key: String, _ subject: String, _ t: Language) -> String {
        guard let unit = form(subject)?.question(key)?.unit?.name(t), !unit.isEmpty else { return "" }
        return "\u{A0}" + unit
    }

    private func word(_ text: String, _ key: String, _ subject: String, _ t: Language) -> String {
        if let choice = form(subject)?.question(key)?.choice(text) { return choice.name(t) }
        switch key {
        case "role": return Role(rawValue: text)?.name(t) ?? text
        case "holder", "deputy": return ActorWords.person(people[text] ?? "工作人员 staff")(t)
        case "stage", "stages", "previous": return stages[text]?(t) ?? text
        case "access": return TokenScope.Access(rawValue: text).map { TokenWords.name($0)(t) } ?? text
        case "place", "into", "neighbourhoods", "within": return PlaceCode(text).map { places.path($0, t) } ?? text
        case "kind": return ImportKind(rawValue: text)?.name(t) ?? Checklist.Kind(rawValue: text)?.name(t) ?? text
        case "geometry": return text.count > 80 ? text.prefix(80) + "…" : text
        case "flag": return Checklist.Kind(rawValue: text)?.name(t) ?? text
        case "question": return estates.label(text)?(t) ?? buildings.label(text)?(t) ?? text
        case "tone": return Stage.Tone(rawValue: text)?.name(t) ?? text
        case "rights": return Right(rawValue: text)?.name(t) ?? text
        default: break
        }
        if subject == "role", let reach = Reach(rawValue: text) { return ReachWords.name(reach)(t) }
        if subject == "place", key == "to", let place = PlaceCode(text) { return places.path(place, t) }
        return ActorWords.person(text)(t)
    }

    private func list(_ values: [RecordFields.Value], _ key: String, _ subject: String, _ t: Language) -> String? {
        if key == "location", case .number(let longitude)? = values.first, case .number(let latitude)? = values.last {
            return "\(decimal(longitude, 5)), \(decimal(latitude, 5))"
        }
        let shown = values.prefix(Self.listed).compactMap { value($0, of: key, subject, t) }
        guard !shown.isEmpty else { return nil }
        let more = values.count > Self.listed ? t(" 等 \(values.count) 项", " and others, \(values.count) in all") : ""
        return shown.joined(separator: t("、", ", ")) + more
    }

    /// Years `{"from":1996,"to":1998}`; else each member by its name: the rows of an import by outcome.
    private func object(_ fields: [String: RecordFields.Value], _ key: String, _ subject: String, _ t: Language)
        -> String?
    {
        if case .integer(let from)? = fields["from"], case .integer(let to)? = fields["to"], fields.count == 2 {
            return from == to ? String(from) : "\(from)–\(to)"
        }
        let parts = fields.sorted { $0.key < $1.key }.compactMap { name, each in
            value(each, of: name, subject, t).map { "\(label(name, subject, t)) \($0)" }
        }
        return parts.isEmpty ? nil : parts.joined(separator: t("，", ", "))
    }

    private static let labels: [String: Phrase] = [
        "name": Phrase(zh: "名称", en: "name"), "place": Phrase(zh: "所在地", en: "place"),
        "address": Phrase(zh: "地址", en: "address"), "officialCode": Phrase(zh: "官方编码", en: "official code"),
        "aliases": Phrase(zh: "别名", en: "aliases"), "location": Phrase(zh: "坐标", en: "location"),
        "evidence": Phrase(zh: "依据", en: "evidence"), "login": Phrase(zh: "登录名", en: "login name"),
        "phone": Phrase(zh: "电话", en: "phone"), "role": Phrase(zh: "角色", en: "role"),
        "holder": Phrase(zh: "任职人", en: "holder"), "deputy": Phrase(zh: "代理人", en: "deputy"),
        "from": Phrase(zh: "开始日", en: "first day"), "to": Phrase(zh: "结束日", en: "last day"),
        "stage": Phrase(zh: "阶段", en: "stage"), "stages": Phrase(zh: "阶段", en: "stages"),
        "day": Phrase(zh: "日期", en: "day"), "note": Phrase(zh: "说明", en: "note"),
        "plannedYear": Phrase(zh: "计划年度", en: "planned year"),
        "finishedYear": Phrase(zh: "完成年度", en: "year of completion"), "measures": Phrase(zh: "改造内容", en: "works"),
        "tone": Phrase(zh: "环节", en: "part of life"), "previous": Phrase(zh: "排在其后", en: "after"),
        "retired": Phrase(zh: "停用", en: "retired"), "estates": Phrase(zh: "小区", en: "estates"),
        "buildings": Phrase(zh: "楼栋数", en: "buildings"), "file": Phrase(zh: "文件", en: "file"),
        "sha256": Phrase(zh: "文件摘要", en: "digest"), "kind": Phrase(zh: "种类", en: "kind"),
        "source": Phrase(zh: "来源", en: "source"), "entries": Phrase(zh: "条目", en: "entries"),
        "matched": Phrase(zh: "对上的", en: "matched"), "flag": Phrase(zh: "标记", en: "flag"),
        "rows": Phrase(zh: "行数", en: "rows"), "format": Phrase(zh: "格式", en: "format"),
        "text": Phrase(zh: "查找文字", en: "search"), "version": Phrase(zh: "版本", en: "version"),
        "added": Phrase(zh: "新增问题", en: "questions added"), "into": Phrase(zh: "并入", en: "into"),
        "neighbourhoods": Phrase(zh: "社区", en: "neighbourhoods"), "confirmed": Phrase(zh: "已核定", en: "confirmed"),
        "places": Phrase(zh: "区划数", en: "places"), "entrance": Phrase(zh: "单元", en: "entrance"),
        "dwellings": Phrase(zh: "户室", en: "dwellings"), "rights": Phrase(zh: "权限", en: "rights"),
        "new": Phrase(zh: "新增", en: "new"), "changed": Phrase(zh: "更改", en: "changed"),
        "unchanged": Phrase(zh: "未变", en: "unchanged"), "doubtful": Phrase(zh: "存疑", en: "doubtful"),
        "refused": Phrase(zh: "退回", en: "refused"), "skipped": Phrase(zh: "略过", en: "skipped"),
        "areaM2": Phrase(zh: "面积（m²）", en: "area (m²)"), "points": Phrase(zh: "点数", en: "points"),
        "geometry": Phrase(zh: "图形", en: "shape"),
        "title": Phrase(zh: "用途", en: "what for"), "access": Phrase(zh: "可做什么", en: "may"),
        "within": Phrase(zh: "限于", en: "within"), "photo": Phrase(zh: "照片", en: "photo"),
        "caption": Phrase(zh: "照片说明", en: "caption"), "question": Phrase(zh: "调查问题", en: "question"),
        "building": Phrase(zh: "楼栋", en: "building"), "takenAt": Phrase(zh: "拍摄时间", en: "taken"),
        "code": Phrase(zh: "登录须用一次性验证码", en: "one-time code required"),
        "first": Phrase(zh: "首笔分录", en: "first entry"), "last": Phrase(zh: "末笔分录", en: "last entry"),
        "chain": Phrase(zh: "链摘要", en: "chain"), "rules": Phrase(zh: "违反的规则", en: "rules broken"),
        "reason": Phrase(zh: "理由", en: "reason"), "key": Phrase(zh: "分录键", en: "key"),
        "since": Phrase(zh: "自分录之后", en: "since entry"), "document": Phrase(zh: "文件", en: "document"),
        "amount": Phrase(zh: "金额（分）", en: "amount (fen)"), "uses": Phrase(zh: "用途", en: "uses"),
        "share": Phrase(zh: "最高比例（万分之）", en: "share (ten-thousandths)"), "project": Phrase(zh: "项目", en: "project"),
        "priority": Phrase(zh: "顺序", en: "priority"), "party": Phrase(zh: "承包方", en: "party"),
        "price": Phrase(zh: "合同价（分）", en: "price (fen)"),
        "variations": Phrase(zh: "变更（分）", en: "variations (fen)"),
        "retention": Phrase(zh: "质保金（万分之）", en: "retained (ten-thousandths)"),
        "retentionUntil": Phrase(zh: "质保金返还日", en: "retained until"),
        "wages": Phrase(zh: "工资款（万分之）", en: "wages (ten-thousandths)"),
        "disputed": Phrase(zh: "有争议", en: "disputed"), "clearance": Phrase(zh: "批准凭据", en: "clearance"),
        "subject": Phrase(zh: "对象", en: "subject"), "digest": Phrase(zh: "摘要", en: "digest"),
        "issuer": Phrase(zh: "签发人", en: "issuer"), "until": Phrase(zh: "截止日", en: "until"),
    ]
}
