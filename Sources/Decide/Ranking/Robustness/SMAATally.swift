/// What is counted, the same for all threads.
struct Election: Sendable {
    let tiles: ScoreTiles
    let samples: WeightSamples
    /// The band of each place, both counted from zero.
    let bandOfPlace: [UInt16]
    let bands: Int
    let pairs: Bool

    /// Weightings that are counted together: their places of one alternative lie side by side.
    static let block = 64

    init(_ table: ValueTable, _ samples: WeightSamples, bands: [Int], pairs: Bool) {
        tiles = ScoreTiles(table)
        self.samples = samples
        self.bands = bands.count
        self.pairs = pairs
        var bandOfPlace: [UInt16] = []
        bandOfPlace.reserveCapacity(table.rows)
        for (band, last) in bands.enumerated() {
            while bandOfPlace.count < last { bandOfPlace.append(UInt16(truncatingIfNeeded: band)) }
        }
        self.bandOfPlace = bandOfPlace
    }

    /// Bytes that one thread counts in.
    var memory: Int { tiles.rows * (4 * bands + (pairs ? 4 * tiles.rows : 0) + 2 * Self.block + 64) }
}

/// What was counted so far.
struct Tally: Sendable {
    /// Alternatives × bands, row by row.
    var counts: [UInt32]
    var placeSums: [Int]
    /// Alternatives × alternatives, row by row; empty when pairs were not asked for.
    var wins: [UInt32]
    /// Who came first in each weighting; 0 where another thread counts.
    var winners: [UInt32]

    init(_ election: Election) {
        let rows = election.tiles.rows
        counts = Array(repeating: 0, count: rows * election.bands)
        placeSums = Array(repeating: 0, count: rows)
        wins = Array(repeating: 0, count: election.pairs ? rows * rows : 0)
        winners = Array(repeating: 0, count: election.samples.count)
    }

    mutating func add(_ other: Tally) {
        for place in counts.indices { counts[place] &+= other.counts[place] }
        for row in placeSums.indices { placeSums[row] &+= other.placeSums[row] }
        for pair in wins.indices { wins[pair] &+= other.wins[pair] }
        for sample in winners.indices { winners[sample] &+= other.winners[sample] }
    }
}

/// One thread's memory for counting.
struct Booth {
    private let election: Election
    private(set) var tally: Tally
    private var sorter: PlaceSorter
    private var scores: [Double]
    /// Alternatives × `Election.block`: the band of each weighting's place.
    private var marks: [SIMD8<UInt16>]

    init(_ election: Election) {
        self.election = election
        tally = Tally(election)
        sorter = PlaceSorter(count: election.tiles.rows)
        scores = Array(repeating: 0, count: ScoreTiles.batch * election.tiles.span)
        marks = Array(repeating: .zero, count: election.tiles.rows * Election.block / 8)
    }

    mutating func count(block: Int) {
        let first = block * Election.block
        let end = min(election.samples.count, first + Election.block)
        for sample in stride(from: first, to: end, by: 2) {
            score(sample, min(sample + 1, end - 1))
            mark(sample, scoresAt: 0, lane: sample - first)
            if sample + 1 < end { mark(sample + 1, scoresAt: election.tiles.span, lane: sample + 1 - first) }
        }
        add(lanes: end - first)
        if election.pairs { addWins(lanes: end - first) }
    }

    private mutating func score(_ one: Int, _ other: Int) {
        let columns = election.samples.columns
        election.samples.values.withUnsafeBufferPointer { weights in
            scores.withUnsafeMutableBufferPointer { scores in
                election.tiles.score(
                    weights[(one * columns)...], weights[(other * columns)...], into: scores)
            }
        }
    }

    private mutating func mark(_ sample: Int, scoresAt start: Int, lane: Int) {
        scores.withUnsafeBufferPointer {
            sorter.sort(UnsafeBufferPointer(rebasing: $0[start..<start + election.tiles.rows]))
        }
        tally.winners[sample] = sorter.order[0]
        sorter.order.withUnsafeBufferPointer { order in
            election.bandOfPlace.withUnsafeBufferPointer { bands in
                tally.placeSums.withUnsafeMutableBufferPointer { sums in
                    marks.withUnsafeMutableBytes { marks in
                        let marks = marks.assumingMemoryBound(to: UInt16.self)
                        for place in order.indices {
                            let row = Int(order[place])
                            sums[row] &+= place &+ 1
                            marks[row &* Election.block &+ lane] = bands[place]
                        }
                    }
                }
            }
        }
    }

    private mutating func add(lanes: Int) {
        let bands = election.bands
        tally.counts.withUnsafeMutableBufferPointer { counts in
            marks.withUnsafeBytes { marks in
                let marks = marks.assumingMemoryBound(to: UInt16.self)
                for row in 0..<election.tiles.rows {
                    for lane in 0..<lanes {
                        counts[row &* bands &+ Int(marks[row &* Election.block &+ lane])] &+= 1
                    }
                }
            }
        }
    }

    /// Eight weightings of a pair at a time. Lanes beyond the last weighting are made equal, so that nobody wins.
    private mutating func addWins(lanes: Int) {
        let rows = election.tiles.rows
        let vectors = Election.block / 8
        if lanes < Election.block {
            for row in 0..<rows {
                for lane in lanes..<Election.block { marks[row * vectors + lane / 8][lane % 8] = 0 }
            }
        }
        tally.wins.withUnsafeMutableBufferPointer { wins in
            marks.withUnsafeBufferPointer { marks in
                for row in 0..<rows {
                    for other in row &+ 1..<max(rows, row &+ 1) {
                        var before = SIMD8<UInt16>.zero
                        for vector in 0..<vectors {
                            let (mine, its) = (marks[row &* vectors &+ vector], marks[other &* vectors &+ vector])
                            before.replace(with: before &+ 1, where: mine .< its)
                        }
                        let times = UInt32(before.wrappedSum())
                        wins[row &* rows &+ other] &+= times
                        wins[other &* rows &+ row] &+= UInt32(lanes) &- times
                    }
                }
            }
        }
    }
}
