import Kernel

/// Which version of a source or contract, and after which entry it began to hold.
struct TermVersion: Sendable, Hashable {
    let number: Int
    let since: Int64
}

/// Terms as they stand in the record, by which `verify` sees whether a stored one was altered.
enum TermText {
    static func of(_ source: FundSource, _ version: TermVersion) -> String {
        var members = JSON.object([
            "version": .integer(Int64(version.number)), "since": .integer(version.since),
            "zh": .string(source.name.zh), "en": .string(source.name.en), "kind": .string(source.kind.rawValue),
            "document": .string(source.document), "amount": .integer(source.amount),
            "uses": .array(source.uses.map { .string($0) }), "places": .array(source.places.map { .string($0.digits) }),
            "from": .integer(Int64(source.years.lowerBound)), "to": .integer(Int64(source.years.upperBound)),
            "share": .integer(Int64(source.share)), "priority": .integer(Int64(source.priority)),
        ]).members
        if !source.statCode.isEmpty { members.append(JSON.Member("stat", .string(source.statCode))) }
        return JSON.object(members).text
    }

    /// - Parameter clearance: the approval of the variation by which this version came.
    static func of(_ contract: Contract, _ version: TermVersion, _ clearance: ID<Clearance>?) -> String {
        JSON.object([
            "version": .integer(Int64(version.number)), "since": .integer(version.since),
            "title": .string(contract.title), "project": .string(contract.project), "party": .string(contract.party),
            "price": .integer(contract.price), "variations": .integer(contract.variations),
            "retention": .integer(Int64(contract.retention)),
            "retentionUntil": .string(contract.retentionUntil.description),
            "wages": .integer(Int64(contract.wages)), "disputed": .bool(contract.isDisputed),
            "clearance": clearance.map { .string($0.description) } ?? .null,
        ]).text
    }

    static func of(_ fund: RepairFund) -> String {
        JSON.object([
            "balance": .integer(fund.balance), "day": .string(fund.day.description),
            "document": .string(fund.document),
        ]).text
    }

    static func of(_ appraisal: Appraisal) -> String {
        JSON.object([
            "use": .integer(appraisal.use), "value": .integer(appraisal.value),
            "appraiser": .string(appraisal.appraiser), "from": .string(appraisal.from.description),
            "until": .string(appraisal.until.description), "rate": .string(appraisal.rate),
            "document": .string(appraisal.document),
        ]).text
    }

    static func of(_ clearance: Clearance) -> String {
        JSON.object([
            "kind": .string(clearance.kind.rawValue), "subject": .string(clearance.subject),
            "digest": .string(clearance.digest), "issuer": .string(clearance.issuer),
            "amount": clearance.amount.map { .integer($0) } ?? .null, "from": .string(clearance.from.description),
            "until": clearance.until.map { .string($0.description) } ?? .null,
        ]).text
    }
}
