public import Kernel

extension EntryDraft {
    /// Bytes of one line.
    public static let longestLine = 65_536

    private static let members: Set = [
        "key", "day", "moves", "reserve", "until", "capture", "release", "reverse", "amount", "total", "fact",
        "override", "authority", "clearance", "evidence", "memo", "corrects",
    ]

    /// Reads an entry as files carry it, one JSON object a line:
    ///
    ///     {"key": "2026-1", "day": "2026-03-01", "authority": {"kind": "document", "reference": "财建〔2026〕1号"},
    ///      "moves": [{"move": "allot", "source": "central", "project": "CSP-0001", "year": 2026, "amount": 100000}]}
    ///
    /// Amounts are whole fen. Instead of `moves`: `reserve` (a move) with `until`; `capture` (the key of a reservation)
    /// with `amount`; `release` or `reverse` (a key). `total`, where given, must be the sum of the moves.
    /// - Throws: `Refusal` naming the member.
    public init(json: JSON) throws {
        guard case .object(let members) = json else {
            throw Refusal("entry.object", zh: "分录须是一个 JSON 对象。", en: "An entry is a JSON object.")
        }
        try MemberReading.refuseUnknown(members, Self.members, "")
        let reading = MemberReading(json)
        let authority = MemberReading(json["authority"] ?? .null, at: "authority.")
        try MemberReading.refuseUnknown(authority.json.members, ["kind", "reference"], authority.path)
        self.init(
            key: try reading.text("key"), day: try reading.day("day"), try reading.work(),
            manner: try reading.manner(),
            authority: Authority(kind: try authority.text("kind"), reference: try authority.text("reference")),
            clearance: try reading.clearance(), evidence: try reading.texts("evidence"),
            memo: try reading.optionalText("memo") ?? "", corrects: try reading.optionalText("corrects"))
        try refuseOtherTotal(try reading.optionalAmount("total"))
    }

    /// A bill that its payments do not add up to is no balanced entry.
    private func refuseOtherTotal(_ total: Int64?) throws {
        guard let total else { return }
        var sum: Int64 = 0
        for move in moves {
            let (next, overflows) = sum.addingReportingOverflow(move.amount)
            guard !overflows else { throw MemberReading.tooLarge("total") }
            sum = next
        }
        guard sum == total else {
            throw Refusal(
                "entry.unbalanced",
                zh: "分录不平：各项合计 \(Money.yuan(sum))，总额写的是 \(Money.yuan(total))，相差 \(Money.yuan(total &- sum))；请更正。",
                en: """
                    The entry does not balance: its moves sum to \(Money.yuan(sum)), its total says \(Money.yuan(total)), \
                    \(Money.yuan(total &- sum)) apart; mend one of them.
                    """, field: "total")
        }
    }
}

/// What an entry says beside its plain members.
extension MemberReading {
    fileprivate func clearance() throws -> ID<Clearance>? {
        guard let text = try optionalText("clearance") else { return nil }
        guard let id = ID<Clearance>(text) else { throw wrong("clearance", "凭据编号", "the id of a clearance") }
        return id
    }

    fileprivate func manner() throws -> EntryDraft.Manner {
        let reason = try optionalText("override")
        switch (json["fact"], reason) {
        case (.bool(true), nil): return .fact
        case (nil, let reason?), (.bool(false), let reason?): return .override(reason)
        case (nil, nil), (.bool(false), nil): return .ordinary
        default: throw wrong("fact", "true 或 false，且不与 override 同用", "true or false, and not beside override")
        }
    }

    fileprivate func work() throws -> EntryDraft.Work {
        let kinds = ["moves", "reserve", "capture", "release", "reverse"].filter { json[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first else {
            throw Refusal(
                "entry.work", zh: "分录须有 moves、reserve、capture、release、reverse 之一。",
                en: "An entry has one of moves, reserve, capture, release, reverse.", field: "moves")
        }
        switch kind {
        case "moves":
            guard case .array(let moves)? = json[kind], moves.count <= LedgerLimits.moves else {
                throw wrong(kind, "移动的列表，最多 \(LedgerLimits.moves) 个", "a list of at most \(LedgerLimits.moves) moves")
            }
            return .post(try moves.enumerated().map { try Self.move($1, "moves[\($0)].") })
        case "reserve": return .reserve(try Self.move(json[kind] ?? .null, "reserve."), until: try day("until"))
        case "capture": return .capture(hold: try text(kind), amount: try amount("amount"))
        case "release": return .release(hold: try text(kind), expired: false)
        default: return .reverse(try text(kind))
        }
    }

    private static let moveMembers = Set(["move", "measure", "amount"] + Dimensions.named.map(\.name))

    private static func move(_ json: JSON, _ path: String) throws -> MoveDraft {
        try refuseUnknown(json.members, moveMembers, path)
        let reading = MemberReading(json, at: path)
        guard let move = Move(code: try reading.text("move")) else {
            let codes = Move.allCases.map(\.code).joined(separator: ", ")
            throw Refusal(
                "move.unknown", zh: "没有这种移动；可用：\(codes)。", en: "There is no such move; choose from: \(codes).",
                field: path + "move")
        }
        guard let measure = LedgerMeasure(rawValue: try reading.optionalText("measure") ?? "fen") else {
            throw reading.wrong("measure", "fen 或 use", "fen or use")
        }
        var slice = Slice()
        for (name, dimension) in Dimensions.named where dimension != .year {
            guard let text = try reading.optionalText(name) else { continue }
            switch dimension {
            case .source: slice.source = text
            case .project: slice.project = text
            case .area: slice.area = text
            case .item: slice.item = text
            case .party: slice.party = text
            default: slice.contract = text
            }
        }
        switch json["year"] {
        case nil, .null: break
        case .integer(let year) where (0...9999).contains(year): slice.year = Int(year)
        default: throw reading.wrong("year", "年份", "a year")
        }
        return MoveDraft(move, try reading.amount("amount"), slice, measure: measure)
    }
}
