/// The values of a table laid so that the scores of several weightings are summed in one reading.
struct ScoreTiles {
    private typealias Lanes = SIMD8<Double>

    let rows: Int
    private let columns: Int
    /// Eight alternatives after the other, each eight with all its aspects in order; the last filled with zeros.
    private let tiles: [Lanes]

    /// Weightings in one reading: their sums fit into the registers of every processor.
    static let batch = 2

    init(_ table: ValueTable) {
        (rows, columns) = (table.rows, table.columns)
        var tiles: [Lanes] = []
        tiles.reserveCapacity((rows + 7) / 8 * columns)
        for first in stride(from: 0, to: rows, by: 8) {
            for column in 0..<columns {
                var lanes = Lanes()
                for row in first..<min(rows, first + 8) { lanes[row - first] = table.low[column * rows + row] }
                tiles.append(lanes)
            }
        }
        self.tiles = tiles
    }

    /// Rows that a weighting's scores take up in memory, the last few without meaning.
    var span: Int { (rows + 7) / 8 * 8 }

    /// Scores by two weightings, each summed in the order of the aspects like `ValueTable.scores`.
    /// - Parameter scores: `span` for the one, then for the other.
    func score(
        _ one: Slice<UnsafeBufferPointer<Double>>, _ other: Slice<UnsafeBufferPointer<Double>>,
        into scores: UnsafeMutableBufferPointer<Double>
    ) {
        let (one, other) = (UnsafeBufferPointer(rebasing: one), UnsafeBufferPointer(rebasing: other))
        tiles.withUnsafeBufferPointer { tiles in
            for tile in 0..<span / 8 {
                var (left, right) = (Lanes(), Lanes())
                for column in 0..<columns {
                    let values = tiles[tile &* columns &+ column]
                    left += one[column] * values
                    right += other[column] * values
                }
                for lane in 0..<8 {
                    scores[tile &* 8 &+ lane] = left[lane]
                    scores[span &+ tile &* 8 &+ lane] = right[lane]
                }
            }
        }
    }
}
