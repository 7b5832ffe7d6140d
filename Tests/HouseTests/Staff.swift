import Foundation
import Identity
import Kernel
import Registry
import Store

/// An honest but clumsy staff: what they do, and when, follows from the seed alone.
struct Staff {
    private let house: Premises
    private let folder: URL
    private var random: SeededRandom
    private var now = Premises.start
    private var estates: [ID<Estate>] = []
    private var buildings: [ID<Building>] = []
    private var projects: [ID<Project>] = []
    private var people: [ID<PersonTag>] = []
    private var posts: [ID<PostTag>] = []

    init(of house: Premises, seed: UInt64, folder: URL) {
        (self.house, self.folder, random) = (house, folder, SeededRandom(seed: seed))
    }

    /// The next act; answers what it was and how it ended.
    mutating func act() async throws -> String {
        now = now.adding(seconds: 60 * draw(1...2000))
        let kind = Int(draw(0...13))
        do {
            switch kind {
            case 0...5: try await keepEstates(kind)
            case 6...7: try await runProjects(kind)
            case 8: try await importSheet()
            case 9...12: try await keepPeople(kind)
            default: try await house.sealer(at: now).sealAll()
            }
            return "\(kind) done"
        } catch let refusal as Refusal {
            return "\(kind) \(refusal.code)"
        } catch let refusals as Refusals {
            return "\(kind) \(refusals.all.map(\.code))"
        } catch let hindered as ImportHindered {
            return "\(kind) \(hindered.refusal.code)"
        } catch let error as StoreError {
            return "\(kind) \(error.refusal.code)"
        }
    }

    private mutating func draw(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

    private mutating func street() -> String { "43011100\(draw(1...5))" }

    private mutating func keepEstates(_ kind: Int) async throws {
        let register = house.register
        // Few names and figures that are sometimes none, so that acts collide and are refused.
        var change = Premises.estate("第\(draw(1...30))小区", at: street(), households: Int(draw(-20...900)))
        let (seen, name) = (Int(draw(0...9)), "\(draw(1...9))栋")
        if kind > 1 { change.place = nil }
        let settled = change
        if kind < 2 {
            estates.append(try await house.act(at: now) { try register.registerEstate(settled, in: $0) })
        } else if let estate = estates.randomElement(using: &random), kind < 4 {
            try await house.act(at: now) { deed in
                let version: Int = try deed.tx.value("SELECT version FROM estate WHERE id = \(estate)") ?? 0
                _ = try register.correctEstate(estate, settled, seen: seen == 0 ? 0 : version, in: deed)
            }
        } else if let estate = estates.randomElement(using: &random), kind == 4 {
            let change = BuildingChange(name: name)
            buildings.append(
                try await house.act(at: now) { try register.registerBuilding(change, of: estate, in: $0) })
        } else if let building = buildings.randomElement(using: &random) {
            let rooms = (0...seen).map { DwellingDraft(name: "\($0)01") }
            try await house.act(at: now) {
                _ = try register.registerEntrance("\(seen % 3)单元", dwellings: rooms, of: building, in: $0)
            }
        }
    }

    private mutating func runProjects(_ kind: Int) async throws {
        let register = house.register
        let stages = ["evaluated", "programmed", "works", "accepted", "leftOut", "nowhere"]
        let (year, stage) = (Int(draw(2024...2028)), stages[Int(draw(0...5))])
        if kind == 6, let estate = estates.randomElement(using: &random) {
            let draft = ProjectDraft(name: "改造\(year)", estates: [estate], plannedYear: year)
            projects.append(try await house.act(at: now) { try register.createProject(draft, in: $0) })
        } else if let project = projects.randomElement(using: &random) {
            try await house.act(at: now) { deed in
                let version: Int = try deed.tx.value("SELECT version FROM project WHERE id = \(project)") ?? 0
                try register.changeStage(of: project, to: stage, on: deed.today, seen: version, in: deed)
            }
        }
    }

    private mutating func importSheet() async throws {
        var text = "小区名称,街道,社区,建成年代,户数,总建筑面积(㎡),栋数\n"
        for _ in 0..<4 {
            text += "第\(draw(1...60))小区,左家塘街道,官塘冲社区,\(draw(1970...2030)),\(draw(1...900)),\(draw(1...90_000)),3\n"
        }
        let path = folder.appending(path: "estates.csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        let (register, options) = (house.register, ImportOptions(place: "430111", acceptGood: draw(0...1) == 0))
        try await house.act(at: now) {
            _ = try register.importEstates(path: path, fileName: "estates.csv", options, in: $0)
        }
    }

    private mutating func keepPeople(_ kind: Int) async throws {
        let vault = house.vault
        let (days, street) = (Int(draw(0...5)), Premises.place(street()))
        guard let person = people.randomElement(using: &random), kind > 9 else {
            let form = NewPerson(login: "p\(draw(0...40))", name: "周敏", place: street)
            let hash = try await PasswordHash("three quiet herons walk", pool: Premises.pool)
            people.append(
                try await house.act(at: now) {
                    try PersonActs.create(form, password: hash, vault: vault, deed: $0)
                })
            return
        }
        guard let post = posts.randomElement(using: &random), kind > 10 else {
            posts.append(
                try await house.act(at: now) {
                    try PostActs.appoint(person, as: .subdistrictOfficer, at: street, from: $0.today, deed: $0)
                })
            return
        }
        try await house.act(at: now) { deed in
            let day = deed.today.adding(days: days)
            if kind == 11 {
                try PostActs.handOver(post, to: person, on: day, deed: deed)
            } else {
                try PostActs.end(post, lastDay: day, deed: deed)
            }
        }
    }
}
