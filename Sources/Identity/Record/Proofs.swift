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
                .notFound, "proof.unsealed", zh: "没有这一行记录，或尚未封存；请稍后再试。",
                en: "There is no such line, or it is not sealed yet; try again in a moment.")
        }
        let path = try MerkleTree.inclusionProof(index: index, size: head.size) { try root(of: $0, head.suite, tx) }
        return Inclusion(index: index, leafHash: hash, head: head, path: path)
    }

    public struct Consistency: Sendable {
        public let oldSize: Int
        public let head: TreeHead
        public let path: [[UInt8]]
    }

    /// That the record as it is now begins with the one of `oldSize` lines: what whoever kept that head may ask.
    /// - Throws: `Refusal` `proof.size` unless `0 < oldSize ≤` the sealed lines.
    public static func consistency(from oldSize: Int, tx: Tx) throws -> Consistency {
        guard let head = try TreeHead.latest(tx: tx), 0 < oldSize, oldSize <= head.size else {
            throw Refusal(
                "proof.size", zh: "行数须为正数，且不超过已封存的行数。",
                en: "The size is a positive number and not beyond the sealed lines.")
        }
        let path = try MerkleTree.consistencyProof(from: oldSize, size: head.size) { try root(of: $0, head.suite, tx) }
        return Consistency(oldSize: oldSize, head: head, path: path)
    }

    /// The root over a range of leaves: of its full blocks as the sealer stored them, then of single leaves, so that a
    /// proof over millions of lines reads thousands of hashes. A stored root that is wrong makes a proof that nobody
    /// accepts.
    private static func root(of range: Range<Int>, _ suite: DigestSuite, _ tx: Tx) throws -> [UInt8] {
        var frontier = MerkleTree.Frontier(suite: suite)
        let width = 1 << Limits.blockHeight
        let blocks = range.lowerBound % width == 0 ? range.lowerBound / width..<range.upperBound / width : 0..<0
        try tx.each(
            "SELECT root FROM record_block WHERE idx >= \(blocks.lowerBound) AND idx < \(blocks.upperBound) ORDER BY idx"
        ) { frontier.append(try $0[0], height: Limits.blockHeight) }
        let rest = range.lowerBound + frontier.size
        try tx.each(
            "SELECT hash FROM record_leaf WHERE idx >= \(rest) AND idx < \(range.upperBound) ORDER BY idx"
        ) { frontier.append(try $0[0]) }
        return frontier.root
    }
}
