import CLibPQ
import Glibc
import Kernel
import Store

/// Where the database is: libpq's keywords and values, read once from the URL.
struct Address: Sendable {
    private let settings: [(keyword: String, value: String)]
    /// The statements that every new connection begins with.
    let greeting: String

    init(url: String, options: PostgresDriver.Options) throws {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"),
            let given = Address.parse(url)
        else { throw Address.unreadable }
        let named = Set(given.map(\.keyword))
        settings = given + Address.defaults(options).filter { !named.contains($0.keyword) }
        greeting = Address.greeting(options)
    }

    /// Calls libpq with two arrays of C strings, each ended by a null pointer.
    func connect() -> OpaquePointer? {
        let keywords = settings.map { strdup($0.keyword) } + [nil]
        let values = settings.map { strdup($0.value) } + [nil]
        defer { for text in keywords + values { free(text) } }
        return keywords.map { UnsafePointer<CChar>($0) }.withUnsafeBufferPointer { keywords in
            values.map { UnsafePointer<CChar>($0) }.withUnsafeBufferPointer { values in
                PQconnectdbParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
    }

    /// Nil when libpq cannot read it. Its message is dropped: it would repeat the password.
    private static func parse(_ url: String) -> [(keyword: String, value: String)]? {
        var message: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(url, &message)
        if let message { PQfreemem(message) }
        guard let parsed else { return nil }
        defer { PQconninfoFree(parsed) }
        var settings: [(keyword: String, value: String)] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                settings.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
        return settings
    }

    /// What the URL may override.
    private static func defaults(_ options: PostgresDriver.Options) -> [(keyword: String, value: String)] {
        [
            ("client_encoding", "UTF8"),
            ("fallback_application_name", "yiju"),
            ("connect_timeout", String(max(2, options.connectTimeout.components.seconds))),
            // A server that vanished without a word is noticed within a minute, also in the middle of a statement.
            ("keepalives_idle", "20"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
    }

    private static func greeting(_ options: PostgresDriver.Options) -> String {
        // Domestic databases know older or fewer settings: what only some know is set only where it exists.
        let whereKnown = [
            ("lock_timeout", String(options.lockTimeout.milliseconds)),
            ("idle_in_transaction_session_timeout", String(options.idleInTransactionTimeout.milliseconds)),
            ("plan_cache_mode", "auto"),
            // Compiling a plan costs more than our statements take.
            ("jit", "off"),
        ]
        let pairs = whereKnown.map { "('\($0)', '\($1)')" }.joined(separator: ", ")
        return """
            SET client_min_messages = warning; SET standard_conforming_strings = on; SET TimeZone = 'UTC';
            SET DateStyle = 'ISO'; SET bytea_output = 'hex'; SET extra_float_digits = 3; SET synchronous_commit = on;
            SET statement_timeout = \(options.statementTimeout.milliseconds);
            SELECT set_config(known.name, wanted.value, false)
            FROM (VALUES \(pairs)) AS wanted(name, value) JOIN pg_settings AS known ON known.name = wanted.name
            """
    }

    private static let unreadable = Refusal(
        .invalid, "store.url",
        zh: "数据库地址无法识别；请写成 postgres://用户:密码@主机:端口/数据库(密码中的特殊字符用 % 编码)。",
        en: """
            The database address cannot be read; write postgres://user:password@host:port/database, \
            with special characters of the password percent-encoded.
            """,
        field: "database")
}

extension Duration {
    /// Whole milliseconds, never negative.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
