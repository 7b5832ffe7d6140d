import Glibc
public import Kernel
public import Store

/// What a look at every file found.
public struct FileVerification: Sendable, Hashable {
    /// How many files the database names.
    public let named: Int
    public let missing: [ContentDigest]
    public let altered: [ContentDigest]
    /// Of these nobody can tell: the disk or its permissions failed.
    public let unreadable: [ContentDigest]

    public var isWhole: Bool { missing.isEmpty && altered.isEmpty && unreadable.isEmpty }
}

extension FileStore {
    /// Reads every file that the database names and compares it with its digest.
    public func verify(_ database: Database) async throws -> FileVerification {
        var (named, missing, altered, unreadable) = (0, [ContentDigest](), [ContentDigest](), [ContentDigest]())
        for shard in 0..<256 {
            let digests = try await names(in: shard, database)
            named += digests.count
            for digest in digests.sorted() {
                do {
                    _ = try await bytes(of: digest)
                } catch let refusal as Refusal where refusal.code == "file.missing" {
                    missing.append(digest)
                } catch let refusal as Refusal where refusal.code == "file.altered" {
                    altered.append(digest)
                } catch {
                    unreadable.append(digest)
                }
            }
        }
        return FileVerification(named: named, missing: missing, altered: altered, unreadable: unreadable)
    }

    /// Frees the contents that no row names: an act that added one was refused, or its row was deleted. Only what has
    /// lain for `grace` seconds goes, so an act may take its time between adding a file and its row; and while a backup
    /// reads the store nothing goes.
    /// - Returns: how many files were freed.
    public func sweep(_ database: Database, now: Instant, grace: Int64 = 86_400) async throws -> Int {
        let eldest = now.milliseconds / 1000 - grace
        var freed = try await offload { try self.sweepDrafts(before: eldest) }
        for shard in 0..<256 {
            let found = try await offload { try self.old(in: shard, before: eldest) }
            if found.isEmpty { continue }
            let orphans = try await found.subtracting(names(in: shard, database))
            freed += try await offload { try orphans.count { try self.free($0, before: eldest) } }
        }
        return freed
    }

    /// A shard is the digest's first two digits, so that one look holds a 256th of the names.
    private func names(in shard: Int, _ database: Database) async throws -> Set<ContentDigest> {
        let first = Self.prefix(shard)
        let end = first + "g"  // sorts after every digit
        return try await database.read { tx in
            try Set(tx.map("SELECT digest FROM stored_file WHERE digest >= \(first) AND digest < \(end)") { try $0[0] })
        }
    }

    private static func prefix(_ shard: Int) -> String { (shard < 16 ? "0" : "") + String(shard, radix: 16) }

    private func old(in shard: Int, before eldest: Int64) throws -> Set<ContentDigest> {
        let outer = "\(folder)/\(Self.prefix(shard))"
        var found: Set<ContentDigest> = []
        for inner in try Disk.names(in: outer) {
            for name in try Disk.names(in: "\(outer)/\(inner)") {
                guard let digest = ContentDigest(name), let status = Disk.status(of: path(of: digest)),
                    status.changed < eldest
                else { continue }
                found.insert(digest)
            }
        }
        return found
    }

    /// Whether the file went. Its age is looked at again under the lock: somebody may have added it anew meanwhile.
    func free(_ digest: ContentDigest, before eldest: Int64) throws -> Bool {
        guard let lock = try Hold(folder, .alone) else { return false }
        return withExtendedLifetime(lock) {
            let path = path(of: digest)
            guard let status = Disk.status(of: path), status.changed < eldest else { return false }
            Disk.remove(path)
            return true
        }
    }

    /// What a killed process left half-written.
    private func sweepDrafts(before eldest: Int64) throws -> Int {
        let drafts = try Disk.names(in: "\(folder)/\(Self.incoming)").map { "\(folder)/\(Self.incoming)/\($0)" }
        let stale = drafts.filter { Disk.status(of: $0).map { $0.changed < eldest } ?? false }
        for draft in stale { Disk.remove(draft) }
        return stale.count
    }

    /// Runs `body` while no sweep takes anything away.
    func withHold<Value>(_ body: () throws -> Value) throws -> Value {
        let hold = try Hold(folder, .shared)
        return try withExtendedLifetime(hold, body)
    }

    /// The store's lock, among threads and among the processes and nodes that share the folder; let go with the object.
    final class Hold: Sendable {
        enum Kind { case shared, alone }

        private let descriptor: Int32

        /// Nil when `alone` is asked for while others hold the store.
        init?(_ folder: String, _ kind: Kind) throws {
            let path = "\(folder)/lock"
            descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Disk.failure(path) }
            while flock(descriptor, kind == .shared ? LOCK_SH : LOCK_EX | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK { return nil }
                if errno != EINTR { throw Disk.failure(path) }
            }
        }

        deinit { close(descriptor) }
    }
}
