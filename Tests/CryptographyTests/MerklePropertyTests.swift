import Cryptography
import Foundation
import Kernel
import Testing

/// Another seed in every run; `YIJU_SEED` replays a failure, which prints its own.
let freshSeed =
    ProcessInfo.processInfo.environment["YIJU_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)

/// What must hold of every tree, for every size to 64, on leaves drawn from a seed that a failure prints.
@Suite struct MerklePropertyTests {
    private static let largest = 64
    private static let draws: [(DigestSuite, UInt64)] = [
        (.sha256, 1), (.sm3, 2), (.sha256, freshSeed),
    ]

    @Test("The frontier, saved and restored at every step, has the root that RFC 6962 defines", arguments: draws)
    func frontier(suite: DigestSuite, seed: UInt64) throws {
        let hashes = leaves(suite, seed)
        var frontier = MerkleTree.Frontier(suite: suite)
        #expect(frontier.root == suite.hash([]))
        for (count, hash) in hashes.enumerated() {
            frontier.append(hash)
            #expect(frontier.root == definedRoot(hashes[0...count], suite), "size \(count + 1)")
            let restored = try MerkleTree.Frontier(bytes: frontier.bytes)
            #expect(restored == frontier && restored.size == count + 1)
            frontier = restored
        }
    }

    @Test("Every leaf of every tree is proved; an altered leaf, root, node, order or place is not", arguments: draws)
    func inclusion(suite: DigestSuite, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let all = leaves(suite, seed)
        for size in 1...Self.largest {
            let hashes = Array(all.prefix(size))
            let root = MerkleTree.root(of: hashes, suite: suite)
            for index in 0..<size {
                let proof = try MerkleTree.inclusionProof(index: index, leafHashes: hashes, suite: suite)
                func holds(_ leaf: [UInt8], _ index: Int, _ root: [UInt8], _ proof: [[UInt8]]) -> Bool {
                    MerkleTree.verifyInclusion(
                        of: leaf, index: index, size: size, root: root, proof: proof, suite: suite)
                }
                #expect(holds(hashes[index], index, root, proof), "leaf \(index) of \(size)")
                #expect(!holds(altered(hashes[index], &random), index, root, proof))
                #expect(!holds(hashes[index], index, altered(root, &random), proof))
                #expect(!holds(hashes[index], index, root, proof + [root]))
                if size > 1 {
                    #expect(!holds(hashes[index], (index + 1) % size, root, proof), "leaf \(index) of \(size)")
                    #expect(!holds(hashes[index], index, root, Array(proof.dropLast())))
                    #expect(!holds(hashes[index], index, root, altered(proof, &random)), "leaf \(index) of \(size)")
                }
            }
        }
    }

    @Test("Every tree begins with every smaller one; an altered root or node is noticed", arguments: draws)
    func consistency(suite: DigestSuite, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let all = leaves(suite, seed)
        let roots = (0...Self.largest).map { MerkleTree.root(of: all.prefix($0), suite: suite) }
        for size in 1...Self.largest {
            for old in 0...size {
                let proof = try MerkleTree.consistencyProof(
                    from: old, leafHashes: Array(all.prefix(size)), suite: suite)
                func holds(_ oldRoot: [UInt8], _ newRoot: [UInt8], _ proof: [[UInt8]]) -> Bool {
                    MerkleTree.verifyConsistency(
                        from: old, root: oldRoot, to: size, root: newRoot, proof: proof, suite: suite)
                }
                #expect(holds(roots[old], roots[size], proof), "from \(old) to \(size)")
                #expect(!holds(altered(roots[old], &random), roots[size], proof), "from \(old) to \(size)")
                #expect(!holds(roots[old], roots[size], proof + [roots[old]]), "from \(old) to \(size)")
                guard !proof.isEmpty else { continue }
                #expect(!holds(roots[old], altered(roots[size], &random), proof), "from \(old) to \(size)")
                #expect(!holds(roots[old], roots[size], Array(proof.dropLast())), "from \(old) to \(size)")
                #expect(!holds(roots[old], roots[size], altered(proof, &random)), "from \(old) to \(size)")
            }
        }
    }

    @Test("A history rewritten behind an old root cannot be shown to begin with it", arguments: draws)
    func rewriting(suite: DigestSuite, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let honest = leaves(suite, seed)
        for _ in 0..<200 {
            let size = Int.random(in: 2...Self.largest, using: &random)
            let old = Int.random(in: 1..<size, using: &random)
            var forged = Array(honest.prefix(size))
            let changed = Int.random(in: 0..<old, using: &random)
            forged[changed] = altered(forged[changed], &random)
            let proof = try MerkleTree.consistencyProof(from: old, leafHashes: forged, suite: suite)
            #expect(
                !MerkleTree.verifyConsistency(
                    from: old, root: MerkleTree.root(of: honest.prefix(old), suite: suite), to: size,
                    root: MerkleTree.root(of: forged, suite: suite), proof: proof, suite: suite),
                "leaf \(changed) of \(old) in \(size)")
        }
    }

    @Test("A damaged frontier is refused, or has another root")
    func damagedFrontier() throws {
        var (random, frontier) = (SeededRandom(seed: 7), MerkleTree.Frontier(suite: .sha256))
        for hash in leaves(.sha256, 7).prefix(45) { frontier.append(hash) }
        let bytes = frontier.bytes
        for _ in 0..<500 {
            guard let restored = try? MerkleTree.Frontier(bytes: altered(bytes, &random)) else { continue }
            #expect(restored.root != frontier.root || restored.size != frontier.size)
        }
        for count in 0..<bytes.count {
            #expect(throws: Refusal.self) { try MerkleTree.Frontier(bytes: Array(bytes.prefix(count))) }
        }
        #expect(throws: Refusal.self) { try MerkleTree.Frontier(bytes: bytes + [0]) }
    }

    private func leaves(_ suite: DigestSuite, _ seed: UInt64) -> [[UInt8]] {
        var random = SeededRandom(seed: seed)
        return (0..<Self.largest).map { index in
            let noise = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Its index makes each leaf another: the proof of one of two equal neighbours rightly holds for both.
            return MerkleTree.leafHash([UInt8(index)] + noise, suite: suite)
        }
    }

    /// RFC 6962 section 2.1, word for word.
    private func definedRoot(_ leaves: ArraySlice<[UInt8]>, _ suite: DigestSuite) -> [UInt8] {
        guard leaves.count > 1, let first = leaves.indices.first else { return leaves.first ?? suite.hash([]) }
        var width = 1
        while width * 2 < leaves.count { width *= 2 }
        let (left, right) = (leaves[first..<first + width], leaves[(first + width)...])
        return suite.hash([1] + definedRoot(left, suite) + definedRoot(right, suite))
    }

    /// One bit flipped.
    private func altered(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        return bytes
    }

    private func altered(_ proof: [[UInt8]], _ random: inout SeededRandom) -> [[UInt8]] {
        var proof = proof
        let node = Int.random(in: 0..<proof.count, using: &random)
        proof[node] = altered(proof[node], &random)
        return proof
    }
}
