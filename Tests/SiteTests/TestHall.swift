import Common
import Cryptography
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
import Synchronization
import TestSupport

/// The hall of a small city on a database of its own: the server that tests drive is the server that runs.
struct TestHall {
    static let now = Instant(milliseconds: (Day("2026-06-30")?.startInChina.milliseconds ?? 0) + 64_800_000)
    static let schemas = [
        CommonSchema.schema, IdentitySchema.schema, RegistrySchema.schema, LedgerSchema.schema, EvaluationSchema.schema,
    ]
    static let pool = Password.Pool(longestQueue: 1_000, cost: .test)

    let hall: Hall
    let log: TestLog

    static func with<Value>(
        _ engine: Engine, streaming: StreamRules = StreamRules(), _ body: (TestHall) async throws -> Value
    ) async throws -> Value {
        let vault = Vault.ephemeral()
        return try await engine.withDatabase(schemas: schemas, now: now, signet: vault.signet) { database in
            try await withTemporaryFolder { folder in
                let here = FileManager.default.currentDirectoryPath
                let outlines = try Data(contentsOf: URL(filePath: here + "/Resources/places/outlines.geojson"))
                let forms = try FormCatalogue.load(directory: here + "/Resources/forms")
                let register = Register(outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)), forms: forms)
                let evaluations = Evaluations(
                    register: register,
                    shipped: try Scheme.load(resources: here + "/Resources", form: forms.form(.estate)))
                let clock = FixedClock(now)
                let city = City(
                    code: try code("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS")
                let places = try [
                    ("4301", "长沙市"), ("430111", "雨花区"), ("430102", "芙蓉区"), ("430111002", "左家塘街道"),
                    ("430111002001", "官塘冲社区"), ("430111003", "砂子塘街道"), ("430102001", "文艺路街道"),
                    ("430102001001", "韭菜园社区"), ("430102002", "朝阳街街道"),
                ].map {
                    Place(code: try code($0.0), name: $0.1)
                }
                let owner = Actor.machineOwner(requestID: "test")
                try await database.act(as: owner, clock: clock) { deed in
                    try register.found(city, places: places, in: deed)
                }
                _ = try await FirstRun.prepare(
                    database, vault: vault, clock: clock, resources: here + "/Resources", place: city.code,
                    isDemo: true, pool: pool)
                let log = TestLog()
                let hall = Hall(
                    database: database, register: register, evaluations: evaluations, city: city, vault: vault,
                    files: try FileStore(folder: folder.path),
                    menu: try WorksMenu.load(file: here + "/Resources/menu/works-menu-v1.json"),
                    ledgerTables: try LedgerTables.load(resources: here + "/Resources"), clock: clock,
                    passwordRules: try PasswordRules.load(resources: here + "/Resources"), passwords: pool,
                    publicFiles: try PublicFiles(folders: [here + "/Public"]),
                    log: Logger(label: "test") { _ in log }, streaming: streaming, schemas: schemas)
                return try await body(TestHall(hall: hall, log: log))
            }
        }
    }

    static func code(_ digits: String) throws -> PlaceCode {
        guard let code = PlaceCode(digits) else { throw Visit.notFound }
        return code
    }

    /// Acts as the machine's owner.
    func act<Value: Sendable>(_ body: @escaping @Sendable (Deed) throws -> Value) async throws -> Value {
        try await hall.database.act(as: .machineOwner(requestID: "test"), clock: hall.clock, body)
    }

    /// An account with one post, ready to sign in.
    @discardableResult
    func addPerson(
        _ role: Role, at place: String, login: String? = nil, name: String? = nil, phone: String? = nil
    ) async throws -> (person: ID<PersonTag>, post: ID<PostTag>) {
        let hash = try await PasswordHash(Self.password, pool: Self.pool)
        let (vault, place) = (hall.vault, try Self.code(place))
        let form = NewPerson(
            login: login ?? role.rawValue.lowercased(), name: name ?? role.name.zh, phone: phone, place: place)
        return try await act { deed in
            let person = try PersonActs.create(form, password: hash, oneTime: false, vault: vault, deed: deed)
            return (person, try PostActs.appoint(person, as: role, at: place, from: deed.today, deed: deed))
        }
    }

    func addEstate(_ name: String, at place: String) async throws -> ID<Estate> {
        let (register, place) = (hall.register, try Self.code(place))
        return try await act { deed in
            try register.registerEstate(EstateChange(name: name, place: place), in: deed)
        }
    }

    static let password = "a-long-test-password"

    /// A fresh session's token.
    func signIn(_ role: Role) async throws -> String {
        let signIn = SignIn(database: hall.database, vault: hall.vault, clock: hall.clock, pool: Self.pool)
        let client = Client(address: "127.0.0.1", agent: "test")
        let step = try await signIn.begin(
            login: role.rawValue.lowercased(), password: Self.password, client: client, requestID: "test")
        guard case .open(let token) = step else { throw Visit.notFound }
        return token
    }
}

/// Keeps what was logged, as text.
final class TestLog: LogHandler {
    private let kept = Mutex<[[String: String]]>([])

    var lines: [[String: String]] { kept.withLock { $0 } }

    func log(event: LogEvent) {
        kept.withLock { $0.append((event.metadata ?? [:]).mapValues { "\($0)" }) }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
}
