public import Kernel
public import Registry
public import Store

/// What everybody may know of the money of some projects: what they cost and who paid, by kind of source. It names
/// neither parties nor contracts.
public struct PublicMoney: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public let kind: FundSource.Kind
        public internal(set) var sums: FundSums
    }

    /// In the order of `FundSource.Kind`, those with anything at all.
    public let lines: [Line]
    public let total: FundSums
    /// Fen that the contracts will have cost at completion, as they stand.
    public let expected: Int64
    /// Use of space that owners gave, hundredths of m²·year.
    public let givenUse: Int64
}

/// What a party gives to a project.
public struct PartyShare: Sendable, Hashable {
    public let party: String
    public let sums: FundSums
}

/// A project of the register as the ledger names it.
public struct LedgerProject: Sendable, Hashable {
    public let id: ID<Project>
    public let number: String
    public let name: String
    public let place: PlaceCode
}

extension Ledger {
    /// The use of funds is published (政府信息公开条例 20), so that no right is asked for.
    /// - Parameter numbers: of projects.
    public func publicMoney(
        of numbers: [String], at moment: LedgerMoment = .now, in tx: Tx
    ) throws -> PublicMoney {
        let conditions: SQL = "s.project IN \(list: numbers)"
        let names = try kinds(tx)
        var (lines, total): ([FundSource.Kind: FundSums], FundSums) = ([:], FundSums())
        _ = try FundSums.read(by: ["s.source"], conditions, at: moment, tx) { row, sums in
            lines[names[try row[0]] ?? .other, default: FundSums()] += sums
            total += sums
        }
        let use = try FundSums.read(by: ["c.measure"], conditions, measure: .use, at: moment, tx) {
            $1.received - $1.returned
        }
        let works = try numbers.flatMap { try self.works(of: $0, at: moment, tx) }
        return PublicMoney(
            lines: FundSource.Kind.allCases.compactMap { kind in lines[kind].map { .init(kind: kind, sums: $0) } },
            total: total, expected: works.reduce(0) { $0 + $1.expected }, givenUse: use.first ?? 0)
    }

    /// Who gives something to a project, in the order of their codes; contractors give nothing.
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func partyShares(
        of number: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> [PartyShare] {
        _ = try ledgerProject(number, for: reader, in: tx)
        let conditions: SQL = "\(LedgerPart.ofProject(number)) AND s.party <> ''"
        return try FundSums.read(by: ["s.party"], conditions, at: moment, tx) {
            PartyShare(party: try $0[0], sums: $1)
        }.filter { ($0.sums.pledged, $0.sums.called, $0.sums.received) != (0, 0, 0) }
    }

    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func ledgerProject(_ number: String, for reader: Actor, in tx: Tx) throws -> LedgerProject {
        try reader.require(.readLedger)
        guard let project = try ledgerProjects([number], in: tx)[number], reader.may(.readLedger, at: project.place)
        else {
            throw Refusal(
                .notFound, "move.project", zh: "没有项目“\(number)”。", en: "There is no project “\(number)”.",
                field: "project")
        }
        return project
    }

    /// By their numbers.
    public func ledgerProjects(_ numbers: [String], in tx: Tx) throws -> [String: LedgerProject] {
        var found: [String: LedgerProject] = [:]
        try tx.each("SELECT id, number, name, place FROM project WHERE number IN \(list: numbers)") {
            let project = LedgerProject(id: try $0[0], number: try $0[1], name: try $0[2], place: try $0[3])
            found[project.number] = project
        }
        return found
    }

    /// How many entries that touch these projects name a file, or their clearances do.
    /// - Parameter digest: SHA-256, hexadecimal.
    public func citations(of digest: String, in numbers: [String], for reader: Actor, in tx: Tx) throws -> Int {
        guard reader.may(.readLedger), !numbers.isEmpty else { return 0 }
        let count: Int? = try tx.value(
            """
            SELECT count(*) FROM journal_entry e
            WHERE e.number IN (SELECT p.entry FROM posting p JOIN slice s ON s.id = p.slice
                    WHERE s.project IN \(list: numbers)
                        AND \(try Self.within(reader, tx)))
                AND (e.evidence LIKE \(SQL.containing(digest)) ESCAPE '\\'
                    OR e.clearance IN (SELECT id FROM clearance WHERE digest = \(digest)))
            """)
        return count ?? 0
    }

    private func kinds(_ tx: Tx) throws -> [String: FundSource.Kind] {
        var kinds: [String: FundSource.Kind] = [:]
        try tx.each("SELECT code, kind FROM fund_source ORDER BY code, version") {
            kinds[try $0[0]] = FundSource.Kind(rawValue: try $0[1])
        }
        return kinds
    }
}
