public import Decide
public import Kernel
public import Store

/// What households agreed to pay, on its way through the journal: pledged, called, received, given back.
public struct ShareMoves: Sendable, Hashable {
    public var project: String
    /// Of the residents: `residentsCash`, or a repair fund.
    public var source: String
    /// The budget's year.
    public var year: Int
    public var authority: EntryDraft.Authority

    public init(project: String, source: String, year: Int, authority: EntryDraft.Authority) {
        (self.project, self.source, self.year, self.authority) = (project, source, year, authority)
    }

    /// One entry for every 200 households, in the order of their ids; those who pay nothing are left out.
    /// - Parameters:
    ///   - move: `pledge`, `call`, `receive`, `withdraw` or `giveBack`.
    ///   - amounts: party and fen.
    ///   - key: begins the entries' keys; the same key and amounts again are no change.
    public func drafts(_ move: Move, _ amounts: [(party: String, fen: Int64)], key: String, day: Day) -> [EntryDraft] {
        let moves = amounts.filter { $0.fen > 0 }.map { party, fen in
            MoveDraft(move, fen, Slice(source: source, project: project, party: party, year: year))
        }
        return moves.chunks(of: LedgerLimits.moves).enumerated().map { index, chunk in
            EntryDraft(key: "\(key):\(index + 1)", day: day, .post(Array(chunk)), authority: authority)
        }
    }

    /// The pledges of a cost that was shared.
    public func pledges(_ split: ShareSplit, key: String, day: Day) -> [EntryDraft] {
        drafts(.pledge, split.lines.map { ($0.household.id, $0.amount) }, key: key, day: day)
    }
}

extension Ledger {
    /// What is left after settlement goes back to those who paid it in, in proportion to it, to the last fen.
    /// - Returns: entries that give it back, to be posted; none where nothing is left.
    /// - Throws: `Refusal` `refund.unsettled` while anything of the project's contracts is open; `move.project`.
    public func refunds(
        _ moves: ShareMoves, key: String, day: Day, for reader: Actor, in tx: Tx
    ) throws -> [EntryDraft] {
        let sheet = try projectSheet(moves.project, for: reader, in: tx)
        if let open = sheet.works.first(where: { $0.committed > 0 && !$0.isSettled }) {
            throw Refusal(
                "refund.unsettled", zh: "合同“\(open.contract.code)”尚未结算，结余不能退还；请先完成结算。",
                en: "The contract “\(open.contract.code)” is not settled; settle it before the rest is given back.",
                field: "project")
        }
        // What is retained is still owed.
        let retained = sheet.works.reduce(0) { $0 + $1.retained }
        let cash = sheet.sources.first { $0.code == moves.source && $0.year == moves.year }?.sums.cash ?? 0
        let others = sheet.total.cash - cash
        let left = cash - max(0, retained - others)
        let conditions: SQL = """
            \(LedgerPart.ofProject(moves.project)) AND s.source = \(moves.source) AND s.year = \(moves.year)
            """
        let paid = try FundSums.read(by: ["s.party"], conditions, at: .now, tx) { row, sums in
            (party: try row[0] as String, fen: sums.received - sums.returned)
        }.filter { !$0.party.isEmpty && $0.fen > 0 }
        guard left > 0, !paid.isEmpty else { return [] }
        let parts = try Self.shared { () throws(ShareFlaw) in
            try LargestRemainder.split(
                min(left, paid.reduce(0) { $0 + $1.fen }), by: paid.map(\.fen), keys: paid.map(\.party))
        }
        return moves.drafts(.giveBack, zip(paid, parts).map { ($0.party, $1) }, key: key, day: day)
    }

    /// What decision mathematics refuses, as people read it.
    static func shared<Value>(_ body: () throws(ShareFlaw) -> Value) throws -> Value {
        do { return try body() } catch { throw error.refusal }
    }
}

extension ShareFlaw {
    /// As people read it.
    public var refusal: Refusal {
        let (zh, en): (String, String) =
            switch self {
            case .weights: ("分摊权重须不小于 0，且不全为 0", "weights are not below zero, and not all zero")
            case .bearers:
                (
                    "各承担方的比例须在 0 至 10000（万分之）之间，合计不超过 10000，代码不重复",
                    "bearers have 0 to 10000 (ten-thousandths), at most 10000 together, each once"
                )
            case .keys:
                ("分摊依据的比例合计须为 10000（万分之），每种依据一次", "the keys' parts sum to 10000 (ten-thousandths), each basis once")
            case .reliefs:
                (
                    "减免比例须在 0 至 10000（万分之）之间，承担减免者须在承担方之中",
                    "reliefs have 0 to 10000 (ten-thousandths); who bears them is one of the bearers"
                )
            case .floors: ("按楼层分摊须写明 0 至 1000000 的楼层系数", "sharing by floor needs coefficients of 0 to 1000000")
            case .household(let id):
                (
                    "住户“\(id)”的面积、楼层、受益或减免代码不对，或重复",
                    "the area, floor, benefit or relief of “\(id)” is wrong, or it is there twice"
                )
            case .nobody(let basis): ("没有住户可按“\(basis.name.zh)”分摊", "no household has a weight by \(basis.name.en)")
            case .nobodyBears: ("没有人可承担减免的部分", "nobody is left to bear what is taken off")
            case .total(let fen): ("总额 \(fen) 分须在 0 至 10¹⁵ 分之间", "the total, \(fen) fen, is 0 to 10¹⁵ fen")
            }
        return Refusal("share.rule", zh: "不能分摊：\(zh)；请更正。", en: "The cost cannot be shared: \(en); mend it.")
    }
}

extension ShareRule.Basis {
    public var name: Phrase {
        switch self {
        case .area: Phrase(zh: "建筑面积", en: "floor area")
        case .household: Phrase(zh: "户数", en: "household")
        case .floor: Phrase(zh: "楼层", en: "floor")
        case .benefit: Phrase(zh: "受益程度", en: "benefit")
        }
    }
}

extension ShareSplit.Line {
    /// "What do I pay, why": a sentence for each part of it, the sum last.
    public var reasons: [Phrase] {
        var reasons = parts.map { part in
            let (weight, weights) = part.basis.figures(part.weight, part.weights)
            return Phrase(
                zh:
                    "按\(part.basis.name.zh)：共 \(Money.yuan(part.pot)) 元，您占 \(weight) / \(weights)，为 \(Money.yuan(part.amount)) 元",
                en: """
                    By \(part.basis.name.en): of \(Money.yuan(part.pot)) yuan, \(weight) of \(weights) are yours, which is \
                    \(Money.yuan(part.amount)) yuan
                    """)
        }
        if relief > 0 {
            reasons.append(
                Phrase(zh: "困难减免 \(Money.yuan(relief)) 元", en: "Taken off for hardship: \(Money.yuan(relief)) yuan"))
        }
        if takenOn > 0 {
            reasons.append(
                Phrase(
                    zh: "分担他户减免 \(Money.yuan(takenOn)) 元",
                    en: "Taken on of what was taken off others: \(Money.yuan(takenOn)) yuan"))
        }
        reasons.append(Phrase(zh: "合计 \(Money.yuan(amount)) 元", en: "In all: \(Money.yuan(amount)) yuan"))
        return reasons
    }
}

extension ShareRule.Basis {
    /// Areas in square metres, everything else as it is.
    fileprivate func figures(_ weight: Int64, _ weights: Int64) -> (String, String) {
        self == .area
            ? ("\(Money.yuan(weight)) ㎡", "\(Money.yuan(weights)) ㎡") : (String(weight), String(weights))
    }
}
