import Common
import Foundation
import Identity
import Kernel
import Logging
import Store
import StorePostgres
import StoreSQLite

/// A city's data without its keys: what backups, restores and migrations stand on, and every house.
struct Ground {
    let options: HouseOptions
    let location: DatabaseLocation
    let database: Database
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
        let database = try location.open(sqlite: sqlite, postgres: postgres, logger: log)
        if creating {
            _ = try await migrate(database)
        } else {
            try await refuseOlder(database, at: location)
        }
        return Ground(
            options: options, location: location, database: database, files: try options.files(), log: log)
    }

    static func drivers(serves: Bool) -> (SQLiteDriver.Options, PostgresDriver.Options) {
        var sqlite = SQLiteDriver.Options()
        var postgres = PostgresDriver.Options()
        if !serves {
            sqlite.writerCacheKiB = 96 * 1024
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
        guard missing.count < House.schemas.reduce(0, { $0 + $1.migrations.count }) else { throw nothing(at: location) }
        throw Refusal(
            .unavailable, "schema.older", zh: "\(location) 的数据库比本程序旧;请先备份,再运行 yiju migrate。",
            en: "The database at \(location) is older than this program. Back it up, then run yiju migrate.")
    }

    static func nothing(at location: DatabaseLocation) -> Refusal {
        Refusal(
            .notFound, "data.missing", zh: "\(location) 里没有数据库;请先运行 yiju demo 或 yiju serve。",
            en: "There is no database at \(location); run yiju demo or yiju serve first.")
    }

    /// Seals with the keys where they are; trouble with them is a warning, since what is stored stays stored and the
    /// next server or command seals it.
    static func seal(_ database: Database, keys: String) async {
        do {
            guard let mark = try await database.read({ try Vault.mark($0) }) else { return }
            let vault = try Vault.open(keys)
            try vault.refuseOther(mark)
            try await Sealer(database: database, vault: vault, clock: SystemClock()).sealAll()
        } catch {
            Terminal.warn(error)
        }
    }
}
