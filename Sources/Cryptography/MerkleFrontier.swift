import Kernel

extension MerkleTree {
    /// The right edge of a growing tree: the roots of its full subtrees, the largest first. All that appending and the
    /// root need, in O(log n) space; a sealer stores its `bytes` and goes on from there.
    public struct Frontier: Sendable, Hashable {
        public let suite: DigestSuite
        /// How many leaves were appended.
        public private(set) var size: Int
        /// One node for each bit set in `size`.
        private var nodes: [[UInt8]]

        /// The empty tree.
        public init(suite: DigestSuite) {
            (self.suite, size, nodes) = (suite, 0, [])
        }

        /// Appends a leaf by its hash (`MerkleTree.leafHash`), or a full subtree of 2^`height` leaves by its root,
        /// where the tree so far ends at such a subtree's edge.
        /// - Parameter completing: a height, above `height`.
        /// - Returns: the root of the full subtree of that height which ends here; nil when none does.
        @discardableResult
        public mutating func append(_ hash: [UInt8], height: Int = 0, completing: Int? = nil) -> [UInt8]? {
            precondition(hash.count == DigestSuite.length, "a hash has \(DigestSuite.length) bytes")
            precondition(size % (1 << height) == 0, "a subtree begins at a multiple of its width")
            var (node, completed): ([UInt8], [UInt8]?) = (hash, nil)
            // As many full subtrees end here as `size` has ones at its end: each joins the next.
            for level in 0..<(~(size >> height)).trailingZeroBitCount {
                node = MerkleTree.nodeHash(nodes.removeLast(), node, suite: suite)
                if completing == height + level + 1 { completed = node }
            }
            nodes.append(node)
            size += 1 << height
            return completed
        }

        /// The root over all leaves appended; of none it is the hash of nothing.
        public var root: [UInt8] {
            guard var root = nodes.last else { return suite.hash([]) }
            for node in nodes.dropLast().reversed() { root = MerkleTree.nodeHash(node, root, suite: suite) }
            return root
        }

        /// To be stored: a byte for the form (1), a byte for the suite (1 SHA-256, 2 SM3), eight for the size, the
        /// nodes.
        public var bytes: [UInt8] {
            [1, suite == .sha256 ? 1 : 2] + UInt64(size).bigEndianBytes + nodes.joined()
        }

        /// Reads what `bytes` wrote. Refuses `merkle.frontier` for anything else; compare `root` with the sealed one
        /// to know that no bit changed.
        public init(bytes: [UInt8]) throws {
            let size = bytes.dropFirst(2).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard bytes.count >= 10, bytes[0] == 1, bytes[1] == 1 || bytes[1] == 2, size < UInt64(Int.max),
                bytes.count == 10 + size.nonzeroBitCount * DigestSuite.length
            else {
                throw Refusal(
                    "merkle.frontier", zh: "记录封存的进度损坏，读不出来；请从记录重新计算。",
                    en: "The stored progress of the record's seal is damaged; compute it from the record anew.")
            }
            suite = bytes[1] == 1 ? .sha256 : .sm3
            self.size = Int(size)
            nodes = stride(from: 10, to: bytes.count, by: DigestSuite.length).map {
                Array(bytes[$0..<$0 + DigestSuite.length])
            }
        }
    }
}
