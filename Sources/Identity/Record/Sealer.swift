import Cryptography
public import Kernel
public import Store

/// Seals the record: gives each new line its leaf in the tree, in batches, and signs the new head. One node at a time
/// does it, holding the lease row; acts never wait for it.
public struct Sealer: Sendable {
    private let database: Database
    private let vault: Vault
    private let clock: any Clock
    /// Names this sealer in the lease.
    private let node = Random.token()

    public init(database: Database, vault: Vault, clock: any Clock) {
        self.database = database
        self.vault = vault
        self.clock = clock
    }

    /// Seals until cancelled: at least every 300 ms, without a pause while lines are waiting; at the end once more, so
    /// that nothing stays unsealed while the service is down. Failures are told and tried again, at intervals that grow
    /// and stay well below the age at which `verify` finds a line unsealed.
    public func run(_ onError: @escaping @Sendable (any Error) -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let taken = try await sealOnce(onError)
                failures = 0
                if taken == Limits.sealBatch { continue }
            } catch {
                // Cancelled while it waited for its turn; the last sealing below does the rest.
                if Task.isCancelled { break }
                failures = min(failures + 1, Limits.sealBackoff)
                onError(error)
            }
            try? await Task.sleep(for: .milliseconds(Limits.sealEvery << Int64(failures)))
        }
        // A task of its own: this one is cancelled, and its last writes must not be.
        await Task {
            do {
                try await sealAll(onError)
            } catch {
                onError(error)
            }
        }.value
    }

    /// Seals everything that is waiting, here or on the node that holds the lease, and gives the lease back.
    /// - Parameter tell: see `sealOnce`.
    /// - Throws: `Refusal` `seal.waiting` when another node holds the lease and does not seal.
    public func sealAll(_ tell: @Sendable (any Error) -> Void = { _ in }) async throws {
        var idle = 0
        while try await isWaiting() {
            if try await sealOnce(tell) > 0 {
                idle = 0
                continue
            }
            idle += 1
            guard idle <= 40 else {
                throw Refusal(
                    .unavailable, "seal.waiting", zh: "另一节点占用封存权却没有封存；请检查其他节点。",
                    en: "Another node holds the lease and does not seal; look after the other nodes.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let node = node
        _ = try await database.write { tx in
            try tx.run("UPDATE record_lease SET held_until = 0 WHERE id = 1 AND holder = \(node)")
        }
    }

    /// Seals one batch of at most 5,000 lines in one transaction. A read comes first, so that an idle city writes
    /// nothing.
    /// - Parameter tell: what went wrong without stopping the record: lines that none of ours wrote, which are never
    ///   sealed; a newest head that could not be kept beside the keys.
    /// - Returns: How many lines were taken up; 0 also when another node holds the lease.
    /// - Throws: `Refusal` `seal.broken` when what is sealed already was tampered with: nothing is built upon it.
    @discardableResult
    public func sealOnce(_ tell: @Sendable (any Error) -> Void = { _ in }) async throws -> Int {
        let (clock, node, vault) = (clock, node, vault)
        let due = try await database.read { tx in
            let holder: String? = try tx.value(
                "SELECT holder FROM record_lease WHERE id = 1 AND held_until > \(clock.now)")
            return try holder ?? node == node && Self.isWaiting(tx)
        }
        guard due else { return 0 }
        let batch = try await database.writeAlone { tx in
            guard try Self.takeLease(node, now: clock.now, tx: tx) else { return Batch() }
            let lines = try tx.map(
                """
                SELECT \(RecordLine.columns) FROM record_line r
                WHERE r.leaf_index IS NULL ORDER BY r.id LIMIT \(Limits.sealBatch)
                """
            ) { try RecordLine($0) }
            let signet = vault.signet
            let ours = lines.filter { $0.isWritten(with: signet) }
            var batch = Batch(taken: lines.count, forged: Set(lines.map(\.id)).subtracting(ours.map(\.id)))
            if !batch.forged.isEmpty {
                try tx.run("UPDATE record_line SET leaf_index = -1 WHERE id IN \(list: batch.forged.sorted())")
            }
            guard !ours.isEmpty else { return batch }
            var frontier = try Self.sealedFrontier(vault: vault, tx: tx)
            let previous = frontier.size
            try Self.append(ours, to: &frontier, vault: vault, tx: tx)
            batch.head = try Self.writeHead(frontier, after: previous, now: clock.now, vault: vault, tx: tx)
            return batch
        }
        if let first = batch.forged.min() { tell(Self.forged(first, count: batch.forged.count)) }
        do {
            if let head = batch.head { try vault.keptHead?.keep(head) }
        } catch {
            tell(error)
        }
        return batch.taken
    }

    private struct Batch: Sendable {
        var taken = 0
        /// Lines without the witness of one who holds the signet.
        var forged: Set<ID<RecordLine>> = []
        var head: TreeHead?
    }

    private func isWaiting() async throws -> Bool {
        try await database.read { try Self.isWaiting($0) }
    }

    private static func isWaiting(_ tx: Tx) throws -> Bool {
        try tx.value("SELECT 1 FROM record_line WHERE leaf_index IS NULL LIMIT 1", as: Int64.self) != nil
    }

    /// Taking, keeping or inheriting the lease is part of the sealing transaction: two sealers cannot both commit.
    private static func takeLease(_ node: String, now: Instant, tx: Tx) throws -> Bool {
        try tx.first(
            """
            INSERT INTO record_lease (id, holder, held_until)
            VALUES (1, \(node), \(now.milliseconds + Limits.sealLease))
            ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
            WHERE record_lease.holder = excluded.holder OR record_lease.held_until <= \(now)
            RETURNING id
            """) != nil
    }

    /// The edge of the tree to go on from, after a look at whether it is ours and whole.
    private static func sealedFrontier(vault: Vault, tx: Tx) throws -> MerkleTree.Frontier {
        let leaves: Int = try tx.value("SELECT COALESCE(max(idx) + 1, 0) FROM record_leaf") ?? 0
        guard let row = try tx.first("SELECT \(TreeHead.columns) FROM tree_head ORDER BY size DESC LIMIT 1") else {
            guard leaves == 0 else { throw broken }
            return MerkleTree.Frontier(suite: vault.digest)
        }
        let head = try TreeHead(row)
        guard head.isSigned(by: vault.signing.publicKey), head.size == leaves,
            let frontier = try? MerkleTree.Frontier(bytes: row[6]), frontier.size == head.size,
            frontier.suite == head.suite, frontier.root == head.root
        else { throw broken }
        return frontier
    }

    private static func append(
        _ lines: [RecordLine], to frontier: inout MerkleTree.Frontier, vault: Vault, tx: Tx
    ) throws {
        let first = frontier.size
        let witnessKey = vault.witnessKey
        var (leaves, blocks): ([[SQLValue]], [[SQLValue]]) = ([], [])
        leaves.reserveCapacity(lines.count)
        for line in lines {
            let hash = line.leafHash(frontier.suite)
            let witness = leafWitness(index: frontier.size, hash: hash, key: witnessKey)
            leaves.append([frontier.size.sqlValue, line.id.sqlValue, .bytes(hash), .bytes(witness)])
            if let root = frontier.append(hash, completing: Limits.blockHeight) {
                blocks.append([(frontier.size >> Limits.blockHeight - 1).sqlValue, .bytes(root)])
            }
        }
        try tx.insert(into: "record_leaf", columns: ["idx", "line", "hash", "witness"], rows: leaves)
        if !blocks.isEmpty { try tx.insert(into: "record_block", columns: ["idx", "root"], rows: blocks) }
        guard let least = lines.first?.id, let greatest = lines.last?.id else { return }
        // The bounds tell a planner without statistics to walk this batch's keys and not the whole record.
        try tx.run(
            """
            UPDATE record_line SET leaf_index = l.idx FROM record_leaf l
            WHERE l.idx >= \(first) AND l.line = record_line.id
                AND record_line.id >= \(least) AND record_line.id <= \(greatest)
            """)
    }

    /// The newest head is always kept, and of every hour the last one.
    private static func writeHead(
        _ frontier: MerkleTree.Frontier, after previous: Int, now: Instant, vault: Vault, tx: Tx
    ) throws -> TreeHead {
        let head = TreeHead(
            size: frontier.size, root: frontier.root, at: now, suite: frontier.suite, signedBy: vault.signing)
        let hour = now.milliseconds - now.milliseconds % Limits.hour
        try tx.run("DELETE FROM tree_head WHERE size = \(previous) AND at >= \(hour)")
        try tx.run(
            """
            INSERT INTO tree_head (size, root, at, suite, frontier, key_id, signature)
            VALUES (\(head.size), \(head.root), \(head.at), \(head.suite.rawValue), \(frontier.bytes),
                \(head.keyID), \(head.signature))
            """)
        return head
    }

    private static func forged(_ first: ID<RecordLine>, count: Int) -> Refusal {
        Refusal(
            .conflict, "seal.forged",
            zh: "操作记录中有 \(count) 行不是宜居所写，或在封存之前被改动（首行 \(first)），未予封存；请执行 yiju verify 查明谁能写入数据库。",
            en: """
                \(count) lines of the record (first \(first)) were not written by Yiju, or were changed before they were \
                sealed. They are not sealed. Run yiju verify and find out who else can write to the database.
                """)
    }

    private static var broken: Refusal {
        Refusal(
            .unavailable, "seal.broken",
            zh: "已封存的操作记录与其签名不符，停止继续封存；请执行 yiju verify 查明，并核对密钥目录与备份。",
            en: """
                The sealed record does not agree with its signature, so nothing more is sealed upon it. Run yiju \
                verify to see what is wrong; check the key directory and the backups.
                """)
    }
}
