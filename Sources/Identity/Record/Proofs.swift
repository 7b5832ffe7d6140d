import Cryptography
public import Kernel
public import Store

/// Short proofs over the sealed record (RFC 6962, 2.1): that a line is in it, and that a later record begins with an
/// earlier one. Anybody checks them with `MerkleTree.verifyInclusion` and `verifyConsistency` and two published heads.
public enum RecordProofs {
    public struct Inclusion: Sendable {
        public let index: Int
        public let leafHash: [UInt8]
        public let head: TreeHead
        /// The siblings on the way to the root, lowest first.
        public let path: [[UInt8]]
    }

    /// - Throws: `Refusal` `proof.unsealed` while the line waits to be sealed, or for no line at all.
    public static func inclusion(of line: ID<RecordLine>, tx: Tx) throws -> Inclusion {
        let index: Int?? = try tx.value("SELECT leaf_index FROM record_line WHERE id = \(line)")
        guard let index = index ?? nil, let head = try TreeHead.latest(tx: tx), index < head.size,
            let hash: [UInt8] = try tx.value("SELECT hash FROM record_leaf WHERE idx = \(index)")
        else {
            throw Refusal(
                .notFound, "proof.unsealed", zh: "没有这一行记录,或尚未封存;请稍后再试。",
                en: "There is no such line, or it is not sealed yet; try again in a moment.")
        }
        let path = try path(to: index, in: 0..<head.size, head.suite, tx)
        return Inclusion(index: index, leafHash: hash, head: head, path: path)
    }

    /// That the record of `newSize` lines begins with that of `oldSize` lines.
    /// - Throws: `Refusal` `proof.size` unless `0 < oldSize ≤ newSize ≤` the sealed lines.
    public static func consistency(from oldSize: Int, to newSize: Int, tx: Tx) throws -> [[UInt8]] {
        guard let head = try TreeHead.latest(tx: tx), 0 < oldSize, oldSize <= newSize, newSize <= head.size else {
            throw Refusal(
                "proof.size", zh: "行数须由小到大,且不超过已封存的行数。",
                en: "Sizes go from smaller to larger and not beyond the sealed lines.")
        }
        return try subproof(oldSize, in: 0..<newSize, isWhole: true, head.suite, tx)
    }

    private static func path(to index: Int, in range: Range<Int>, _ suite: DigestSuite, _ tx: Tx) throws -> [[UInt8]] {
        guard range.count > 1 else { return [] }
        let split = range.lowerBound + largestPower(below: range.count)
        let (left, right) = (range.lowerBound..<split, split..<range.upperBound)
        return index < split
            ? try path(to: index, in: left, suite, tx) + [root(of: right, suite, tx)]
            : try path(to: index, in: right, suite, tx) + [root(of: left, suite, tx)]
    }

    private static func subproof(
        _ size: Int, in range: Range<Int>, isWhole: Bool, _ suite: DigestSuite, _ tx: Tx
    ) throws -> [[UInt8]] {
        if size == range.upperBound { return isWhole ? [] : [try root(of: range, suite, tx)] }
        let split = range.lowerBound + largestPower(below: range.count)
        let (left, right) = (range.lowerBound..<split, split..<range.upperBound)
        return size <= split
            ? try subproof(size, in: left, isWhole: isWhole, suite, tx) + [root(of: right, suite, tx)]
            : try subproof(size, in: right, isWhole: false, suite, tx) + [root(of: left, suite, tx)]
    }

    /// The root over a range of leaves, read one after another.
    private static func root(of range: Range<Int>, _ suite: DigestSuite, _ tx: Tx) throws -> [UInt8] {
        var frontier = MerkleTree.Frontier(suite: suite)
        try tx.each(
            """
            SELECT hash FROM record_leaf WHERE idx >= \(range.lowerBound) AND idx < \(range.upperBound) ORDER BY idx
            """
        ) { frontier.append(try $0[0]) }
        return frontier.root
    }

    /// The largest power of two below `count`, for `count` > 1.
    private static func largestPower(below count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
