import Foundation
import GRDB
import Kernel
public import Store
import Synchronization

/// One SQLite file in WAL mode behind GRDB's pool: one writer, several readers, each reader on a snapshot.
public final class SQLiteDriver: Driver {
    private let pool: DatabasePool
    private let readers: Int
    /// Readers at work or waited for.
    private let reading = Atomic(0)

    public struct Options: Sendable {
        /// Readers that may work at once.
        public var readers = 6
        /// How long a statement waits for another process that writes, in seconds.
        public var busyTimeout = 5.0
        /// Page cache of one reader, in KiB.
        public var cacheKiB = 4096
        /// Page cache of the writer, in KiB: an import that outgrows it writes its pages more than once.
        public var writerCacheKiB = 8 * 1024
        /// Pages of the journal (WAL) from which on it is folded into the file: one that many commits changed is folded
        /// once. 32 MiB.
        public var journalPages = 8192

        public init() {}
    }

    /// - Throws: `StoreError` when the file cannot be opened or is not a database.
    public init(path: String, options: Options = Options()) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = options.readers
        configuration.busyMode = .timeout(options.busyTimeout)
        configuration.prepareDatabase { database in
            // LIKE tells case apart, as PostgreSQL's does; text columns that people search hold folded text.
            try database.execute(sql: "PRAGMA case_sensitive_like = ON")
            try database.execute(sql: "PRAGMA cache_size = \(-options.cacheKiB)")
        }
        readers = options.readers
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // The pool sets synchronous=NORMAL after prepareDatabase; a write must be durable when it returns.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL")
                try $0.execute(sql: "PRAGMA cache_size = \(-options.writerCacheKiB)")
                try $0.execute(sql: "PRAGMA wal_autocheckpoint = \(options.journalPages)")
            }
        } catch {
            throw SQLiteSession.translate(error)
        }
    }

    /// Folds the journal of a database into its file, which is then all there is of it and may be replaced by another.
    /// - Throws: `StoreError.transient` when any process has it open, `.schema` when it is no sound database.
    public static func fold(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(1)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
        } catch {
            throw SQLiteSession.translate(error)
        }
    }

    public var dialect: Dialect { .sqlite }

    public var sessions: SessionUse {
        let asked = reading.load(ordering: .relaxed)
        return SessionUse(limit: readers, busy: min(asked, readers), waiting: max(asked - readers, 0))
    }

    public func reading<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        reading.wrappingAdd(1, ordering: .relaxed)
        defer { reading.wrappingSubtract(1, ordering: .relaxed) }
        return try await readElsewhere(body)
    }

    private func readElsewhere<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { try body(SQLiteSession($0)) }
        } catch {
            throw SQLiteSession.translate(error)
        }
    }

    /// Here and now while a reader is free, so that no thread of the process ever waits for one.
    public func glancing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        defer { reading.wrappingSubtract(1, ordering: .relaxed) }
        guard reading.wrappingAdd(1, ordering: .relaxed).newValue <= readers else {
            return try await readElsewhere(body)
        }
        return try readHere(body)
    }

    /// Without GRDB's own transaction, which it compiles anew for each read.
    private func readHere<Value>(_ body: (any Session) throws -> Value) throws -> Value {
        do {
            return try pool.unsafeRead { try SQLiteSession($0).snapshot(body) }
        } catch {
            throw SQLiteSession.translate(error)
        }
    }

    public func writing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.writeWithoutTransaction { try body(SQLiteSession($0)) }
        } catch {
            throw SQLiteSession.translate(error)
        }
    }

    public func close() async {
        // Closing checkpoints the WAL; a reader still busy keeps its connection until it ends.
        try? pool.close()
    }
}
