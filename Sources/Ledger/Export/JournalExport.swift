public import Kernel
public import Store

/// Writes the journal for other bookkeeping programs, which then judge it: amounts in yuan with two decimals, accounts
/// from stage and key ("funding:received:Sou-central:Pro-CSP-0001:Yea-2026"), entries in their order.
public enum JournalExport: String, Sendable, CaseIterable {
    case hledger, beancount

    private static let chunk = 1_000

    /// - Parameter write: is given the file piece by piece.
    /// - Throws: `Refusal` `right.missing` to readers who do not read the whole city's ledger.
    public func write(for reader: Actor, in tx: Tx, _ write: (String) throws -> Void) throws {
        try reader.require(.readLedger, at: tx.value("SELECT code FROM city LIMIT 1") ?? .country)
        let accounts = try accounts(tx)
        try write(head(accounts))
        var last: Int64 = 0
        while true {
            let entries = try tx.rows(
                """
                SELECT number, effective, key, memo FROM journal_entry WHERE number > \(last)
                ORDER BY number LIMIT \(literal: Self.chunk)
                """)
            guard let end = try entries.last.map({ try $0[0] as Int64 }) else { return }
            var postings: [Int64: String] = [:]
            try tx.each(
                """
                SELECT entry, cell, amount FROM posting WHERE entry > \(last) AND entry <= \(end) AND amount <> 0
                ORDER BY entry, line
                """
            ) { row in
                let cell: Int = try row[1]
                guard accounts.indices.contains(cell - 1) else { throw LedgerFault.unreadable("posting") }
                let account = accounts[cell - 1]
                postings[try row[0], default: ""] += "    \(account.name)  \(Money.yuan(try row[2])) \(account.unit)\n"
            }
            for row in entries { try write(try transaction(row, postings[try row[0]])) }
            last = end
        }
    }

    private struct Account {
        let name: String
        let unit: String
        let isTotal: Bool
    }

    /// By the cells' numbers, which count from 1.
    private func accounts(_ tx: Tx) throws -> [Account] {
        try tx.map(
            """
            SELECT c.stage, c.measure, \(BookReading.sliceColumns), c.is_total
            FROM cell c JOIN slice s ON s.id = c.slice ORDER BY c.id
            """
        ) { row in
            guard let stage = LedgerStage(code: try row[0]), let measure = LedgerMeasure(rawValue: try row[1]) else {
                throw LedgerFault.unreadable("cell")
            }
            let slice = try BookReading.slice(row, from: 2)
            return Account(
                name: account(stage, slice), unit: measure == .fen ? "CNY" : "USE", isTotal: try row[9])
        }
    }

    /// What the cell of this stage and slice is called there.
    func account(_ stage: LedgerStage, _ slice: Slice) -> String {
        let parts = Dimensions.named.compactMap { name, dimension in
            let text = slice.text(dimension)
            return text.isEmpty
                ? nil : "\(name.prefix(1).uppercased())\(name.dropFirst().prefix(2))-\(Self.plain(text))"
        }
        let chain = stage.isFunding ? "funding" : "obligation"
        switch self {
        case .hledger: return ([chain, stage.code] + parts).joined(separator: ":")
        case .beancount:
            let root = stage.isFunding ? "Assets" : "Liabilities"
            return ([root, chain.capitalizedFirst, stage.code.capitalizedFirst] + parts).joined(separator: ":")
        }
    }

    /// Letters, digits and hyphens, which both programs take in a name; everything else by its number, so that no two
    /// codes become one.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
            if isPlain { plain.unicodeScalars.append(scalar) } else { plain += "-x\(String(scalar.value, radix: 16))-" }
        }
        return plain
    }

    private func head(_ accounts: [Account]) -> String {
        switch self {
        case .hledger: return "; 宜居台账 Yiju ledger\ncommodity 1000.00 CNY\ncommodity 1000.00 USE\n\n"
        case .beancount:
            // A stage holds money and the use of space under one name.
            let names = Set(accounts.filter { !$0.isTotal }.map(\.name))
            let opened = names.sorted().map { "1900-01-01 open \($0)\n" }
            return "; 宜居台账 Yiju ledger\noption \"operating_currency\" \"CNY\"\n\n\(opened.joined())\n"
        }
    }

    /// An entry that moves nothing, a reservation or its end, is a comment.
    private func transaction(_ row: Row, _ postings: String?) throws -> String {
        let (number, day, key, memo): (Int64, String, String, String) = (try row[0], try row[1], try row[2], try row[3])
        guard let postings else { return "; \(day) \(number) \(key)\n\n" }
        switch self {
        case .hledger:
            let title = Self.oneLine(key) + (memo.isEmpty ? "" : " | \(Self.oneLine(memo))")
            return "\(day) (\(number)) \(title)\n\(postings)\n"
        case .beancount:
            return "\(day) * \"\(Self.quoted(key))\" \"\(Self.quoted(memo))\"\n    number: \"\(number)\"\n\(postings)\n"
        }
    }

    /// In hledger a semicolon begins a comment and a bar ends the payee.
    private static func oneLine(_ text: String) -> String {
        text.replacing(";", with: ",").replacing("|", with: "/")
    }

    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
