import Kernel

/// The tree of a transparency log (RFC 6962 section 2.1): leaves are appended, its root seals them all, and short
/// proofs show that a leaf is in it and that a later tree begins with an earlier one. Leaves count from 0; hashes have
/// 32 bytes. Proofs are made from the roots of O(log n) ranges of leaves, which the caller knows how to compute or
/// remember, and checked with O(log n) hashes.
public enum MerkleTree {
    /// The hash of a leaf's content. Its prefix differs from a node's, so that no node passes for a leaf.
    public static func leafHash(_ content: [UInt8], suite: DigestSuite) -> [UInt8] { suite.hash([0x00] + content) }

    static func nodeHash(_ left: [UInt8], _ right: [UInt8], suite: DigestSuite) -> [UInt8] {
        suite.hash([0x01] + left + right)
    }

    /// The root over all leaves; of none it is the hash of nothing.
    public static func root(of leafHashes: some Sequence<[UInt8]>, suite: DigestSuite) -> [UInt8] {
        var frontier = Frontier(suite: suite)
        for hash in leafHashes { frontier.append(hash) }
        return frontier.root
    }

    /// The siblings on the way from a leaf to the root, lowest first (RFC 6962 section 2.1.1).
    /// Refuses `merkle.index` for a leaf that is not in the tree.
    /// - Parameter root: the root over a range of the tree's leaves, which begins at a multiple of a power of two that
    ///   is not below its width.
    public static func inclusionProof(
        index: Int, size: Int, root: (Range<Int>) throws -> [UInt8]
    ) throws -> [[UInt8]] {
        guard (0..<max(size, 0)).contains(index) else {
            throw Refusal(
                .notFound, "merkle.index", zh: "没有第 \(index) 片叶：这棵树有 \(size) 片，从 0 数起。",
                en: "There is no leaf \(index): this tree has \(size), counted from 0.", field: "index")
        }
        var (start, end, proof): (Int, Int, [[UInt8]]) = (0, size, [])
        while end - start > 1 {
            let middle = start + leftWidth(of: end - start)
            if index < middle {
                proof.append(try root(middle..<end))
                end = middle
            } else {
                proof.append(try root(start..<middle))
                start = middle
            }
        }
        return proof.reversed()
    }

    /// The nodes that show that a tree begins with the first `oldSize` of its leaves, lowest first (RFC 6962
    /// section 2.1.2); none for the same size or from the empty tree. Refuses `merkle.size` for a larger old tree.
    /// - Parameter root: see `inclusionProof`.
    public static func consistencyProof(
        from oldSize: Int, size: Int, root: (Range<Int>) throws -> [UInt8]
    ) throws -> [[UInt8]] {
        guard (0...max(size, 0)).contains(oldSize) else {
            throw Refusal(
                .notFound, "merkle.size", zh: "没有 \(oldSize) 片叶的旧树：这棵树只有 \(size) 片。",
                en: "There was no tree of \(oldSize) leaves: this one has \(size).", field: "size")
        }
        guard oldSize > 0 else { return [] }
        var (start, end, proof): (Int, Int, [[UInt8]]) = (0, size, [])
        while oldSize < end {
            let middle = start + leftWidth(of: end - start)
            if oldSize <= middle {
                proof.append(try root(middle..<end))
                end = middle
            } else {
                proof.append(try root(start..<middle))
                start = middle
            }
        }
        // When the old tree is itself this left-most node, its root is known to whoever checks.
        if start > 0 { proof.append(try root(start..<end)) }
        return proof.reversed()
    }

    /// Whether a proof shows that the leaf stands at `index` in the tree of `size` leaves with that root
    /// (RFC 9162 section 2.1.3.2).
    public static func verifyInclusion(
        of leafHash: [UInt8], index: Int, size: Int, root: [UInt8], proof: [[UInt8]], suite: DigestSuite
    ) -> Bool {
        guard index >= 0, index < size, areHashes(proof + [leafHash, root]) else { return false }
        var (node, last, hash) = (index, size - 1, leafHash)
        for sibling in proof {
            if last == 0 { return false }
            if node & 1 == 1 || node == last {
                hash = nodeHash(sibling, hash, suite: suite)
                skipMissingSiblings(&node, &last)
            } else {
                hash = nodeHash(hash, sibling, suite: suite)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && constantTimeEquals(hash, root)
    }

    /// Whether a proof shows that the tree of `newSize` leaves begins with the leaves of the tree of `oldSize`
    /// (RFC 9162 section 2.1.4.2). Every tree begins with the empty one.
    public static func verifyConsistency(
        from oldSize: Int, root oldRoot: [UInt8], to newSize: Int, root newRoot: [UInt8], proof: [[UInt8]],
        suite: DigestSuite
    ) -> Bool {
        guard 0 <= oldSize, oldSize <= newSize, areHashes(proof + [oldRoot, newRoot]) else { return false }
        if oldSize == newSize { return proof.isEmpty && constantTimeEquals(oldRoot, newRoot) }
        if oldSize == 0 { return proof.isEmpty && constantTimeEquals(oldRoot, suite.hash([])) }
        let path = oldSize & (oldSize - 1) == 0 ? [oldRoot] + proof : proof
        guard !proof.isEmpty, let first = path.first else { return false }
        var (node, last, old, new) = (oldSize - 1, newSize - 1, first, first)
        while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
        for sibling in path.dropFirst() {
            if last == 0 { return false }
            if node & 1 == 1 || node == last {
                old = nodeHash(sibling, old, suite: suite)
                new = nodeHash(sibling, new, suite: suite)
                skipMissingSiblings(&node, &last)
            } else {
                new = nodeHash(new, sibling, suite: suite)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && constantTimeEquals(old, oldRoot) && constantTimeEquals(new, newRoot)
    }

    /// Climbs the levels on which the right-most node has no sibling and is carried up as it is.
    private static func skipMissingSiblings(_ node: inout Int, _ last: inout Int) {
        while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
    }

    /// The largest power of two below a width of at least 2.
    private static func leftWidth(of width: Int) -> Int {
        1 << (Int.bitWidth - 1 - (width - 1).leadingZeroBitCount)
    }

    /// Right lengths, and not more than a tree of Int leaves can ask for.
    private static func areHashes(_ hashes: [[UInt8]]) -> Bool {
        hashes.count <= 2 * Int.bitWidth && hashes.allSatisfy { $0.count == DigestSuite.length }
    }
}
