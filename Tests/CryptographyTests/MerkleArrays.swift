import Cryptography

/// Proofs over a whole tree held as its leaf hashes.
extension MerkleTree {
    static func inclusionProof(index: Int, leafHashes: [[UInt8]], suite: DigestSuite) throws -> [[UInt8]] {
        try inclusionProof(index: index, size: leafHashes.count) { root(of: leafHashes[$0], suite: suite) }
    }

    static func consistencyProof(from oldSize: Int, leafHashes: [[UInt8]], suite: DigestSuite) throws -> [[UInt8]] {
        try consistencyProof(from: oldSize, size: leafHashes.count) { root(of: leafHashes[$0], suite: suite) }
    }
}
