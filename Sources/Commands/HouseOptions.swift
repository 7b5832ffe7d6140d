import ArgumentParser
import Common
import Cryptography
import Demo
import Evaluation
import Foundation
import Frame
import Geo
import Identity
import Kernel
import Ledger
import Logging
import Registry
import Store

/// How lists are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
}

/// How results are written that are no list.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

/// What nearly every command asks: where the data is.
struct HouseOptions: ParsableArguments {
    @Option(
        name: .customLong("data"), help: "数据目录 data directory (YIJU_DATA); 默认 default: data.", completion: .directory)
    var givenData: String?

    @Option(
        name: .long,
        help:
            "数据库地址 sqlite:PATH 或 or postgres://… (YIJU_DATABASE); 默认为数据目录中的 SQLite, by default SQLite in the data directory."
    )
    var database: String?

    @Option(name: .long, help: "密钥目录 directory of the keys (YIJU_KEYS); 默认 default: DATA/keys.")
    var keys: String?

    @Option(name: .long, help: "程序资源目录 directory with Resources, Public (YIJU_RESOURCES).")
    var resources: String?

    func location() throws -> DatabaseLocation {
        try DatabaseLocation(data: givenData, database: database, environment: ProcessInfo.processInfo.environment)
    }

    var data: String { givenData ?? ProcessInfo.processInfo.environment["YIJU_DATA"] ?? "data" }

    func files() throws -> FileStore { try FileStore(folder: data + "/files", limit: FileStore.largestFile) }

    var keysFolder: String { keys ?? ProcessInfo.processInfo.environment["YIJU_KEYS"] ?? data + "/keys" }

    /// The folder that holds `Resources` and `Public`: given, or found beside the binary or above it, or here.
    func root() throws -> String {
        let given = resources ?? ProcessInfo.processInfo.environment["YIJU_RESOURCES"]
        let binary = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? binary.path
        var candidates = given.map { [$0] } ?? []
        if given == nil {
            var folder = URL(filePath: executable).deletingLastPathComponent()
            for _ in 0..<6 {
                candidates += [folder.path, folder.appending(path: "share/yiju").path]
                folder.deleteLastPathComponent()
            }
            candidates.append(FileManager.default.currentDirectoryPath)
        }
        let found = candidates.first { FileManager.default.fileExists(atPath: $0 + "/Resources/places/places.csv") }
        guard let found else {
            throw Refusal(
                "resources.missing", zh: "找不到程序资源（Resources/places）；请用 --resources 指定所在目录。",
                en: "The program's resources (Resources/places) were not found; name their folder with --resources.")
        }
        return found
    }
}

/// An opened installation.
struct House {
    let options: HouseOptions
    let root: String
    let location: DatabaseLocation
    let database: Database
    let register: Register
    let evaluations: Evaluations
    let vault: Vault
    let files: FileStore
    let log: Logger

    /// The rooms' schemas, in the order in which their tables can be made and filled.
    static let schemas = [
        CommonSchema.schema, IdentitySchema.schema, RegistrySchema.schema, LedgerSchema.schema, EvaluationSchema.schema,
    ]

    var clock: any Clock { SystemClock() }

    /// Opens an installation; `creating` makes what is missing, else a missing database is refused. Keys that are not
    /// this city's are refused before anything is read or written under them, and none are made for a city that has had
    /// its own.
    /// - Parameters:
    ///   - suites: the algorithms of keys that are made, and of no others.
    ///   - serves: a page must not wait for ever; a backup or an import on the command line may take its time.
    static func open(
        _ options: HouseOptions, creating: Bool = false, suites: Vault.Suites? = nil, serves: Bool = false
    ) async throws -> House {
        let root = try options.root()
        let ground = try await Ground.open(options, creating: creating, serves: serves)
        let isNew = try await ground.database.read { try Vault.mark($0) == nil }
        let made = creating && isNew ? suites ?? .standard : nil
        let vault = try ground.vault ?? Vault.open(options.keysFolder, creating: made)
        if let suites { try vault.require(suites, at: options.keysFolder) }
        let database = ground.database.carrying(vault.signet)
        if isNew { try await database.write { try vault.bind($0) } }
        let outlines = try PlaceOutlines(geoJSON: read(root + "/Resources/places/outlines.geojson"))
        let forms = try FormCatalogue.load(directory: root + "/Resources/forms")
        let register = Register(outlines: outlines, forms: forms)
        let evaluations = Evaluations(
            register: register,
            shipped: try Scheme.load(resources: root + "/Resources", form: forms.form(.estate)))
        return House(
            options: options, root: root, location: ground.location, database: database, register: register,
            evaluations: evaluations, vault: vault, files: ground.files, log: ground.log)
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(.notFound, "file.missing", zh: "读不到文件“\(path)”。", en: "The file “\(path)” cannot be read.")
        }
        return [UInt8](data)
    }

    /// The machine's owner acts, and is recorded as such. What was written is sealed before the command ends; trouble
    /// with the seal is a warning, since the act is stored and its result must be told.
    func act<Value: Sendable>(_ body: @escaping @Sendable (Deed) throws -> Value) async throws -> Value {
        let actor = owner
        let clock = clock
        let value = try await database.writeAlone { tx in try body(Deed(actor: actor, now: clock.now, tx: tx)) }
        await sealOrWarn()
        return value
    }

    var owner: Actor { Actor.machineOwner(requestID: ID<House>(at: clock.now).description) }

    func seal() async throws {
        try await Sealer(database: database, vault: vault, clock: clock).sealAll { Terminal.warn($0) }
    }

    func sealOrWarn() async {
        do { try await seal() } catch { Terminal.warn(error) }
    }

    /// A generated city gets its people last, all at once: one without any was interrupted while it was made.
    func refuseUnfinishedDemo() async throws {
        let isUnfinished: Bool = try await database.read { tx in
            try tx.value("SELECT count(*) FROM city WHERE generated = 1 AND NOT EXISTS (SELECT 1 FROM person)") ?? 0 > 0
        }
        guard isUnfinished else { return }
        throw Refusal(
            .conflict, "demo.unfinished",
            zh: "\(location) 里的演示城市没有生成完（中途被打断）；请清空数据目录（及数据库），再运行 yiju demo。",
            en: """
                The demo city at \(location) is not whole: its making was interrupted. Empty the data directory (and the \
                database) and run yiju demo again.
                """)
    }

    /// Founds the city of the shipped gazetteer in an empty database, and makes the first administrator.
    /// - Returns: the administrator's account, to be shown once.
    func prepare() async throws -> FirstRun.Administrator? {
        try await refuseUnfinishedDemo()
        let isEmpty = try await database.read { tx in try tx.value("SELECT count(*) FROM city", as: Int.self) == 0 }
        if isEmpty {
            let gazetteer = try Gazetteer(path: root + "/Resources/places/places.csv")
            let register = register
            try await act { deed in try register.found(gazetteer.city, places: gazetteer.places, in: deed) }
        }
        let city = try await self.city()
        return try await FirstRun.prepare(
            database, vault: vault, clock: clock, resources: root + "/Resources", place: city.code,
            isDemo: city.isGenerated)
    }

    func city() async throws -> City {
        let register = register
        return try await database.read { tx in try register.city(in: tx) }
    }

    func close() async {
        await database.close()
    }
}
