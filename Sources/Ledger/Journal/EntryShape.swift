import Foundation
import Kernel

/// The limits of an entry: every list and text has one.
public enum LedgerLimits {
    public static let moves = 200
    public static let evidence = 50
    public static let key = 100
    public static let code = 64
    public static let memo = 500
    /// Fen of one move: ten trillion yuan.
    public static let amount: Int64 = 1_000_000_000_000_000
    /// Fen that may pass through one cell.
    public static let turnover: Int64 = 10_000_000_000_000_000
    static let years = 1990...2100
    /// Entries that share one commit.
    public static let batch = 1_000
    /// Lines that are read of a list: one more than a file may have, so that it is refused and not cut.
    public static let lines = 100_001
}

extension EntryDraft {
    /// What is wrong with the entry by itself, whatever the journal holds.
    func checkShape() throws {
        try Self.checkText(key, 1...LedgerLimits.key, "key")
        try Self.checkText(authority.kind, 1...LedgerLimits.code, "authority.kind")
        try Self.checkText(authority.reference, 1...LedgerLimits.memo, "authority.reference")
        try Self.checkText(memo, 0...LedgerLimits.memo, "memo")
        if case .override(let reason) = manner { try Self.checkText(reason, 1...LedgerLimits.memo, "override") }
        guard evidence.count <= LedgerLimits.evidence,
            evidence.allSatisfy({ $0.utf8.count == 64 && $0.utf8.allSatisfy(Self.isHex) })
        else {
            throw Refusal(
                "entry.evidence", zh: "凭证须为 SHA-256 摘要（64 位小写十六进制），最多 \(LedgerLimits.evidence) 份。",
                en: "Evidence is named by SHA-256 digests (64 hexadecimal digits), at most \(LedgerLimits.evidence).",
                field: "evidence")
        }
        try checkFact()
        switch work {
        case .post(let moves):
            guard (1...LedgerLimits.moves).contains(moves.count) else {
                throw Refusal(
                    "entry.moves", zh: "一笔分录须有 1 至 \(LedgerLimits.moves) 个移动。",
                    en: "An entry has 1 to \(LedgerLimits.moves) moves.", field: "moves")
            }
            for (index, move) in moves.enumerated() { try check(move, "moves[\(index)]") }
            if moves.count > 1 { try Self.refuseTwice(moves) }
        case .reserve(let move, _):
            try check(move, "reserve")
            guard !move.move.row.isSplit, !move.move.row.legs[0].from.isOutside else {
                throw Refusal(
                    "reserve.split", zh: "“\(move.move.name.zh)”不能预留。",
                    en: "“\(move.move.code)” cannot be reserved.", field: "reserve")
            }
        case .capture(let hold, let amount):
            try Self.checkText(hold, 1...LedgerLimits.key, "hold")
            try Self.checkAmount(amount, "amount")
        case .release(let key, _), .reverse(let key):
            try Self.checkText(key, 1...LedgerLimits.key, "key")
        }
    }

    /// Anybody could call a payment a fact to escape the rules: the treasury's voucher is named.
    private func checkFact() throws {
        guard case .fact = manner else { return }
        if case .post = work, authority.kind == "treasury", !evidence.isEmpty { return }
        throw Refusal(
            "fact.evidence", zh: "国库事实须注明依据类别 treasury，并附支付凭证的摘要。",
            en: "A fact of the treasury has an authority of the kind “treasury” and its voucher's digest as evidence.",
            field: "authority.kind")
    }

    private func check(_ draft: MoveDraft, _ field: String) throws {
        try Self.checkAmount(draft.amount, field + ".amount")
        let (row, slice) = (draft.move.row, draft.slice)
        let missing = row.needs.subtracting(slice.given)
        guard missing.isEmpty else {
            throw Refusal(
                "move.dimension", zh: "“\(row.zh)”须写明：\(missing.names.joined(separator: "、"))。",
                en: "“\(row.en)” must name: \(missing.names.joined(separator: ", ")).", field: field)
        }
        guard draft.measure == .fen || row.takesUse else {
            throw Refusal(
                "use.pays", zh: "空间使用权计入出资份额，不能“\(row.zh)”。",
                en: "Use of space counts as a share and cannot be used to “\(row.en)”.", field: field)
        }
        guard slice.year == 0 || LedgerLimits.years.contains(slice.year) else {
            throw Refusal(
                "move.year", zh: "年度 \(slice.year) 不在 1990 至 2100 之间。",
                en: "The year \(slice.year) is not between 1990 and 2100.", field: field + ".year")
        }
        try Self.checkCode(slice.source, "source")
        try Self.checkCode(slice.project, "project")
        try Self.checkCode(slice.area, "area")
        try Self.checkCode(slice.item, "item")
        try Self.checkCode(slice.party, "party")
        try Self.checkCode(slice.contract, "contract")
        if case .fact = manner, !row.isCash {
            throw Refusal(
                "fact.move", zh: "只有收付款可作为国库事实导入，“\(row.zh)”不可。",
                en: "Only cash that moved is a fact of the treasury, “\(row.en)” is not.", field: field)
        }
    }

    /// One move names one slice once, so that the moves can be read back from the postings.
    private static func refuseTwice(_ moves: [MoveDraft]) throws {
        var seen = Set<MoveDraft>(minimumCapacity: moves.count)
        for (index, move) in moves.enumerated() {
            let bare = MoveDraft(move.move, 0, move.slice, measure: move.measure)
            guard seen.insert(bare).inserted else {
                throw Refusal(
                    "move.twice", zh: "同一分录中“\(move.move.name.zh)”对同一对象写了两次；请合并金额。",
                    en: "“\(move.move.code)” names the same dimensions twice in one entry; add the amounts up.",
                    field: "moves[\(index)]")
            }
        }
    }

    static func checkAmount(_ amount: Int64, _ field: String) throws {
        guard (1...LedgerLimits.amount).contains(amount) else {
            throw Refusal(
                "amount.range", zh: "金额 \(amount) 分须大于 0，且不超过 \(LedgerLimits.amount) 分。",
                en: "The amount, \(amount) fen, must be above 0 and at most \(LedgerLimits.amount) fen.", field: field)
        }
    }

    private static func checkCode(_ text: String, _ field: String) throws {
        if !text.isEmpty { try checkText(text, 0...LedgerLimits.code, field) }
    }

    static func checkText(_ text: String, _ length: ClosedRange<Int>, _ field: String) throws {
        let count = text.utf8.count
        // Most texts are short: no character has less than one byte.
        guard count >= length.lowerBound, count <= length.upperBound || text.count <= length.upperBound,
            text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) || isPlain(text)
        else {
            throw Refusal(
                "entry.text",
                zh: """
                    “\(field)”须为 \(length.lowerBound) 至 \(length.upperBound) 个字，不含控制、不可见的字符和兼容字形\
                    （Unicode NFC 以外的写法）；请改短或重新输入。
                    """,
                en: """
                    “\(field)” has \(length.lowerBound) to \(length.upperBound) characters, none that control or hide, \
                    and none in a form that stands for another (all is Unicode NFC); shorten or retype it.
                    """, field: field)
        }
    }

    /// Two forms of one character are equal to Swift and two texts to the database: only one of them is taken.
    private static func isPlain(_ text: String) -> Bool {
        if text.unicodeScalars.allSatisfy(isCommon) { return true }
        let hidden: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator, .paragraphSeparator]
        return text.unicodeScalars.allSatisfy { !hidden.contains($0.properties.generalCategory) }
            && text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8)
    }

    /// What nearly all texts consist of, and what needs no closer look.
    private static func isCommon(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300, 0x2010...0x2027, 0x3001...0x3029, 0x4E00...0x9FFF, 0xFF01...0xFF60:
            true
        default: false
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
