import Kernel
import Store

/// Terms as rows, and rows as terms.
enum TermColumns {
    static let source: SQL = """
        code, zh, en, kind, document, amount, uses, places, year_from, year_to, share, priority, stat
        """

    static func source(_ row: Row) throws -> FundSource {
        let (from, to): (Int, Int) = (try row[8], try row[9])
        let digits = words(try row[7])
        let places = digits.compactMap { PlaceCode($0) }
        guard let kind = FundSource.Kind(rawValue: try row[3]), from <= to, places.count == digits.count else {
            throw LedgerFault.unreadable("fund_source")
        }
        return FundSource(
            code: try row[0], name: Phrase(zh: try row[1], en: try row[2]), kind: kind, document: try row[4],
            amount: try row[5], uses: words(try row[6]), places: places, years: from...to, share: try row[10],
            priority: try row[11], statCode: try row[12])
    }

    static func values(_ source: FundSource) -> [SQLValue] {
        [
            .text(source.code), .text(source.name.zh), .text(source.name.en), .text(source.kind.rawValue),
            .text(source.document), .integer(source.amount), .text(source.uses.joined(separator: " ")),
            .text(source.places.map(\.digits).joined(separator: " ")), source.years.lowerBound.sqlValue,
            source.years.upperBound.sqlValue, source.share.sqlValue, source.priority.sqlValue,
            .text(source.statCode),
        ]
    }

    static let contract: SQL = """
        code, title, project, party, price, variations, retention, retention_until, wages, disputed
        """

    static func contract(_ row: Row) throws -> Contract {
        Contract(
            code: try row[0], title: try row[1], project: try row[2], party: try row[3], price: try row[4],
            variations: try row[5], retention: try row[6], retentionUntil: try row[7], wages: try row[8],
            isDisputed: try row[9])
    }

    static func values(_ contract: Contract) -> [SQLValue] {
        [
            .text(contract.code), .text(contract.title), .text(contract.project), .text(contract.party),
            .integer(contract.price), .integer(contract.variations), contract.retention.sqlValue,
            contract.retentionUntil.sqlValue, contract.wages.sqlValue, contract.isDisputed.sqlValue,
        ]
    }

    static let clearance: SQL = """
        id, kind, subject, digest, issuer, amount, from_day, until_day, used
        """

    static func clearance(_ row: Row) throws -> Clearance {
        guard let kind = Clearance.Kind(rawValue: try row[1]) else { throw LedgerFault.unreadable("clearance") }
        var clearance = Clearance(
            id: try row[0], kind: kind, subject: try row[2], digest: try row[3], issuer: try row[4],
            amount: try row[5], from: try row[6], until: try row[7])
        clearance.used = try row[8]
        return clearance
    }

    /// As they were joined: a space too many is a change too.
    private static func words(_ text: String) -> [String] {
        text.isEmpty ? [] : text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
}
