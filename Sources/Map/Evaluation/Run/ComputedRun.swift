public import Kernel
import Registry
public import Store

/// What an evaluation is to be made of.
public struct EvaluationOrder: Sendable, Hashable {
    public enum Choice: Sendable, Hashable {
        /// The scheme in force.
        case current
        /// An earlier one, or the shipped default (1).
        case version(Int)
        /// One that is still being worked on: a trial.
        case draft(ID<SchemeDraft>)
    }

    public var scheme = Choice.current
    /// Nil for the city.
    public var place: PlaceCode?
    /// Nil for today. Ages are counted to it, and facts found out later do not count.
    public var asOf: Day?

    public init(scheme: Choice = .current, place: PlaceCode? = nil, asOf: Day? = nil) {
        (self.scheme, self.place, self.asOf) = (scheme, place, asOf)
    }
}

/// The frozen facts of an evaluation that is not computed yet.
public struct FrozenFacts: Sendable {
    let scheme: Scheme
    let version: Int?
    let place: PlaceCode
    let asOf: Day
    let keys: [String]
    let isGenerated: Bool
    /// Lines of JSON, `Snapshot.chunk` estates each.
    private(set) var chunks: [String] = []
    private(set) var digest = ""
    private(set) var standings: [Standing] = []

    /// How many estates there are.
    public var count: Int { standings.count }

    init(_ scheme: Scheme, version: Int?, place: PlaceCode, asOf: Day, keys: [String], isGenerated: Bool) {
        (self.scheme, self.version, self.place, self.asOf) = (scheme, version, place, asOf)
        (self.keys, self.isGenerated) = (keys, isGenerated)
    }

    /// Freezes one estate after the other and judges each at once: the facts themselves are kept as text alone.
    mutating func freeze(_ sheets: ((EstateSheet) throws -> Void) throws -> Void) throws {
        let appraiser = try Appraiser(scheme, keys: keys, asOf: asOf)
        let households = keys.firstIndex(of: CoreFact.households)
        var (chain, bytes) = (DigestChain(), [UInt8]())
        chain.add(Array(header.utf8))
        try sheets { sheet in
            let frozen = FrozenEstate(sheet, keys: keys, asOf: asOf)
            frozen.append(to: &bytes)
            standings.append(
                Standing(
                    frozen, appraiser.appraise(frozen), position: standings.count,
                    households: households.flatMap { frozen.facts[$0].asDouble.map { Int($0) } }))
            if standings.count % Snapshot.chunk == 0 { close(&bytes, &chain) }
        }
        if !bytes.isEmpty { close(&bytes, &chain) }
        digest = chain.digest
    }

    private mutating func close(_ bytes: inout [UInt8], _ chain: inout DigestChain) {
        chain.add(bytes)
        chunks.append(String(decoding: bytes, as: UTF8.self))
        bytes.removeAll(keepingCapacity: true)
    }

    /// What the run keeps beside the rows: the facts' keys in their order.
    var header: String { JSON.array(keys.map { .string($0) }).text }

    /// Scores, ranks, bands. Takes a moment for a city and some seconds for a nation, and needs no database.
    /// - Throws: `Refusal` `evaluation.empty` where there is no estate.
    public func computed() throws -> ComputedRun {
        guard !standings.isEmpty else {
            throw Refusal(
                "evaluation.empty", zh: "\(place) 内没有小区可以评价；请先登记或导入小区。",
                en: "There is no estate within \(place) to evaluate; register or import some first.", field: "place")
        }
        return ComputedRun(facts: self, reckoning: try Reckoning(scheme, standings))
    }
}

/// An evaluation that is computed and not stored yet.
public struct ComputedRun: Sendable {
    let facts: FrozenFacts
    let reckoning: Reckoning

    /// How many estates there are.
    public var count: Int { reckoning.standings.count }
    /// All but the flagged ones.
    public var ranked: Int { reckoning.ranked }
}

extension Evaluations {
    /// The first half of an evaluation: reads the facts, in one snapshot of the database.
    /// - Parameter progress: told now and then how many estates are read; what it throws ends the reading.
    /// - Throws: a refusal without `evaluation.run` there, for a day to come, for a scheme that is none.
    public func freeze(
        _ order: EvaluationOrder, today: Day, for actor: Actor, in tx: Tx, progress: (Int) throws -> Void = { _ in }
    ) throws -> FrozenFacts {
        let city = try register.city(in: tx)
        let place = order.place ?? city.code
        try actor.require(.runEvaluation, at: place)
        let asOf = order.asOf ?? today
        try Self.refuseFuture(asOf, today: today)
        let (scheme, version) = try scheme(order.scheme, in: tx)
        // Everything but texts, not what this scheme needs alone: another can be tried on the same facts.
        let keys = try register.form(.estate, in: tx).questions.filter { $0.kind != .text }.map(\.key)
        var facts = FrozenFacts(
            scheme, version: version, place: place, asOf: asOf, keys: keys, isGenerated: city.isGenerated)
        var read = 0
        try facts.freeze { freeze in
            try register.eachSheet(within: place, in: tx) { sheet in
                try freeze(sheet)
                read += 1
                if read % Snapshot.chunk == 0 { try progress(read) }
            }
        }
        return facts
    }
}
