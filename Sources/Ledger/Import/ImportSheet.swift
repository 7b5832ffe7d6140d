public import Identity
public import Kernel
import Store

/// What became of a table's rows.
public struct LedgerImportReport: Sendable {
    public struct Refused: Sendable {
        public let row: Int
        public let title: String
        public let refusals: [Refusal]
    }

    public struct Flagged: Sendable {
        public let row: Int
        public let title: String
        public let findings: [Finding]
    }

    public let kind: LedgerSheet.Kind
    public let fileName: String
    public let sheetName: String
    public internal(set) var posted = 0
    /// Rows that were there already.
    public internal(set) var unchanged = 0
    /// Posted or to be posted, fen.
    public internal(set) var amount: Int64 = 0
    public internal(set) var refused: [Refused] = []
    /// Facts that broke a rule: posted all the same.
    public internal(set) var flagged: [Flagged] = []
}

/// Rows were refused, so nothing was posted.
public struct LedgerImportHindered: Error, Sendable {
    public let report: LedgerImportReport
}

extension Ledger {
    /// Posts a table's rows in their order. A caller who only wants to see what would happen throws afterwards, which
    /// undoes everything.
    /// - Parameter acceptGood: post the good rows although others are refused.
    /// - Throws: `LedgerImportHindered` where rows are refused and the others are not to be posted.
    public func importSheet(
        _ sheet: LedgerSheet, acceptGood: Bool = false, in deed: Deed
    ) throws -> LedgerImportReport {
        try deed.actor.require(.postEntries)
        var report = LedgerImportReport(kind: sheet.kind, fileName: sheet.fileName, sheetName: sheet.sheetName)
        var good: [(row: LedgerSheet.Row, draft: EntryDraft)] = []
        let known = try KnownTerms(deed.tx)
        for row in sheet.rows {
            switch row.entry {
            case .failure(let refusals): report.refuse(row, refusals.all)
            case .success(let draft):
                let refusals = known.refusals(of: draft, sheet.kind)
                if refusals.isEmpty { good.append((row, draft)) } else { report.refuse(row, refusals) }
            }
        }
        for chunk in good.chunks(of: LedgerLimits.batch) {
            for ((row, draft), result) in zip(chunk, try postMany(chunk.map(\.draft), in: deed)) {
                switch result {
                case .failure(let refusals): report.refuse(row, refusals.all)
                case .success(let entry): report.take(row, draft, entry)
                }
            }
        }
        report.refused.sort { $0.row < $1.row }
        guard report.refused.isEmpty || acceptGood else { throw LedgerImportHindered(report: report) }
        return report
    }
}

extension LedgerImportReport {
    mutating func refuse(_ row: LedgerSheet.Row, _ refusals: [Refusal]) {
        refused.append(Refused(row: row.number, title: row.title, refusals: refusals))
    }

    mutating func take(_ row: LedgerSheet.Row, _ draft: EntryDraft, _ entry: PostedEntry) {
        guard entry.isNew else {
            unchanged += 1
            return
        }
        posted += 1
        amount += draft.moves.first?.amount ?? 0
        if !entry.findings.isEmpty {
            flagged.append(Flagged(row: row.number, title: row.title, findings: entry.findings))
        }
    }
}

/// Sources and contracts by their codes: a name that is none is an error of the table and no fact.
private struct KnownTerms {
    private var documents: [String: String] = [:]
    private var projects: [String: String] = [:]

    init(_ tx: Tx) throws {
        var (documents, projects) = (self.documents, self.projects)
        try tx.each("SELECT code, document FROM fund_source ORDER BY code, version") {
            documents[try $0[0]] = try $0[1]
        }
        try tx.each("SELECT code, project FROM contract ORDER BY code, version") { projects[try $0[0]] = try $0[1] }
        (self.documents, self.projects) = (documents, projects)
    }

    func refusals(of draft: EntryDraft, _ kind: LedgerSheet.Kind) -> [Refusal] {
        guard let slice = draft.moves.first?.slice else { return [] }
        var refusals: [Refusal] = []
        let document = documents[slice.source]
        if document == nil {
            refusals.append(
                Refusal(
                    "source.unknown", zh: "没有资金来源“\(slice.source)”；请先登记或更正代码。",
                    en: "There is no source “\(slice.source)”; register it or mend the code.", field: "source"))
        }
        if kind == .budget, let document, document != draft.authority.reference {
            refusals.append(
                Refusal(
                    "import.document", zh: "来源“\(slice.source)”的文号是“\(document)”，表中为“\(draft.authority.reference)”。",
                    en: """
                        The source “\(slice.source)” has the document “\(document)”, the table says \
                        “\(draft.authority.reference)”.
                        """, field: "document"))
        }
        if kind == .payments, projects[slice.contract] != slice.project {
            refusals.append(
                Refusal(
                    "contract.unknown", zh: "项目“\(slice.project)”没有合同“\(slice.contract)”。",
                    en: "The project “\(slice.project)” has no contract “\(slice.contract)”.", field: "contract"))
        }
        return refusals
    }
}
