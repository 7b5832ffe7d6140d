import Common
import Cryptography
import Evaluation
import Foundation
import Geo
import Identity
import Kernel
import Ledger
import Registry
import Store

/// A founded city on all rooms' tables, with the keys it began with: the house as it stands, without its pages.
struct Premises: Sendable {
    static let schemas = [
        CommonSchema.schema, IdentitySchema.schema, RegistrySchema.schema, LedgerSchema.schema, EvaluationSchema.schema,
    ]
    /// 2026-06-30 18:00 in China.
    static let start = Instant(milliseconds: 1_782_813_600_000)
    static let owner = Actor.machineOwner(requestID: "test")
    static let survey = Provenance(source: "现场摸底", day: Day(year: 2025, month: 5, day: 1), surveyor: "陈立")
    static let pool = Password.Pool(longestQueue: 1_000, cost: .test)

    let database: Database
    let register: Register
    let vault: Vault

    /// - Parameter database: with all rooms' tables, and nothing in them.
    init(found database: Database, vault: Vault) async throws {
        let outlines = try Data(contentsOf: URL(filePath: Self.resource("places/outlines.geojson")))
        let register = Register(
            outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)),
            forms: try FormCatalogue.load(directory: Self.resource("forms")))
        let places = try String(contentsOfFile: Self.resource("places/places.csv"), encoding: .utf8)
            .split(separator: "\n").dropFirst().compactMap { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return PlaceCode(cells[0]).map { Place(code: $0, name: String(cells[1]), nameEn: String(cells[2])) }
            }
        (self.database, self.register, self.vault) = (database.carrying(vault.signet), register, vault)
        try await act { deed in
            try vault.bind(deed.tx)
            let name = Phrase(zh: "长沙市", en: "Changsha")
            try register.found(City(code: Self.place("4301"), name: name, prefix: "CS"), places: places, in: deed)
        }
    }

    @discardableResult
    func act<Value: Sendable>(
        at now: Instant = start, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await database.act(as: Self.owner, clock: FixedClock(now), body)
    }

    func sealer(at now: Instant = start) -> Sealer { Sealer(database: database, vault: vault, clock: FixedClock(now)) }

    static func place(_ digits: String) -> PlaceCode { PlaceCode(digits) ?? .country }

    static func estate(_ name: String, at place: String = "430111002", households: Int = 300) -> EstateChange {
        EstateChange(
            name: name, place: Self.place(place), location: .some(Coordinate(longitude: 113.012, latitude: 28.176)),
            facts: [
                CoreFact.builtYears: Fact(.years(from: 1986, to: 1986), from: survey),
                CoreFact.floorArea: Fact(.number(24_000), from: survey),
                CoreFact.households: Fact(.integer(households), from: survey),
            ])
    }

    static func scheme() throws -> Scheme {
        let forms = try FormCatalogue.load(directory: resource("forms"))
        return try Scheme.load(resources: resource(""), form: forms.form(.estate))
    }

    static func ledger() throws -> Ledger {
        Ledger(menu: try WorksMenu.load(file: resource("menu/works-menu-v1.json")))
    }

    private static func resource(_ path: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Resources/" + path).path
    }
}
