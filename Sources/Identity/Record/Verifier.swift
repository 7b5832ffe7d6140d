import Cryptography
public import Kernel
public import Store

/// Finds whether the record was altered, and where first. Trusts the keys alone, nothing in the database.
public enum Verifier {
    /// Reads the whole record in one snapshot, a chunk at a time: memory does not grow with the record.
    /// - Parameter published: Heads kept outside the database, which show whether the record was cut short since.
    public static func verify(
        _ database: Database, keys: RecordKeys, now: Instant, published: [TreeHead] = []
    ) async throws -> VerificationReport {
        try await database.read { tx in
            var reading = try Reading(keys: keys, published: published, tx: tx)
            try reading.readLeaves()
            try reading.checkEnd()
            try reading.findInserted()
            try reading.checkUnsealed(now: now)
            return try reading.report()
        }
    }
}

private struct Reading {
    typealias Problem = VerificationReport.Problem

    let tx: Tx
    let keys: RecordKeys
    let published: [TreeHead]
    /// The stored heads by size, the smallest first; taken off as the tree grows past them.
    var heads: ArraySlice<TreeHead>
    let newest: TreeHead?
    var frontier: MerkleTree.Frontier
    var problems: [Problem] = []
    var matched = 0
    /// Up to here everything agrees with a signed head.
    var proved = 0
    /// A leaf is missing: from there on no root can be computed.
    var sawGap = false

    init(keys: RecordKeys, published: [TreeHead], tx: Tx) throws {
        self.tx = tx
        self.keys = keys
        self.published = published
        let heads = try tx.map("SELECT \(TreeHead.columns) FROM tree_head ORDER BY size") { try TreeHead($0) }
        newest = heads.last
        self.heads = heads[...]
        frontier = MerkleTree.Frontier(suite: heads.last?.suite ?? published.first?.suite ?? .sha256)
        for head in heads where head.suite != frontier.suite || !head.isSigned(by: keys.verifying) {
            note(Problem(.headForged, index: head.size - 1))
        }
        guard published.allSatisfy({ $0.isSigned(by: keys.verifying) }) else {
            throw Refusal(
                "head.foreign", zh: "给出的树头或密钥目录中的 newest-head.txt 不是这把密钥签名的；请核对树头与公钥。",
                en: "The given head, or newest-head.txt beside the keys, is not signed by this key; check both.")
        }
    }

    /// Keeps the first twenty problems by their place.
    private mutating func note(_ problem: Problem) {
        problems.append(problem)
        if problems.count > 4 * Limits.problemsListed { problems = firstProblems() }
    }

    private func firstProblems() -> [Problem] {
        let sorted = problems.enumerated().sorted {
            ($0.element.index ?? .max, $0.offset) < ($1.element.index ?? .max, $1.offset)
        }
        return sorted.prefix(Limits.problemsListed).map(\.element)
    }

    // MARK: the leaves, each with its line

    mutating func readLeaves() throws {
        var next = 0
        while true {
            let rows = try tx.rows(
                """
                SELECT l.idx, l.line, l.hash, l.witness, \(RecordLine.columns)
                FROM record_leaf l LEFT JOIN record_line r ON r.id = l.line
                WHERE l.idx >= \(next) ORDER BY l.idx LIMIT \(Limits.verifyChunk)
                """)
            guard let last = rows.last else { return }
            for row in rows { try read(row) }
            next = try last[0] + 1
        }
    }

    private mutating func read(_ row: Row) throws {
        let index: Int = try row[0]
        let hash: [UInt8] = try row[2]
        if index > frontier.size, !sawGap {
            sawGap = true
            note(try missingLeaf(frontier.size))
        }
        if try row[4] as [UInt8]? == nil {
            note(Problem(.removed, index: index, id: try row[1]))
        } else {
            matched += 1
            if let problem = try compare(try RecordLine(row, from: 4), at: index, with: hash) { note(problem) }
        }
        if let key = keys.witness, !constantTimeEquals(leafWitness(index: index, hash: hash, key: key), try row[3]) {
            let line = try row[4] as [UInt8]? == nil ? nil : RecordLine(row, from: 4)
            note(Problem(.leafRewritten, index: index, line: line, id: try row[1]))
        }
        frontier.append(hash)
        if !sawGap { checkHeads() }
    }

    private func compare(_ line: RecordLine, at index: Int, with hash: [UInt8]) throws -> Problem? {
        let actual = line.leafHash(frontier.suite)
        if actual != hash {
            // Known elsewhere in the tree: not edited, but moved. Looked up for the first ones only: it reads all
            // leaves.
            let moved: Int64? =
                problems.count < Limits.problemsListed
                ? try tx.value("SELECT idx FROM record_leaf WHERE hash = \(actual) LIMIT 1") : nil
            return Problem(moved == nil ? .changed : .reordered, index: index, line: line)
        }
        return line.leafIndex == index ? nil : Problem(.reordered, index: index, line: line)
    }

    private func missingLeaf(_ index: Int) throws -> Problem {
        let row = try tx.first("SELECT \(RecordLine.columns) FROM record_line r WHERE r.leaf_index = \(index)")
        return Problem(.leafMissing, index: index, line: try row.map { try RecordLine($0) })
    }

    // MARK: the heads

    /// Compares the roots signed for exactly so many leaves. The first that differs tells that something between it and
    /// the last one that agreed was rewritten; the later ones then differ too and tell nothing more.
    private mutating func checkHeads() {
        let size = frontier.size
        for head in published where head.size == size {
            guard head.root != frontier.root || head.suite != frontier.suite else { continue }
            note(Problem(.publishedDiffers, index: firstWrong ?? proved))
        }
        while let head = heads.first, head.size <= size {
            heads.removeFirst()
            if head.size == size, head.root == frontier.root {
                proved = size
            } else {
                // Where the very line is known already, the range that holds it is no news.
                if firstWrong == nil { note(Problem(.rootDiffers, index: proved)) }
                heads = []
            }
        }
    }

    /// The first line behind the last proved one that is known to be wrong.
    private var firstWrong: Int? {
        problems.compactMap { $0.kind == .headForged ? nil : $0.index }.filter { $0 >= proved }.min()
    }

    mutating func checkEnd() throws {
        let size = frontier.size
        if let head = newest, head.size > size, !sawGap { note(try missingLeaf(size)) }
        if size > (newest?.size ?? 0) { note(try lineAt(newest?.size ?? 0, .unsigned)) }
        if published.contains(where: { $0.size > size }) { note(Problem(.publishedDiffers, index: size)) }
    }

    private func lineAt(_ index: Int, _ kind: Problem.Kind) throws -> Problem {
        let row = try tx.first(
            """
            SELECT \(RecordLine.columns) FROM record_leaf l JOIN record_line r ON r.id = l.line
            WHERE l.idx = \(index)
            """)
        return Problem(kind, index: index, line: try row.map { try RecordLine($0) })
    }

    // MARK: lines without leaves

    /// Lines that say they are sealed while no leaf names them, and those that the sealer refused. Looked for only when
    /// the numbers disagree.
    mutating func findInserted() throws {
        let claimed: Int = try tx.value("SELECT count(*) FROM record_line WHERE leaf_index IS NOT NULL") ?? 0
        guard claimed != matched || sawGap else { return }
        let lines = try tx.map(
            """
            SELECT \(RecordLine.columns) FROM record_line r
            WHERE r.leaf_index IS NOT NULL AND NOT EXISTS (SELECT 1 FROM record_leaf l
                WHERE l.idx = r.leaf_index AND l.line = r.id)
            ORDER BY r.leaf_index, r.id LIMIT \(Limits.problemsListed)
            """
        ) { try RecordLine($0) }
        for line in lines where !problems.contains(where: { $0.line == line.id }) {
            note(
                line.isRefused
                    ? Problem(.forged, index: nil, line: line) : Problem(.inserted, index: line.leafIndex, line: line))
        }
    }

    /// Lines that wait to be sealed: each was written by one who holds the signet, and none waits for long.
    mutating func checkUnsealed(now: Instant) throws {
        let signet = keys.signet
        var (forged, late): ([RecordLine], RecordLine?) = ([], nil)
        try tx.each("SELECT \(RecordLine.columns) FROM record_line r WHERE r.leaf_index IS NULL ORDER BY r.id") { row in
            guard forged.count < Limits.problemsListed else { return }
            let line = try RecordLine(row)
            if let signet, !line.isWritten(with: signet) {
                forged.append(line)
            } else if late == nil, line.at.milliseconds < now.milliseconds - Limits.unsealedAge {
                late = line
            }
        }
        for line in forged { note(Problem(.forged, index: nil, line: line)) }
        if let late { note(Problem(.unsealed, index: nil, line: late)) }
    }

    func report() throws -> VerificationReport {
        let unsealed: Int = try tx.value("SELECT count(*) FROM record_line WHERE leaf_index IS NULL") ?? 0
        return VerificationReport(lines: frontier.size, unsealed: unsealed, head: newest, problems: firstProblems())
    }
}
