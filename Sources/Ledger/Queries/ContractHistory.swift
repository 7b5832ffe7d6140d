public import Identity
public import Kernel
public import Store

/// One version of a contract: what it says, what was said before, on whose approval, and who recorded it.
public struct ContractChange: Sendable, Hashable {
    /// Its line in the record.
    public struct Recorded: Sendable, Hashable {
        public let line: ID<RecordLine>
        public let at: Instant
        public let actorKind: String
        public let person: ID<PersonTag>?
    }

    public let contract: Contract
    /// The version before; nil for what was signed.
    public let before: Contract?
    /// From 1.
    public let version: Int
    /// The number of the last entry that was posted before it held.
    public let since: Int64
    /// Of a variation its approval, of what was signed the award, where there is one.
    public let clearance: Clearance?
    /// Nil where the record says nothing of it, which `verify` tells.
    public let recorded: Recorded?
    /// Prices and variations of all the project's contracts from then on, fen.
    public internal(set) var together: Int64 = 0

    /// Fen by which the most that may be paid changed.
    public var amount: Int64 { contract.ceiling - (before?.ceiling ?? 0) }

    /// The day of the approval; without one, that on which it was recorded.
    public var day: Day? { clearance?.from ?? recorded?.at.dayInChina }
}

/// How a project's contracts came to be what they are.
public struct ContractHistory: Sendable, Hashable {
    /// The approved estimate, fen.
    public let estimate: Int64
    /// In the order in which they were recorded.
    public let changes: [ContractChange]
}

extension Ledger {
    /// The versions of a project's contracts, those up to the moment's day and known then.
    /// - Parameter number: of the project: "CSP-0012".
    /// - Throws: `Refusal` `move.project` where there is no such project for this reader; `right.missing`.
    public func contractHistory(
        of number: String, at moment: LedgerMoment = .now, for reader: Actor, in tx: Tx
    ) throws -> ContractHistory {
        _ = try ledgerProject(number, for: reader, in: tx)
        var changes = try ContractChange.read("project = \(number)", tx).filter { $0.isKnown(at: moment) }
        var ceilings: [String: Int64] = [:]
        for index in changes.indices {
            ceilings[changes[index].contract.code] = changes[index].contract.ceiling
            changes[index].together = ceilings.values.reduce(0, +)
        }
        return ContractHistory(estimate: try estimate(of: number, at: moment, tx) ?? 0, changes: changes)
    }
}

extension ContractChange {
    fileprivate func isKnown(at moment: LedgerMoment) -> Bool {
        if let asOf = moment.asOf, let day, day > asOf { return false }
        if let known = moment.known, let recorded, recorded.at.dayInChina > known { return false }
        return true
    }

    /// All versions of contracts that meet a condition on `contract`, in the order in which they were recorded.
    static func read(_ condition: SQL, _ tx: Tx) throws -> [ContractChange] {
        let told = try Self.told(condition, tx)
        var approvals: [ID<Clearance>: Clearance] = [:]
        var awards: [String: Clearance] = [:]
        try tx.each(
            """
            SELECT \(TermColumns.clearance) FROM clearance
            WHERE kind IN ('award', 'variation') AND subject IN (SELECT code FROM contract WHERE \(condition))
            ORDER BY issued_at, id
            """
        ) {
            let clearance = try TermColumns.clearance($0)
            approvals[clearance.id] = clearance
            if clearance.kind == .award, awards[clearance.subject] == nil { awards[clearance.subject] = clearance }
        }
        var before: Contract?
        let changes = try tx.map(
            """
            SELECT \(TermColumns.contract), version, since, clearance FROM contract WHERE \(condition)
            ORDER BY code, version
            """
        ) { row in
            let (contract, version) = (try TermColumns.contract(row), try row[10] as Int)
            if before?.code != contract.code { before = nil }
            defer { before = contract }
            let approval: ID<Clearance>? = try row[12]
            return ContractChange(
                contract: contract, before: before, version: version, since: try row[11],
                clearance: approval.flatMap { approvals[$0] } ?? (before == nil ? awards[contract.code] : nil),
                recorded: told[Version(code: contract.code, number: version)])
        }
        return changes.sorted { $0.order < $1.order }
    }

    private var order: (Int64, Int64, String, Int) {
        (since, recorded?.at.milliseconds ?? 0, contract.code, version)
    }

    private struct Version: Hashable {
        let code: String
        let number: Int
    }

    private static func told(_ condition: SQL, _ tx: Tx) throws -> [Version: Recorded] {
        var told: [Version: Recorded] = [:]
        try tx.each(
            """
            SELECT r.id, r.at, r.actor_kind, r.person, r.subject_id, r.value_after FROM record_line r
            WHERE r.subject_kind = 'contract' AND r.subject_id IN (SELECT code FROM contract WHERE \(condition))
                AND (r.leaf_index IS NULL OR r.leaf_index >= 0)
            """
        ) { row in
            guard let text: String = try row[5], let version = try? JSON(parsing: text)["version"]?.integer else {
                return
            }
            told[Version(code: try row[4], number: Int(version))] = Recorded(
                line: try row[0], at: try row[1], actorKind: try row[2], person: try row[3])
        }
        return told
    }
}
