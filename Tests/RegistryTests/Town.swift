import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport

/// A founded city with its places and nothing else: what most tests of the register begin with.
struct Town {
    static let now =
        Day(year: 2026, month: 6, day: 30).map { Instant(milliseconds: $0.startInChina.milliseconds + 64_800_000) }
        ?? Instant(milliseconds: 0)
    static let schemas = [IdentitySchema.schema, RegistrySchema.schema]

    let database: Database
    let register: Register

    static func resource(_ path: String) -> String { FileManager.default.currentDirectoryPath + "/Resources/" + path }

    static func register() throws -> Register {
        let outlines = try Data(contentsOf: URL(filePath: resource("places/outlines.geojson")))
        return Register(
            outlines: try PlaceOutlines(geoJSON: [UInt8](outlines)),
            forms: try FormCatalogue.load(directory: resource("forms")))
    }

    static func with<Value>(_ engine: Engine, _ body: (Town) async throws -> Value) async throws -> Value {
        try await engine.withDatabase(schemas: schemas, now: now) { database in
            let town = Town(database: database, register: try register())
            let places = try places()
            let register = town.register
            try await town.act { deed in
                try register.found(
                    City(code: code("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS"), places: places,
                    in: deed)
            }
            return try await body(town)
        }
    }

    private static func places() throws -> [Place] {
        let text = try String(contentsOfFile: resource("places/places.csv"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return PlaceCode(cells[0]).map { Place(code: $0, name: String(cells[1]), nameEn: String(cells[2])) }
        }
    }

    static func code(_ digits: String) -> PlaceCode { PlaceCode(digits) ?? .country }

    /// Acts as the machine's owner unless told otherwise.
    @discardableResult
    func act<Value: Sendable>(
        as actor: Actor = .machineOwner(requestID: "test"), _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await database.act(as: actor, clock: FixedClock(Self.now), body)
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Tx) throws -> Value) async throws -> Value {
        try await database.read(body)
    }

    /// An officer with all rights an officer has, at one place.
    static func officer(_ place: String, rights: [Right] = Right.allCases) -> Actor {
        Actor(
            kind: .person, person: nil, label: "李伟", grants: rights.map { Grant($0, at: code(place)) },
            requestID: "test")
    }

    static let survey = Provenance(source: "现场摸底", day: Day(year: 2025, month: 5, day: 1), surveyor: "陈立")

    static func estate(_ name: String, at place: String = "430111002", households: Int? = 300) -> EstateChange {
        var facts: [String: Fact] = [
            CoreFact.builtYears: Fact(.years(from: 1986, to: 1986), from: survey),
            CoreFact.floorArea: Fact(.number(24_000), from: survey),
        ]
        if let households { facts[CoreFact.households] = Fact(.integer(households), from: survey) }
        return EstateChange(
            name: name, place: code(place), location: .some(Coordinate(longitude: 113.012, latitude: 28.176)),
            facts: facts)
    }

    /// Writes a spreadsheet as text and answers its path; the caller's folder goes away after the test.
    static func file(_ folder: URL, _ text: String, name: String = "estates.csv") throws -> String {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}
