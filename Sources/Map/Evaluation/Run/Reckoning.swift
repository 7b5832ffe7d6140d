import Decide
import Kernel

/// From the values of all estates to scores, ranks, bands and shares: the whole of an evaluation but for reading and
/// storing. Pure; the same bits every time.
struct Reckoning {
    let scheme: Scheme
    /// All estates, in the order of the snapshot.
    private(set) var standings: [Standing]
    /// The places of the first band.
    private(set) var first = 0
    private(set) var ranked = 0
    private(set) var districts: [DistrictStanding] = []

    /// - Parameter standings: with the values of all aspects and nothing else yet; one at least.
    init(_ scheme: Scheme, _ standings: [Standing]) throws {
        self.scheme = scheme
        self.standings = standings
        try score()
        try rank()
        districts = try sums()
    }

    static func columns(_ scheme: Scheme, _ purpose: Aspect.Purpose) -> [Int] {
        scheme.aspects.indices.filter { scheme.aspects[$0].purpose == purpose }
    }

    static func weights(_ scheme: Scheme, _ purpose: Aspect.Purpose) throws -> Weights {
        try Weights(scheme.aspects(for: purpose).map(\.weight))
    }

    private func table(_ rows: [Int], _ columns: [Int]) throws -> ValueTable {
        try ValueTable(
            rows: rows.count, columns: columns.count,
            low: columns.flatMap { column in rows.map { standings[$0].appraisal.low[column] } },
            high: columns.flatMap { column in rows.map { standings[$0].appraisal.high[column] } })
    }

    // MARK: scores

    private mutating func score() throws {
        let all = Array(standings.indices)
        for purpose in Aspect.Purpose.allCases {
            let table = try table(all, Self.columns(scheme, purpose))
            let scores = try table.scores(Self.weights(scheme, purpose))
            for row in all {
                let range = ScoreRange(low: scores.low[row], high: max(scores.low[row], scores.high[row]))
                if purpose == .need { standings[row].need = range } else { standings[row].readiness = range }
            }
        }
        for row in all {
            let appraisal = standings[row].appraisal
            let middles = zip(appraisal.low, appraisal.high).map { ScoreRange(low: $0, high: $1).middle }
            standings[row].functionShare = scheme.functionShare(of: middles) ?? 0
        }
    }

    // MARK: ranks

    private mutating func rank() throws {
        let rows = standings.indices.filter { standings[$0].flag == nil }
        ranked = rows.count
        guard ranked > 0 else { return }
        let ends = bandEnds()
        first = ends.first ?? ranked
        let table = try table(rows, Self.columns(scheme, .need))
        let weights = try Self.weights(scheme, .need)
        let intervals = try table.rankIntervals(weights)
        let places = places(of: rows)
        let shares = try shares(table, weights)
        for (index, row) in rows.enumerated() {
            let (place, interval) = (places[index], intervals[index])
            standings[row].rank = Standing.RankedPlace(
                rank: place, best: interval.best, worst: interval.worst, band: band(of: place, ends),
                bestBand: band(of: interval.best, ends), worstBand: band(of: interval.worst, ends))
            standings[row].firstShare = shares?[index]
        }
    }

    /// 1 + how many score more.
    private func places(of rows: [Int]) -> [Int] {
        let order = rows.indices.sorted { standings[rows[$0]].need.middle > standings[rows[$1]].need.middle }
        var places = [Int](repeating: 1, count: rows.count)
        for (position, index) in order.enumerated().dropFirst() {
            let before = order[position - 1]
            let isTie = standings[rows[before]].need.middle == standings[rows[index]].need.middle
            places[index] = isTie ? places[before] : position + 1
        }
        return places
    }

    /// The share of weightings around the scheme's in which each is among the first.
    private func shares(_ table: ValueTable, _ weights: Weights) throws -> [Double?]? {
        let robust = scheme.robustness
        guard robust.samples > 0 else { return nil }
        let space = WeightSpace.around(weights, concentration: robust.concentration)
        let drawn = try space.samples(robust.samples, seed: robust.seed)
        let analysis = try SMAA(table.settled(), drawn, firsts: [first])
        return (0..<table.rows).map { analysis.share(of: $0, amongFirst: first) }
    }

    /// The last place of each band, never before the first.
    private func bandEnds() -> [Int] {
        scheme.bands.map { min(max(Int(($0.upTo * Double(ranked)).rounded()), 1), ranked) }
    }

    private func band(of place: Int, _ ends: [Int]) -> String? {
        ends.firstIndex { place <= $0 }.map { scheme.bands[$0].code }
    }

    // MARK: districts

    private func sums() throws -> [DistrictStanding] {
        let all = Array(standings.indices)
        let table = try table(all, Array(scheme.aspects.indices))
        let byPlace = Dictionary(grouping: all) { standings[$0].place.ancestor(.district) ?? standings[$0].place }
        return try byPlace.keys.sorted().map { place in
            let rows = byPlace[place] ?? []
            let mean = { (score: (Standing) -> Double) in
                rows.reduce(0) { $0 + score(standings[$1]) } / Double(rows.count)
            }
            return DistrictStanding(
                place: place, estates: rows.count, ranked: rows.count { standings[$0].rank != nil },
                amongFirst: rows.count { standings[$0].rank.map { $0.rank <= first } ?? false },
                meanNeed: mean { $0.need.middle }, meanReadiness: mean { $0.readiness.middle },
                medians: try table.medians(of: rows), ready: rows.count { standings[$0].appraisal.gate == .ready })
        }
    }

    /// Over all that is stored of the results, in chunks like the snapshot's.
    var digest: String {
        var chain = DigestChain()
        for start in stride(from: 0, to: standings.count, by: Snapshot.chunk) {
            var bytes: [UInt8] = []
            for row in start..<min(start + Snapshot.chunk, standings.count) { standings[row].append(to: &bytes) }
            chain.add(bytes)
        }
        return chain.digest
    }
}
