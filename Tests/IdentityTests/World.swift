import Cryptography
import Foundation
import Kernel
import Store
import Synchronization
import TestSupport

@testable import Identity

/// A small city with people in it: what most tests here begin with.
struct World: Sendable {
    let database: Database
    let vault: Vault
    let clock: TestClock
    let pool = Password.Pool(threads: 2, longestQueue: 100, cost: .test)
    let admin: Actor

    static let resources = FileManager.default.currentDirectoryPath + "/Resources"
    static let city = place("4301")
    static let yuhua = place("430111")
    static let furong = place("430102")
    static let zuojiatang = place("430111002")
    static let password = "three quiet herons walk"

    /// A fresh database on the engine, with the default rights and an administrator of the city.
    static func with<Value>(
        _ engine: Engine, vault: Vault = .ephemeral(), _ body: (World) async throws -> Value
    ) async throws -> Value {
        try await engine.withDatabase(schemas: [IdentitySchema.schema], signet: vault.signet) { database in
            let clock = TestClock()
            let pool = Password.Pool(threads: 2, longestQueue: 100, cost: .test)
            let first = try await FirstRun.prepare(
                database, vault: vault, clock: clock, resources: resources, place: city, pool: pool)
            let admin = try await database.read { tx in
                guard let id = try PersonQueries.id(login: first?.login ?? "", tx: tx) else { throw Missing("admin") }
                return try Actors.load(id, now: clock.now, requestID: "r-admin", vault: vault, tx: tx)
            }
            return try await body(World(database: database, vault: vault, clock: clock, admin: admin))
        }
    }

    func act<Value: Sendable>(
        as actor: Actor? = nil, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await database.act(as: actor ?? admin, clock: clock, body)
    }

    /// A new account with a password that need not be changed.
    func person(_ login: String, name: String = "测试", at place: PlaceCode = city) async throws -> ID<PersonTag> {
        let hash = try await PasswordHash(Self.password, pool: pool)
        return try await act { [vault] deed in
            try PersonActs.create(
                NewPerson(login: login, name: name, place: place), password: hash, oneTime: false, vault: vault,
                deed: deed)
        }
    }

    /// A new account in a post, as the actor it is today.
    func officer(
        _ login: String, _ role: Role, at place: PlaceCode, name: String = "测试"
    ) async throws -> (id: ID<PersonTag>, post: ID<PostTag>, actor: Actor) {
        let id = try await person(login, name: name, at: place)
        let post = try await act { try PostActs.appoint(id, as: role, at: place, from: $0.today, deed: $0) }
        return (id, post, try await actor(id))
    }

    func actor(_ id: ID<PersonTag>) async throws -> Actor {
        try await database.read { [vault, clock] tx in
            try Actors.load(id, now: clock.now, requestID: "r-\(id)", vault: vault, tx: tx)
        }
    }

    var signIn: SignIn { SignIn(database: database, vault: vault, clock: clock, pool: pool) }

    func enter(_ login: String, _ password: String = password, from address: String = "10.0.0.1") async throws
        -> SignInStep
    {
        try await signIn.begin(
            login: login, password: password, client: Client(address: address, agent: "test"), requestID: "r-in")
    }

    /// The token of a session that is open at once.
    func token(_ login: String, from address: String = "10.0.0.1") async throws -> String {
        guard case .open(let token) = try await enter(login, from: address) else { throw Missing("an open session") }
        return token
    }

    func find(_ token: String) async throws -> SignedIn? {
        try await database.read { [vault, clock] tx in
            try Sessions.find(token, now: clock.now, requestID: "r", vault: vault, tx: tx)
        }
    }

    // MARK: the record

    var sealer: Sealer { Sealer(database: database, vault: vault, clock: clock) }

    /// Lines about an estate that does not matter, sealed in batches of `batch`.
    func seal(lines count: Int, batch: Int = 5) async throws {
        let sealer = sealer
        for start in stride(from: 0, to: count, by: batch) {
            try await act { deed in
                for number in start..<min(start + batch, count) {
                    try deed.record(
                        "estate.correct", on: Subject("estate", "e\(number)"), at: World.yuhua,
                        before: #"{"households":\#(number)}"#, after: #"{"households":\#(number + 1)}"#)
                }
            }
            clock.advance(seconds: 3600)
            try await sealer.sealAll()
        }
    }

    func verify(published: [TreeHead] = [], keys: RecordKeys? = nil) async throws -> VerificationReport {
        try await Verifier.verify(database, keys: keys ?? vault.recordKeys, now: clock.now, published: published)
    }

    var head: TreeHead {
        get async throws {
            guard let head = try await database.read({ try TreeHead.latest(tx: $0) }) else { throw Missing("head") }
            return head
        }
    }

    /// What a forger with the database does.
    func forge(_ body: @escaping @Sendable (Tx) throws -> Void) async throws { try await database.write(body) }

    func count(_ sql: SQL) async throws -> Int { try await database.read { try $0.value(sql) ?? -1 } }
}

struct Missing: Error {
    let what: String

    init(_ what: String) { self.what = what }
}

/// A clock that the test moves.
final class TestClock: Clock {
    private let instant = Mutex(Instant(milliseconds: 1_782_813_600_000))  // 2026-06-30 18:00 in China

    var now: Instant { instant.withLock { $0 } }

    func advance(seconds: Int64) { instant.withLock { $0 = $0.adding(seconds: seconds) } }
    func advance(days: Int) { advance(seconds: Int64(days) * 86_400) }
}

func place(_ digits: String) -> PlaceCode { PlaceCode(digits) ?? .country }

/// The code of the refusal that the body ends in; several are joined by commas.
func refusal(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let refusal as Refusal {
        return refusal.code
    } catch let refusals as Refusals {
        return refusals.all.map(\.code).joined(separator: ",")
    } catch {
        return "\(error)"
    }
}
