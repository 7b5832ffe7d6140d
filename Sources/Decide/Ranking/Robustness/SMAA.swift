import Dispatch
import Synchronization

/// Stochastic multicriteria acceptability analysis (SMAA-2; Lahdelma and Salminen 2001) of the additive score: which
/// places an alternative takes over all weightings that are thought possible.
public struct SMAA: Sendable, Hashable {
    /// Up to so many alternatives every place is counted and pairs can be compared.
    public static let mostInFull = 5_000

    public let alternatives: Int
    public let samples: Int
    /// What the weightings were drawn with; none when they were given.
    public let seed: UInt64?
    /// The last place of each band, rising; the last is `alternatives`. A band for every place up to `mostInFull`
    /// alternatives: `[1, 2, 3, …]`; above, `[1, 2, 5, 10, 20, 50, …]` and the places that were asked for.
    public let bands: [Int]
    /// Alternatives × bands, row by row: in how many weightings the alternative's place lies in the band.
    public let counts: [UInt32]
    /// Each alternative's places summed over the weightings.
    public let placeSums: [Int]
    /// Alternatives × alternatives, row by row: in how many weightings the first stands before the second; if asked.
    public let wins: [UInt32]?
    /// The mean of the weightings in which the alternative comes first; none if it never does.
    public let centralWeights: [[Double]?]

    /// Equal scores take their places in the order of the alternatives. The same bits on any number of threads.
    /// - Parameters:
    ///   - table: all values known.
    ///   - firsts: places k of which "among the first k" shall be known; needed above `mostInFull` alternatives only.
    ///   - pairs: also counts `wins`; up to `mostInFull` alternatives.
    ///   - threads: 1...64; more than memory allows are not used.
    /// - Throws: `RobustnessFlaw`.
    public init(
        _ table: ValueTable, _ samples: WeightSamples, firsts: [Int] = [], pairs: Bool = false, threads: Int = 2
    ) throws(RobustnessFlaw) {
        if let place = table.firstUnknown { throw .unknown(row: place.row, column: place.column) }
        guard samples.columns == table.columns else {
            throw .weightCount(weights: samples.columns, columns: table.columns)
        }
        if let wrong = firsts.first(where: { !(1...table.rows).contains($0) }) { throw .place(wrong) }
        guard !pairs || table.rows <= Self.mostInFull else { throw .count(asked: table.rows, most: Self.mostInFull) }

        let bands = Self.bands(of: table.rows, firsts: firsts)
        let tally = Self.count(Election(table, samples, bands: bands, pairs: pairs), threads: threads)
        alternatives = table.rows
        self.samples = samples.count
        seed = samples.seed
        self.bands = bands
        counts = tally.counts
        placeSums = tally.placeSums
        wins = pairs ? tally.wins : nil
        centralWeights = Self.centralWeights(winners: tally.winners, samples, alternatives: table.rows)
    }

    /// Whole numbers add up alike in any order, so that the threads need not wait for each other.
    private static func count(_ election: Election, threads: Int) -> Tally {
        let blocks = (election.samples.count + Election.block - 1) / Election.block
        let workers = max(1, min(threads, blocks, 64, mostMemory / election.memory))
        let sum = Mutex(Tally?.none)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            var booth = Booth(election)
            for block in stride(from: worker, to: blocks, by: workers) { booth.count(block: block) }
            sum.withLock { sum in
                if sum == nil { sum = booth.tally } else { sum?.add(booth.tally) }
            }
        }
        return sum.withLock { $0 } ?? Tally(election)
    }

    private static let mostMemory = 1 << 30

    private static func bands(of alternatives: Int, firsts: [Int]) -> [Int] {
        if alternatives <= mostInFull { return Array(1...alternatives) }
        let decades = sequence(first: 1) { $0 * 10 }.prefix { $0 < alternatives }
        let round = decades.flatMap { [$0, 2 * $0, 5 * $0] }.filter { $0 < alternatives }
        return Set(round + firsts + [alternatives]).sorted()
    }

    /// Summed in the order of the weightings.
    private static func centralWeights(winners: [UInt32], _ samples: WeightSamples, alternatives: Int) -> [[Double]?] {
        var sums = [[Double]?](repeating: nil, count: alternatives)
        var times = [Double](repeating: 0, count: alternatives)
        for sample in 0..<samples.count {
            let row = Int(winners[sample])
            var sum = sums[row] ?? Array(repeating: 0, count: samples.columns)
            sums[row] = nil
            for column in 0..<samples.columns { sum[column] += samples.values[sample * samples.columns + column] }
            sums[row] = sum
            times[row] += 1
        }
        return zip(sums, times).map { sum, times in sum?.map { $0 / times } }
    }
}

extension SMAA {
    /// The share of weightings in which the alternative has this place; none where places are counted in bands.
    public func acceptability(of row: Int, place: Int) -> Double? {
        guard bands.count == alternatives, (1...alternatives).contains(place) else { return nil }
        return Double(counts[row * bands.count + place - 1]) / Double(samples)
    }

    /// The share of weightings in which the alternative is among the first `k`; none when `k` ends no band.
    public func share(of row: Int, amongFirst k: Int) -> Double? {
        guard let band = bands.firstIndex(of: k) else { return nil }
        let times = counts[row * bands.count...row * bands.count + band].reduce(0) { $0 + Int($1) }
        return Double(times) / Double(samples)
    }

    /// The share of weightings in which one stands before the other (pairwise winning index), if pairs were counted.
    public func share(of row: Int, before other: Int) -> Double? {
        wins.map { Double($0[row * alternatives + other]) / Double(samples) }
    }

    /// Its place on average over the weightings.
    public func meanPlace(of row: Int) -> Double { Double(placeSums[row]) / Double(samples) }

    /// The places that remain when the best and the worst of its weightings are set aside; where places are counted in
    /// bands, out to the ends of the bands.
    /// - Parameter tail: the share of weightings set aside at either end, 0 to under 0.5.
    public func places(of row: Int, tail: Double = 0.05) -> RankInterval {
        let shares = counts[row * bands.count..<(row + 1) * bands.count]
        let aside = Int(tail * Double(samples))
        var (seen, best, worst) = (0, 1, alternatives)
        for (band, times) in shares.enumerated() where times > 0 {
            if seen <= aside { best = band == 0 ? 1 : bands[band - 1] + 1 }
            if seen < samples - aside { worst = bands[band] }
            seen += Int(times)
        }
        return RankInterval(best: best, worst: worst)
    }
}
