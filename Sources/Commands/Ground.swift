import Common
import Foundation
import Identity
import Kernel
import Logging
import Store
import StorePostgres
import StoreSQLite

/// A city's data, with its keys if they are there: what backups and migrations stand on, and every house.
struct Ground {
    let options: HouseOptions
    let location: DatabaseLocation
    let database: Database
    let vault: Vault?
    let files: FileStore
    let log: Logger

    /// - Parameters:
    ///   - creating: makes what is missing and brings the tables up to this version; else both are refused.
    ///   - serves: a page must not wait for ever; a backup or an import on the command line may take its time.
    static func open(_ options: HouseOptions, creating: Bool = false, serves: Bool = false) async throws -> Ground {
        let location = try options.location()
        guard creating || location.exists else { throw nothing(at: location) }
        if creating { try Disk.makeFolder(options.data) }
        let log = Logger(label: "yiju")
        let (sqlite, postgres) = drivers(serves: serves)
        let vault = try Vault.openIfAny(options.keysFolder)
        let database = try location.open(sqlite: sqlite, postgres: postgres, signet: vault?.signet, logger: log)
        try await refuseOther(vault, of: database)
        if creating {
            _ = try await migrate(database)
        } else {
            try await refuseOlder(database, at: location)
        }
        return Ground(
            options: options, location: location, database: database, vault: vault, files: try options.files(), log: log
        )
    }

    private static let migrations = House.schemas.reduce(0) { $0 + $1.migrations.count }

    static func refuseOther(_ vault: Vault?, of database: Database) async throws {
        guard let vault, try await Migrator(House.schemas).missing(in: database).count < migrations else { return }
        if let mark = try await database.read({ try Vault.mark($0) }) { try vault.refuseOther(mark) }
    }

    static func drivers(serves: Bool) -> (SQLiteDriver.Options, PostgresDriver.Options) {
        var sqlite = SQLiteDriver.Options()
        var postgres = PostgresDriver.Options()
        if !serves {
            sqlite.writerCacheKiB = 48 * 1024
            postgres.statementTimeout = .zero
        }
        return (sqlite, postgres)
    }

    /// Brings the tables up to this version, which is recorded.
    static func migrate(_ database: Database) async throws -> [Migrator.Applied] {
        let now = SystemClock().now
        return try await Migrator(House.schemas).migrate(database, now: now) { tx, applied in
            let names = applied.map { JSON.string("\($0.room)/\($0.name)") }
            try deed(now, tx).record(
                "schema.migrate", on: Subject("database", "tables"), at: place(tx),
                after: JSON.object(["migrations": .array(names)]).text)
        }
    }

    /// The machine's owner acts upon the whole of the data.
    static func deed(_ now: Instant, _ tx: Tx) -> Deed {
        Deed(actor: .machineOwner(requestID: ID<House>(at: now).description), now: now, tx: tx)
    }

    /// Where such an act is recorded: at the city, whose record its people read.
    static func place(_ tx: Tx) throws -> PlaceCode {
        try tx.value("SELECT code FROM city LIMIT 1") ?? .country
    }

    private static func refuseOlder(_ database: Database, at location: DatabaseLocation) async throws {
        let missing = try await Migrator(House.schemas).missing(in: database)
        guard !missing.isEmpty else { return }
        guard missing.count < migrations else { throw nothing(at: location) }
        throw Refusal(
            .unavailable, "schema.older", zh: "\(location) 的数据库比本程序旧；请先备份，再运行 yiju migrate。",
            en: "The database at \(location) is older than this program. Back it up, then run yiju migrate.")
    }

    static func nothing(at location: DatabaseLocation) -> Refusal {
        Refusal(
            .notFound, "data.missing", zh: "\(location) 里没有数据库；请先运行 yiju demo 或 yiju serve。",
            en: "There is no database at \(location); run yiju demo or yiju serve first.")
    }

    /// Trouble with sealing is a warning: what is stored stays stored, and the next server or command seals it.
    static func seal(_ database: Database, _ vault: Vault?) async {
        guard let vault else { return }
        do {
            try await Sealer(database: database, vault: vault, clock: SystemClock()).sealAll { Terminal.warn($0) }
        } catch {
            Terminal.warn(error)
        }
    }
}
