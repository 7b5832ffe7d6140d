public import Common
import Evaluation
import Identity
import Kernel
public import Ledger
public import Registry
public import Store

/// How large a demo is made.
public enum DemoScale: String, Sendable, CaseIterable {
    /// Changsha: 1,450 estates with all facts.
    case city
    /// 220,000 estates and 2.5 million buildings over a hundred cities, with few facts each: for measuring.
    case nation
}

/// Makes the demo city in an empty database, the same every time.
public enum DemoCity {
    /// Estates in one transaction.
    private static let batch = 200

    /// - Parameters:
    ///   - register: of the database, with its schemas in place and no city yet.
    ///   - resources: the folder that holds `demo`, `places`, `forms` and `evaluation`.
    ///   - ledger: where the city's money is posted; none is when nil.
    ///   - samples: the folder to write a district's spreadsheets into, to try the import with; none when nil.
    ///   - files: where the photos of a few estates go; none are drawn when nil.
    ///   - progress: told how many estates are stored, and of how many.
    /// - Throws: `Refusal` `city.exists` when the database has a city; a refusal that names a resource that is missing.
    public static func make(
        seed: UInt64 = DemoPlan.usualSeed, scale: DemoScale = .city, register: Register, database: Database,
        resources: String, ledger: Ledger? = nil, samples: String? = nil, files: FileStore? = nil,
        progress: (Int, Int) -> Void
    ) async throws {
        let scribe = Scribe(register: register, database: database)
        switch scale {
        case .city:
            let plan = try DemoPlan.generate(seed: seed, resources: resources)
            try await makeCity(plan, scribe, progress)
            try await evaluate(seed: seed, scribe, resources: resources)
            if let ledger { try await post(seed: seed, to: ledger, scribe, resources: resources) }
            if let files { try await DemoPhotos(files: files, scribe: scribe).write(seed: seed) }
            if let samples { try DemoSamples.write(of: plan, to: samples) }
        case .nation:
            try await DemoNation(seed: seed, resources: resources).write(with: scribe, progress: progress)
        }
    }

    private static func makeCity(_ plan: DemoPlan, _ scribe: Scribe, _ progress: (Int, Int) -> Void) async throws {
        try await scribe.write { register, deed in try register.found(plan.city, places: plan.places, in: deed) }
        for start in stride(from: 0, to: plan.estateCount, by: batch) {
            progress(start, plan.estateCount)
            let end = min(start + batch, plan.estateCount)
            try await scribe.write { register, deed in
                try register.load((start..<end).map(plan.estate), in: deed)
            }
        }
        try await scribe.write { register, deed in
            try register.load(plan.projects, in: deed)
            for list in plan.lists {
                _ = try register.importChecklist(
                    list.kind, source: list.source, day: list.day, at: plan.city.code, list.entries, in: deed)
            }
        }
        progress(plan.estateCount, plan.estateCount)
    }

    /// The money of all projects in programmes.
    private static func post(seed: UInt64, to ledger: Ledger, _ scribe: Scribe, resources: String) async throws {
        let menu = try WorksMenu.load(file: resources + "/menu/works-menu-v1.json")
        let funded = try await scribe.database.read { try FundedProject.read(menu, $0) }
        try await CityLedger(funded, asOf: DemoPlan.asOf.dayInChina, seed: seed).write(ledger, with: scribe)
    }

    /// One finished evaluation by the default scheme.
    private static func evaluate(seed: UInt64, _ scribe: Scribe, resources: String) async throws {
        let (register, database) = (scribe.register, scribe.database)
        let form = try await database.read { try register.form(.estate, in: $0) }
        let evaluations = Evaluations(
            register: register, shipped: try Scheme.load(resources: resources, form: form))
        var dice = Dice(seed: seed, subject: -100)
        _ = try await evaluations.evaluate(
            id: dice.id(EvaluationRun.self, at: DemoPlan.asOf), as: .system(requestID: "demo"),
            clock: FixedClock(DemoPlan.asOf), in: database)
    }
}

/// Writes as the system, on the day the demo describes.
struct Scribe {
    let register: Register
    let database: Database

    /// One transaction of its own.
    func write(_ body: @escaping @Sendable (Register, Deed) throws -> Void) async throws {
        let register = register
        try await database.writeAlone { tx in
            try body(register, Deed(actor: .system(requestID: "demo"), now: DemoPlan.asOf, tx: tx))
        }
    }
}
