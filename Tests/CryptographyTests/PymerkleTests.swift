import Cryptography
import Foundation
import Kernel
import TestSupport
import Testing

/// PyPI's `pymerkle`, run as a program: another's reading of RFC 6962.
private enum Pymerkle {
    struct Inclusion: Codable {
        var index: Int
        var size: Int
        var leaf: String
        var root: String
        var path: [String]
    }

    struct Consistency: Codable {
        var from: Int
        var size: Int
        var old: String
        var new: String
        var path: [String]
    }

    struct Question: Codable {
        var leaves: [String]
        var inclusions: [Inclusion] = []
        var consistencies: [Consistency] = []
    }

    struct Verdict: Codable {
        let accepted: Bool
        let path: [String]
    }

    struct Answer: Codable {
        let roots: [String]
        let inclusions: [Verdict]
        let consistencies: [Verdict]
    }

    static let isHere = JudgePython.has("pymerkle")

    static func ask(_ question: Question) throws -> Answer {
        let file = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONEncoder().encode(question).write(to: file)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts/pymerkle_check.py")
        return try JSONDecoder().decode(Answer.self, from: JudgePython.run([script.path, file.path]))
    }
}

@Suite(
    .enabled(
        if: Pymerkle.isHere, Comment(rawValue: JudgePython.missing("pymerkle")))
)
struct PymerkleTests {
    private static let largest = 40

    private let contents: [[UInt8]]
    private let hashes: [[UInt8]]
    private let roots: [[UInt8]]

    init() {
        var random = SeededRandom(seed: 40)
        contents = (0..<Self.largest).map { _ in
            (0..<Int.random(in: 0...90, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        }
        let hashes = contents.map { MerkleTree.leafHash($0, suite: .sha256) }
        self.hashes = hashes
        roots = (0...Self.largest).map { MerkleTree.root(of: hashes.prefix($0), suite: .sha256) }
    }

    @Test("Roots, and inclusion proofs of every leaf in every tree, agree both ways")
    func inclusion() throws {
        var question = Pymerkle.Question(leaves: contents.map(Hex.encode))
        for size in 1...Self.largest {
            for index in 0..<size {
                let proof = try MerkleTree.inclusionProof(
                    index: index, leafHashes: Array(hashes.prefix(size)), suite: .sha256)
                question.inclusions.append(
                    .init(
                        index: index, size: size, leaf: Hex.encode(hashes[index]), root: Hex.encode(roots[size]),
                        path: proof.map(Hex.encode)))
            }
        }
        let answer = try Pymerkle.ask(question)
        #expect(answer.roots == roots.dropFirst().map(Hex.encode))
        try #require(answer.inclusions.count == question.inclusions.count)
        for (asked, verdict) in zip(question.inclusions, answer.inclusions) {
            #expect(verdict.accepted, "leaf \(asked.index) of \(asked.size)")
            #expect(verdict.path == asked.path, "leaf \(asked.index) of \(asked.size)")
            #expect(
                MerkleTree.verifyInclusion(
                    of: hashes[asked.index], index: asked.index, size: asked.size, root: roots[asked.size],
                    proof: try verdict.path.map { try #require(Hex.decode($0)) }, suite: .sha256))
        }
    }

    @Test("Consistency proofs between every two trees agree both ways")
    func consistency() throws {
        let question = try consistencies()
        let answer = try Pymerkle.ask(question)
        try #require(answer.consistencies.count == question.consistencies.count)
        for (asked, verdict) in zip(question.consistencies, answer.consistencies) {
            #expect(verdict.accepted, "from \(asked.from) to \(asked.size)")
            #expect(verdict.path == asked.path, "from \(asked.from) to \(asked.size)")
            #expect(
                MerkleTree.verifyConsistency(
                    from: asked.from, root: roots[asked.from], to: asked.size, root: roots[asked.size],
                    proof: try verdict.path.map { try #require(Hex.decode($0)) }, suite: .sha256))
        }
    }

    @Test("Both refuse what was altered: a root, an old root, any node of a path")
    func tampering() throws {
        var question = Pymerkle.Question(leaves: contents.map(Hex.encode))
        for asked in try consistencies().consistencies where asked.from % 3 == 1 && asked.size % 4 == 3 {
            for node in asked.path.indices {
                var altered = asked
                altered.path[node] = flipped(altered.path[node])
                question.consistencies.append(altered)
            }
            var (old, new) = (asked, asked)
            old.old = flipped(old.old)
            new.new = flipped(new.new)
            question.consistencies += [old, new]
        }
        let answer = try Pymerkle.ask(question)
        #expect(question.consistencies.count > 100)
        for (asked, verdict) in zip(question.consistencies, answer.consistencies) {
            #expect(!verdict.accepted, "from \(asked.from) to \(asked.size)")
            #expect(
                !MerkleTree.verifyConsistency(
                    from: asked.from, root: try #require(Hex.decode(asked.old)), to: asked.size,
                    root: try #require(Hex.decode(asked.new)),
                    proof: try asked.path.map { try #require(Hex.decode($0)) }, suite: .sha256))
        }
    }

    private func consistencies() throws -> Pymerkle.Question {
        var question = Pymerkle.Question(leaves: contents.map(Hex.encode))
        for size in 1...Self.largest {
            for from in 1...size {
                let proof = try MerkleTree.consistencyProof(
                    from: from, leafHashes: Array(hashes.prefix(size)), suite: .sha256)
                question.consistencies.append(
                    .init(
                        from: from, size: size, old: Hex.encode(roots[from]), new: Hex.encode(roots[size]),
                        path: proof.map(Hex.encode)))
            }
        }
        return question
    }

    /// Another first digit.
    private func flipped(_ hex: String) -> String { (hex.hasPrefix("0") ? "1" : "0") + hex.dropFirst() }
}
