import Glibc
import Kernel
public import Logging
public import Store
public import StorePostgres
public import StoreSQLite

/// Where a city's data lies, as the command line names it: `--data DIR`, or `--database` with `sqlite:PATH` or a
/// `postgres://` address. Its description never shows a password.
public enum DatabaseLocation: Sendable, Hashable {
    case sqlite(path: String)
    case postgres(url: String)

    /// What a command line names, or else its environment: a flag beats every variable, so that a folder named by hand
    /// is never taken for the city that a machine's environment serves. Of two flags or two variables the database
    /// wins: the folder then holds files and keys. Nothing named is `./data`.
    /// - Throws: what the other initialisers refuse.
    public init(data: String?, database: String?, environment: [String: String] = [:]) throws {
        if let url = database ?? (data == nil ? environment["YIJU_DATABASE"] : nil) {
            try self.init(database: url)
        } else {
            try self.init(data: data ?? environment["YIJU_DATA"] ?? "data")
        }
    }

    /// The database of a data directory: `DIR/yiju.sqlite`. The directory is made when the database is opened.
    /// - Throws: `Refusal` `location.data` for an empty path.
    public init(data folder: String) throws {
        guard !folder.isEmpty else {
            throw Refusal(
                "location.data", zh: "--data 后面要写目录，例如 --data data/city。",
                en: "--data needs a directory, for example --data data/city.", field: "data")
        }
        self = .sqlite(path: folder.hasSuffix("/") ? "\(folder)yiju.sqlite" : "\(folder)/yiju.sqlite")
    }

    /// - Throws: `Refusal` `location.scheme` for an engine that Yiju does not know, `location.path` without a file.
    public init(database url: String) throws {
        if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
            self = .postgres(url: url)
            return
        }
        guard url.hasPrefix("sqlite:") else {
            throw Refusal(
                "location.scheme",
                zh: "不认识这种数据库地址；请写 sqlite：文件、postgres://用户@主机/数据库 或 postgresql://…。",
                en: """
                    This is no database address Yiju knows; write sqlite:FILE, postgres://user@host/database or \
                    postgresql://….
                    """,
                field: "database")
        }
        let path = String(url.dropFirst("sqlite:".count))
        // Two slashes would be a URL's host; ":memory:" would lose everything at the end.
        guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("//"), !path.hasSuffix("/") else {
            throw Refusal(
                "location.path", zh: "sqlite: 后面要写数据库文件的路径，例如 sqlite:data/yiju.sqlite。",
                en: "sqlite: needs the path of the database file, for example sqlite:data/yiju.sqlite.",
                field: "database")
        }
        self = .sqlite(path: path)
    }

    /// Whether there is a database file already; always true for a server, which is asked on first use.
    public var exists: Bool {
        switch self {
        case .sqlite(let path): Disk.exists(path)
        case .postgres: true
        }
    }

    /// Opens the database; a missing SQLite file and its folder are made, readable by the owner alone. A PostgreSQL
    /// server is first spoken to when the database is used.
    /// - Parameter signet: see `Database.init`; without it nothing can be recorded.
    /// - Throws: `Refusal` when the place cannot be used, `StoreError` when the file is no sound database.
    public func open(
        sqlite: SQLiteDriver.Options = .init(), postgres: PostgresDriver.Options = .init(),
        signet: [UInt8]? = nil, logger: Logger = Logger(label: "yiju.store")
    ) throws -> Database {
        switch self {
        case .sqlite(let path):
            try Self.prepare(path)
            return Database(driver: try SQLiteDriver(path: path, options: sqlite), signet: signet)
        case .postgres(let url):
            return Database(
                driver: try PostgresDriver(url: url, options: postgres, logger: logger), signet: signet)
        }
    }

    /// Fills a new database that then takes the place of the one here, whatever state that is in: even a file that is
    /// no sound database. Whatever fails, what was here stays. A server's database is replaced within `fill`'s own
    /// transaction.
    /// - Throws: `Refusal` `location.used` when a process has the file open; what `fill` throws.
    public func replace(
        sqlite: SQLiteDriver.Options = .init(), postgres: PostgresDriver.Options = .init(),
        logger: Logger = Logger(label: "yiju.store"), _ fill: (Database) async throws -> Void
    ) async throws {
        guard case .sqlite(let path) = self, exists else {
            return try await Self.use(open(sqlite: sqlite, postgres: postgres, logger: logger), fill)
        }
        try Self.fold(path)
        let beside = try Disk.makeTemporaryFolder(beside: path)
        defer { Disk.removeFolder(beside) }
        let fresh = DatabaseLocation.sqlite(path: "\(beside)/fresh")
        try await Self.use(fresh.open(sqlite: sqlite), fill)
        try Self.fold("\(beside)/fresh")
        try DiskFile("\(beside)/fresh", for: .reading).flush()
        // Once more, since it may have been opened meanwhile: a journal of the old must never meet the new.
        try Self.fold(path)
        for ending in ["-wal", "-shm", "-journal"] { Disk.remove(path + ending) }
        try Disk.rename("\(beside)/fresh", to: path)
        try Disk.flush(folder: Disk.parent(of: path))
    }

    private static func use(_ database: Database, _ body: (Database) async throws -> Void) async throws {
        do {
            try await body(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private static func fold(_ path: String) throws {
        do {
            try SQLiteDriver.fold(path: path)
        } catch StoreError.schema {
            // Not sound: there is nothing in its journal to keep.
        } catch StoreError.transient {
            throw Refusal(
                .conflict, "location.used", zh: "\(path) 正在使用；请先停止服务再恢复。",
                en: "\(path) is in use; stop the service, then restore.")
        }
    }

    /// SQLite gives its journal the database file's permissions, so that making that file private suffices.
    private static func prepare(_ path: String) throws {
        try Disk.makeFolder(Disk.parent(of: path))
        guard !Disk.isFolder(path) else {
            throw Refusal(
                "location.folder", zh: "\(path) 是一个目录，不是数据库文件；目录请用 --data。",
                en: "\(path) is a directory, not a database file; use --data for a directory.", field: "database")
        }
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Disk.failure(path) }
        close(file)
    }
}

extension DatabaseLocation: CustomStringConvertible, CustomDebugStringConvertible {
    /// For logs and messages: the address without its password.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let url): Self.redacted(url)
        }
    }

    public var debugDescription: String { description }

    /// Keeps user, host, port and database and the parameters that hold no secret. An address that a password may have
    /// made ambiguous (an unencoded @, / or ? in it) is not shown at all.
    private static func redacted(_ url: String) -> String {
        guard let slashes = url.firstRange(of: "://") else { return "postgres://…" }
        let scheme = url[..<slashes.upperBound]
        let rest = url[slashes.upperBound...]
        let path = rest.firstIndex(of: "/") ?? rest.startIndex
        let question = rest[path...].firstIndex(of: "?") ?? rest.endIndex
        let parameters = rest[question...].dropFirst()
        let place = rest[..<question]
        guard !parameters.contains("@") else { return "\(scheme)…" }
        var shown = String(scheme)
        if let at = place.lastIndex(of: "@") {
            let user = place[..<at].prefix { $0 != ":" }
            shown += user.endIndex < at ? "\(user):***" : String(user)
            shown += place[at...]
        } else {
            let port = place.prefix { $0 != "/" }.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
            guard port.allSatisfy({ $0.allSatisfy { $0.isHexDigit || $0 == "]" } }) else { return "\(scheme)…" }
            shown += place
        }
        return parameters.isEmpty ? shown : "\(shown)?\(redacted(parameters: parameters))"
    }

    private static func redacted(parameters: Substring) -> String {
        parameters.split(separator: "&")
            .map { openParameters.contains(key(of: $0)) ? String($0) : "\(key(of: $0))=***" }
            .joined(separator: "&")
    }

    private static func key(of parameter: Substring) -> String { parameter.prefix { $0 != "=" }.lowercased() }

    private static let openParameters: Set<String> = [
        "host", "port", "user", "dbname", "sslmode", "connect_timeout", "application_name", "target_session_attrs",
    ]
}
