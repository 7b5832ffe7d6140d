import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Ledger

/// A city with two projects, the sources, contracts and clearances of `History`, and an empty journal.
struct LedgerTown: Sendable {
    static let now = Instant(milliseconds: History.day.startInChina.milliseconds + 64_800_000)
    static let schemas = [IdentitySchema.schema, RegistrySchema.schema, LedgerSchema.schema]
    static let owner = Actor.machineOwner(requestID: "test")

    let database: Database
    let ledger: Ledger

    init(database: Database, ledger: Ledger) {
        (self.database, self.ledger) = (database, ledger)
    }

    static func with<Value>(_ engine: Engine, _ body: (LedgerTown) async throws -> Value) async throws -> Value {
        try await engine.withDatabase(schemas: schemas, now: now) { try await body(LedgerTown(found: $0)) }
    }

    /// - Parameter database: with the tables of `schemas`, and nothing in them.
    init(found database: Database) async throws {
        let resources = FileManager.default.currentDirectoryPath + "/Resources/"
        let outlines = try Data(contentsOf: URL(filePath: resources + "places/outlines.geojson"))
        let register = Register(
            outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)),
            forms: try FormCatalogue.load(directory: resources + "forms"))
        let ledger = Ledger(menu: try WorksMenu.load(file: resources + "menu/works-menu-v1.json"))
        (self.database, self.ledger) = (database, ledger)
        try await act { deed in
            try Self.foundCity(register, in: deed)
            for source in History.sources { try ledger.saveSource(source, in: deed) }
            for contract in History.contracts {
                var signed = contract
                signed.isDisputed = false
                try ledger.signContract(signed, in: deed)
                if contract.isDisputed { try ledger.disputeContract(contract.code, isDisputed: true, in: deed) }
            }
            for clearance in History.clearances { try ledger.issue(clearance, in: deed) }
        }
    }

    private static func foundCity(_ register: Register, in deed: Deed) throws {
        let city = City(code: History.place("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS")
        let places = [("4301", "长沙市"), ("430111", "雨花区"), ("430102", "芙蓉区")].map {
            Place(code: History.place($0.0), name: $0.1)
        }
        try register.found(city, places: places, in: deed)
        let stage: String? = try deed.tx.value("SELECT code FROM stage ORDER BY position LIMIT 1")
        for (number, place) in History.projects.sorted(by: { $0.key < $1.key }) {
            try deed.tx.run(
                """
                INSERT INTO project (id, number, name, place, stage, stage_day, changed_at)
                VALUES (\(ID<Project>(at: now)), \(number), \(number), \(place), \(stage), '2026-01-01', 0)
                """)
        }
    }

    @discardableResult
    func act<Value: Sendable>(
        as actor: Actor = owner, at now: Instant = now, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await database.act(as: actor, clock: FixedClock(now), body)
    }

    @discardableResult
    func post(_ draft: EntryDraft, as actor: Actor = owner, at now: Instant = now) async throws -> PostedEntry {
        let ledger = ledger
        return try await act(as: actor, at: now) { try ledger.post(draft, in: $0) }
    }

    /// Nil when it was posted; else the codes of what was refused.
    func refusal(_ draft: EntryDraft, as actor: Actor = owner) async throws -> [Refusal] {
        do {
            try await post(draft, as: actor)
            return []
        } catch let refusal as Refusal {
            return [refusal]
        } catch let refusals as Refusals {
            return refusals.all
        }
    }

    func balances(_ question: BalanceQuestion = .init()) async throws -> [Balance] {
        let ledger = ledger
        return try await database.read { try ledger.balances(question, for: Self.owner, in: $0) }
    }

    /// Fen that stand at a stage, over all of its cells.
    func total(_ stage: LedgerStage) async throws -> Int64 {
        try await balances().filter { $0.stage == stage }.reduce(0) { $0 + $1.balance }
    }

    func verify() async throws -> LedgerReport {
        let ledger = ledger
        return try await database.read { try LedgerVerifier.verify(ledger, in: $0) }
    }

    // MARK: entries as people say them

    static func clearance(_ kind: Clearance.Kind, _ subject: String) -> ID<Clearance>? {
        History.clearances.first { $0.kind == kind && $0.subject == subject }?.id
    }

    static func draft(
        _ key: String, _ moves: [MoveDraft], day: Day = History.day, manner: EntryDraft.Manner = .ordinary
    ) -> EntryDraft {
        var draft = EntryDraft(
            key: key, day: day, .post(moves), manner: manner, authority: .init(kind: "document", reference: "财建1号"))
        if manner == .fact { (draft.authority.kind, draft.evidence) = ("treasury", [History.digest]) }
        if let move = moves.first, let kind = move.move.row.clearance {
            draft.clearance = clearance(kind, kind.isOfProject ? move.slice.project : move.slice.contract)
        }
        return draft
    }

    static let money = Slice(source: "central", project: "P1", year: 2026)
    static let bill = Slice(source: "central", project: "P1", item: "roof", contract: "C1", year: 2026)
    static let work = Slice(project: "P1", contract: "C1")

    /// 1,000 fen of the central grant there as cash, an estimate of 2,000, contract C1 signed for 900.
    func begin() async throws {
        try await post(Self.draft("plan", [MoveDraft(.plan, 1_000, Self.money)]))
        try await post(Self.draft("allot", [MoveDraft(.allot, 1_000, Self.money)]))
        try await post(Self.draft("draw", [MoveDraft(.draw, 1_000, Self.money)]))
        try await post(Self.draft("receive", [MoveDraft(.receive, 1_000, Self.money)]))
        try await post(Self.draft("approve", [MoveDraft(.approve, 2_000, Slice(project: "P1"))]))
        try await post(Self.draft("commit", [MoveDraft(.commit, 900, Self.work)]))
    }
}
