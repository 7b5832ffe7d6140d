public import Kernel

/// What entries refer to, as files carry it: one JSON object a line, with one of the members below.
///
///     {"source": {"code": "central", "zh": "中央补助", "en": "central grant", "kind": "central",
///                 "document": "财建〔2025〕12号", "amount": 500000000, "from": 2025, "to": 2026}}
///     {"contract": {"code": "C-7", "title": "土建", "project": "CSP-0012", "party": "builder", "price": 9000000,
///                   "retention": 300, "retentionUntil": "2027-06-30", "wages": 2000}}
///     {"clearance": {"id": "019…", "kind": "estimate", "subject": "CSP-0012", "digest": "<SHA-256>",
///                    "issuer": "发改委", "amount": 20000000, "from": "2026-01-05"}}
///     {"variation": {"contract": "C-7", "amount": 150000, "clearance": "019…"}}
///     {"dispute": {"contract": "C-7", "disputed": true}}
///     {"repairFund": {"building": "B-17", "place": "430111002", "balance": 8000000, "day": "2026-06-30",
///                     "document": "…"}}
///     {"appraisal": {"project": "CSP-0012", "party": "3-2-501", "use": 120000, "value": 3600000, "appraiser": "…",
///                    "from": "2026-07-01", "until": "2036-06-30", "rate": "12 元/㎡·月", "document": "…"}}
public enum TermDraft: Sendable, Hashable {
    case source(FundSource)
    case contract(Contract)
    case clearance(Clearance)
    /// Fen by which the contract's ceiling changes, on an approval of the kind `variation`.
    case variation(contract: String, amount: Int64, clearance: ID<Clearance>)
    case dispute(contract: String, isDisputed: Bool)
    case repairFund(RepairFund)
    case appraisal(Appraisal)

    /// Bytes of one line.
    public static let longestLine = 65_536

    private static let members: [String: Set<String>] = [
        "source": [
            "code", "zh", "en", "kind", "document", "amount", "uses", "places", "from", "to", "share", "priority",
            "stat",
        ],
        "contract": ["code", "title", "project", "party", "price", "retention", "retentionUntil", "wages"],
        "clearance": ["id", "kind", "subject", "digest", "issuer", "amount", "from", "until"],
        "variation": ["contract", "amount", "clearance"],
        "dispute": ["contract", "disputed"],
        "repairFund": ["building", "place", "balance", "day", "document"],
        "appraisal": ["project", "party", "use", "value", "appraiser", "from", "until", "rate", "document"],
    ]

    /// - Throws: `Refusal` naming the member.
    public init(json: JSON) throws {
        guard json.members.count == 1, let member = json.members.first, let known = Self.members[member.key] else {
            let names = Self.members.keys.sorted().joined(separator: ", ")
            throw Refusal(
                "term.kind", zh: "每行须是含一个成员的 JSON 对象：\(names)。",
                en: "Each line is a JSON object with one member of: \(names).")
        }
        try MemberReading.refuseUnknown(member.value.members, known, member.key + ".")
        let reading = MemberReading(member.value)
        switch member.key {
        case "source": self = .source(try reading.source())
        case "contract": self = .contract(try reading.contract())
        case "clearance": self = .clearance(try reading.issued())
        case "variation":
            self = .variation(
                contract: try reading.text("contract"), amount: try reading.amount("amount"),
                clearance: try reading.id("clearance"))
        case "dispute":
            self = .dispute(contract: try reading.text("contract"), isDisputed: try reading.flag("disputed"))
        case "repairFund": self = .repairFund(try reading.repairFund())
        default: self = .appraisal(try reading.appraisal())
        }
    }

    /// What it is about, for reports: "source central".
    public var title: String {
        switch self {
        case .source(let source): "source \(source.code)"
        case .contract(let contract): "contract \(contract.code)"
        case .clearance(let clearance): "clearance \(clearance.id)"
        case .variation(let contract, _, _): "variation \(contract)"
        case .dispute(let contract, _): "dispute \(contract)"
        case .repairFund(let fund): "repairFund \(fund.building)"
        case .appraisal(let appraisal): "appraisal \(appraisal.project) \(appraisal.party)"
        }
    }
}

extension MemberReading {
    fileprivate func source() throws -> FundSource {
        guard let kind = FundSource.Kind(rawValue: try text("kind")) else {
            let kinds = FundSource.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong("kind", "来源类别之一：\(kinds)", "one of: \(kinds)")
        }
        let (from, to) = (try whole("from", in: 1990...2100), try whole("to", in: 1990...2100))
        guard from <= to else { throw wrong("to", "不早于 from 的年份", "a year not before “from”") }
        return FundSource(
            code: try text("code"), name: Phrase(zh: try text("zh"), en: try text("en")), kind: kind,
            document: try text("document"), amount: try amount("amount"), uses: try texts("uses"),
            places: try texts("places").map { try place($0, "places") }, years: from...to,
            share: try whole("share", in: 0...10_000, usual: 10_000),
            priority: try whole("priority", in: 0...1_000, usual: 100), statCode: try optionalText("stat") ?? "")
    }

    fileprivate func contract() throws -> Contract {
        Contract(
            code: try text("code"), title: try text("title"), project: try text("project"), party: try text("party"),
            price: try amount("price"), retention: try whole("retention", in: 0...10_000, usual: 0),
            retentionUntil: try day("retentionUntil"), wages: try whole("wages", in: 0...10_000, usual: 0))
    }

    fileprivate func issued() throws -> Clearance {
        guard let kind = Clearance.Kind(rawValue: try text("kind")) else {
            let kinds = Clearance.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong("kind", "凭据类别之一：\(kinds)", "one of: \(kinds)")
        }
        return Clearance(
            id: try id("id"), kind: kind, subject: try text("subject"), digest: try text("digest"),
            issuer: try text("issuer"), amount: try optionalAmount("amount"), from: try day("from"),
            until: try optionalDay("until"))
    }

    fileprivate func repairFund() throws -> RepairFund {
        RepairFund(
            building: try text("building"), place: try place(try text("place"), "place"),
            balance: try amount("balance"), day: try day("day"), document: try text("document"))
    }

    fileprivate func appraisal() throws -> Appraisal {
        Appraisal(
            project: try text("project"), party: try text("party"), use: try amount("use"), value: try amount("value"),
            appraiser: try text("appraiser"), from: try day("from"), until: try day("until"), rate: try text("rate"),
            document: try text("document"))
    }

    fileprivate func id(_ name: String) throws -> ID<Clearance> {
        guard let id = ID<Clearance>(try text(name)) else { throw wrong(name, "UUID", "a UUID") }
        return id
    }

    private func place(_ text: String, _ name: String) throws -> PlaceCode {
        guard let place = PlaceCode(text) else { throw wrong(name, "区划代码", "the code of a place") }
        return place
    }
}
