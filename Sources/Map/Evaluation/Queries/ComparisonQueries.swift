import Decide
public import Kernel
import Registry
public import Store

extension Evaluations {
    /// Who moves between two runs, of the actor's places, the farthest first.
    /// - Parameter most: moves told at most.
    public func comparison(
        of from: EvaluationRun, with to: EvaluationRun, most: Int = 200, for actor: Actor, in tx: Tx
    ) throws -> RunComparison {
        let before = try Side(scheme(of: from, in: tx), lines: lines(of: from, in: tx), first: from.first)
        let after = try Side(scheme(of: to, in: tx), lines: lines(of: to, in: tx), first: to.first)
        return Comparer(before, after).comparison(
            from, to, sameFacts: from.snapshotDigest == to.snapshotDigest, within: actor.scope(.readEvaluation), most)
    }

    /// A scheme tried on a run's own frozen facts beside the scheme it was made with: who would move, and why. Stores
    /// nothing.
    public func simulation(
        of scheme: Scheme, beside run: EvaluationRun, most: Int = 200, for actor: Actor, in tx: Tx
    ) throws -> RunComparison {
        try actor.require(.readEvaluation)
        let tried = try reckoned(scheme, run, in: tx)
        let before = try Side(self.scheme(of: run, in: tx), lines: lines(of: run, in: tx), first: run.first)
        let after = Side(scheme, lines: tried.standings.map { $0.line(of: run.id) }, first: tried.first)
        return Comparer(before, after).comparison(
            run, nil, sameFacts: true, within: actor.scope(.readEvaluation), most)
    }

    private func lines(of run: EvaluationRun, in tx: Tx) throws -> [RankingLine] {
        try tx.map(
            "SELECT \(RankingLine.columns) FROM evaluation_result WHERE run = \(run.id) ORDER BY position"
        ) { try RankingLine($0) }
    }

    /// A scheme over the facts of a run.
    func reckoned(_ scheme: Scheme, _ run: EvaluationRun, in tx: Tx) throws -> Reckoning {
        let keys = try keys(of: run, in: tx)
        let appraiser = try Appraiser(scheme, keys: keys, asOf: run.asOf)
        let households = keys.firstIndex(of: CoreFact.households)
        var standings: [Standing] = []
        standings.reserveCapacity(run.estates)
        try eachFrozen(of: run, in: tx) { frozen in
            standings.append(
                Standing(
                    frozen, appraiser.appraise(frozen), position: standings.count,
                    households: households.flatMap { frozen.facts[$0].asDouble.map { Int($0) } }))
        }
        guard !standings.isEmpty else { throw Snapshot.damaged }
        return try Reckoning(scheme, standings)
    }

    /// Computes a run again from its own facts and scheme, and compares every stored bit.
    public func replay(_ id: ID<EvaluationRun>, for actor: Actor, in tx: Tx) throws -> Replay {
        let run = try run(id, for: actor, in: tx)
        try actor.require(.readEvaluation, at: run.place)
        let scheme = try scheme(of: run, in: tx)
        var difference = scheme.digest == run.schemeDigest ? nil : Replay.differs("方案文档", "the scheme's document")
        if difference == nil, try snapshotDigest(of: run, in: tx) != run.snapshotDigest {
            difference = Replay.differs("保存的事实", "the frozen facts")
        }
        let again = try reckoned(scheme, run, in: tx)
        let digest = again.digest
        if difference == nil { difference = try firstDifference(of: run, again, in: tx) }
        if difference == nil, try districts(of: run, for: actor, in: tx) != again.districts {
            difference = Replay.differs("区县汇总", "what the districts come to")
        }
        if difference == nil, digest != run.resultDigest {
            difference = Replay.differs("结果摘要", "the digest of the results")
        }
        return Replay(
            run: run, isEqual: difference == nil, difference: difference, estates: again.standings.count,
            resultDigest: digest)
    }

    private func snapshotDigest(of run: EvaluationRun, in tx: Tx) throws -> String {
        var chain = DigestChain()
        chain.add(Array((try tx.value("SELECT facts FROM evaluation_run WHERE id = \(run.id)") ?? "").utf8))
        try tx.each("SELECT rows FROM evaluation_snapshot WHERE run = \(run.id) ORDER BY chunk") { row in
            chain.add(Array((try row[0] as String).utf8))
        }
        return chain.digest
    }

    private func firstDifference(of run: EvaluationRun, _ again: Reckoning, in tx: Tx) throws -> Phrase? {
        guard (again.standings.count, again.ranked, again.first) == (run.estates, run.ranked, run.first) else {
            return Replay.differs("小区数或首批名额", "how many estates there are, or the first k")
        }
        let standings = again.standings
        var (position, difference) = (0, Phrase?.none)
        try tx.each("SELECT \(Standing.list) FROM evaluation_result WHERE run = \(run.id) ORDER BY position") { row in
            defer { position += 1 }
            guard difference == nil, standings.indices.contains(position) else { return }
            let standing = standings[position]
            let wanted = standing.row(run.id)
            let wrong = zip(wanted, row.values).enumerated().first { !$0.element.0.hasSameBits(as: $0.element.1) }
            if let wrong {
                let column = Standing.columns[wrong.offset].description
                difference = Replay.differs("\(standing.number) 的 \(column)", "\(column) of \(standing.number)")
            }
        }
        if difference == nil, position != standings.count {
            difference = Replay.differs("结果行数", "the number of results")
        }
        return difference
    }
}

extension Replay {
    fileprivate static func differs(_ zh: String, _ en: String) -> Phrase {
        Phrase(zh: "\(zh)与重算的不同。", en: "Computed again, \(en) comes out otherwise.")
    }
}

extension SQLValue {
    /// Equal to the last bit, also as a number.
    fileprivate func hasSameBits(as other: SQLValue) -> Bool {
        if case .real(let left) = self, case .real(let right) = other { return left.bitPattern == right.bitPattern }
        return self == other
    }
}

/// One of the two sides of a comparison.
private struct Side {
    let scheme: Scheme
    let lines: [RankingLine]
    let first: Int
    private let places: [String: Int]

    init(_ scheme: Scheme, lines: [RankingLine], first: Int) {
        (self.scheme, self.lines, self.first) = (scheme, lines, first)
        let codes = scheme.aspects.enumerated().filter { $0.element.purpose == .need }.map { ($1.code, $0) }
        places = Dictionary(codes, uniquingKeysWith: { first, _ in first })
    }

    func weight(_ code: String) -> Double { places[code].map { scheme.aspects[$0].weight } ?? 0 }

    func value(_ code: String, _ line: RankingLine) -> Double { places[code].map { line.aspects[$0].middle } ?? 0 }

    func isFirst(_ line: RankingLine?) -> Bool { line?.rank.map { $0 <= first } ?? false }
}

/// Lays two sides beside each other.
private struct Comparer {
    private let before: Side
    private let after: Side
    /// Estates of both, in the order of the second.
    private let pairs: [(old: RankingLine, new: RankingLine)]
    private let aspects: [Aspect]

    init(_ before: Side, _ after: Side) {
        (self.before, self.after) = (before, after)
        let old = Dictionary(before.lines.map { ($0.estate, $0) }, uniquingKeysWith: { first, _ in first })
        pairs = after.lines.compactMap { line in old[line.estate].map { ($0, line) } }
        let later = after.scheme.aspects(for: .need)
        let codes = Set(later.map(\.code))
        aspects = later + before.scheme.aspects(for: .need).filter { !codes.contains($0.code) }
    }

    func comparison(
        _ from: EvaluationRun, _ to: EvaluationRun?, sameFacts: Bool, within scope: Scope, _ most: Int
    ) -> RunComparison {
        let shown = pairs.filter { scope.contains($0.new.place) }
        let ranked = shown.filter { $0.old.rank != nil && $0.new.rank != nil }
        let movers = shown.filter { $0.old.rank != $0.new.rank || $0.old.need != $0.new.need }
            .sorted { (distance($1), $0.new.number) < (distance($0), $1.new.number) }
        return RunComparison(
            from: from, to: to, schemeBefore: before.scheme, schemeAfter: after.scheme,
            moves: movers.prefix(max(most, 0)).map(move), ranked: ranked.count,
            moved: ranked.count { $0.old.rank != $0.new.rank },
            enters: shown.count { !before.isFirst($0.old) && after.isFirst($0.new) },
            leaves: shown.count { before.isFirst($0.old) && !after.isFirst($0.new) }, spearman: spearman,
            sameFacts: sameFacts)
    }

    /// Places moved; who comes into the ranking or drops out of it moves farthest.
    private func distance(_ pair: (old: RankingLine, new: RankingLine)) -> Int {
        guard let old = pair.old.rank, let new = pair.new.rank else {
            return pair.old.rank == pair.new.rank ? 0 : Int.max
        }
        return abs(old - new)
    }

    private func move(_ pair: (old: RankingLine, new: RankingLine)) -> Move {
        let parts = aspects.map { aspect in
            let (was, now) = (before.weight(aspect.code), after.weight(aspect.code))
            let (old, new) = (before.value(aspect.code, pair.old), after.value(aspect.code, pair.new))
            return MovedPart(
                aspect: aspect.code, name: aspect.name, points: now * new - was * old, byWeight: (now - was) * old)
        }
        let why = parts.filter { $0.points != 0 }.sorted {
            (abs($1.points), $0.aspect) < (abs($0.points), $1.aspect)
        }
        return Move(
            line: pair.new, from: pair.old.rank, to: pair.new.rank, needBefore: pair.old.need,
            needAfter: pair.new.need, why: why, entersFirst: !before.isFirst(pair.old) && after.isFirst(pair.new),
            leavesFirst: before.isFirst(pair.old) && !after.isFirst(pair.new))
    }

    private var spearman: Double? {
        let both = pairs.filter { $0.old.rank != nil && $0.new.rank != nil }
        return Agreement.spearman(
            Ranks.averaged(both.map(\.old.need.middle), best: .highest),
            Ranks.averaged(both.map(\.new.need.middle), best: .highest))
    }
}
