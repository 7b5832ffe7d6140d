import Common
import Evaluation
import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Failing statements of real acts")
struct EveryStatementTests {
    private static let sheet = """
        小区名称,街道,社区,建成年代,户数,总建筑面积(㎡),栋数
        朝晖小区,左家塘街道,官塘冲社区,1998,361,24000,6
        铁建小区,左家塘街道,官塘冲社区,1996,1680,126000,32
        变压器厂宿舍,砂子塘街道,茶园坡社区,1988,210,16800,7
        """

    /// What is stored is all of an act with its line in the record, or nothing of it.
    @Test(
        "Whichever statement fails, the database is as before or as after, never between", arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "estates.csv").path
            try Data(Self.sheet.utf8).write(to: URL(filePath: path))
            try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
                let house = try await Premises(found: database, vault: .ephemeral())
                let register = house.register
                let loop = FaultLoop(database: database, statements: statements)

                try await loop.run("register") {
                    try await house.act { _ = try register.registerEstate(Premises.estate("建安小区"), in: $0) }
                }
                try await loop.run("correct") {
                    try await house.act { deed in
                        let row = try #require(try deed.tx.first("SELECT id, version FROM estate"))
                        let change = EstateChange(facts: [
                            CoreFact.households: Fact(.integer(361), from: Premises.survey)
                        ])
                        _ = try register.correctEstate(row["id"], change, seen: row["version"], in: deed)
                    }
                }
                try await loop.run("photo") {
                    try await house.act { deed in
                        let estate: ID<Estate> = try #require(try deed.tx.value("SELECT id FROM estate"))
                        let digest = String(repeating: "0", count: 64)
                        let draft = PhotoDraft(digest: digest, thumbDigest: digest, bytes: 1, width: 4, height: 3)
                        _ = try register.addPhoto(draft, to: estate, in: deed)
                    }
                }
                let item = ID<FieldItem>(at: Premises.start)
                try await loop.run("field") {
                    try await house.act { deed in
                        let first: ID<Estate>? = try deed.tx.value("SELECT id FROM estate")
                        let answers = [FieldAnswer("buildings", "9", seen: [nil]), FieldAnswer("lifts", "x", seen: [])]
                        let (estate, now) = (try #require(first), deed.now)
                        let brought = FieldItem(id: item, estate: estate, at: now, taken: now, answers: answers)
                        _ = try register.takeFieldItem(brought, sentAt: now, in: deed)
                    }
                }
                try await loop.run("import") {
                    try await house.act { deed in
                        _ = try register.importEstates(
                            path: path, fileName: "estates.csv", ImportOptions(place: "430111"), in: deed)
                    }
                }
                let evaluations = Evaluations(register: register, shipped: try Premises.scheme())
                try await loop.run("evaluate") {
                    _ = try await evaluations.evaluate(
                        as: Premises.owner, clock: FixedClock(Premises.start), in: house.database)
                }
                try await loop.run("seal") { _ = try await house.sealer().sealOnce() }
            }
        }
    }
}

/// Runs an act with its first statement failing, then its second …, until none is left to fail and it is done.
private struct FaultLoop {
    let database: Database
    let statements: StatementCounter

    func run(_ name: String, _ act: () async throws -> Void) async throws {
        let before = try await digests()
        for number in 1..<2000 {
            statements.fail(number, with: number % 2 == 0 ? .disconnected("made to disconnect") : .full("made full"))
            let error = await failure(act)
            let hasFailed = statements.stop()
            let after = try await digests()
            guard hasFailed else {
                #expect(error == nil, "\(name): \(error.map { "\($0)" } ?? "")")
                #expect(after != before && number > 4, "\(name): all statements were counted")
                return
            }
            #expect(error is StoreError, "\(name), statement \(number)")
            try #require(after == before, "\(name), statement \(number)")
        }
        Issue.record("\(name) never came to its end")
    }

    private func failure(_ act: () async throws -> Void) async -> (any Error)? {
        do {
            try await act()
            return nil
        } catch { return error }
    }

    private func digests() async throws -> [TableDigest] {
        try await database.read { try TableDigest.all($0, Premises.schemas) }
    }
}
