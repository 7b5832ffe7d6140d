import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Demo

/// Spreadsheets made for benchmarks and for people to try the import with, read by the import itself.
@Suite("The demo's spreadsheets")
struct DemoSpreadsheetTests {
    @Test("A large file has 24 columns, the same for one seed, and every row is a new estate")
    func large() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "estates.csv").path
            try DemoSpreadsheet.writeEstates(count: 4000, to: path, resources: Here.resources)
            let again = folder.appending(path: "again.csv").path
            try DemoSpreadsheet.writeEstates(count: 4000, to: again, resources: Here.resources)
            #expect(FileManager.default.contentsEqual(atPath: path, andPath: again))
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\r\n")
            #expect(lines.count == 4001)
            #expect(lines[0].split(separator: ",").count == 24)
            try await withCity(placesOnly: true) { register, database in
                let report = try await preview(path, register, database)
                #expect(report.count(.new) == 4000, "\(problems(report))")
                #expect(report.mapping.columns.count == 24)
                #expect(report.newNeighbourhoods.isEmpty)
            }
        }
    }

    @Test("Of the samples, the clean one is taken; the messy one is read as far as it can be, and says what is wrong")
    func samples() async throws {
        try await withTemporaryFolder { folder in
            try DemoSamples.write(of: Here.plan.get(), to: folder.path)
            try await withCity { register, database in
                for ending in ["xlsx", "csv"] {
                    let clean = folder.appending(path: "\(DemoSamples.clean).\(ending)").path
                    checkClean(try await preview(clean, register, database))
                    let messy = folder.appending(path: "\(DemoSamples.messy).\(ending)").path
                    checkMessy(try await preview(messy, register, database))
                }
            }
        }
    }

    private func checkClean(_ report: ImportReport) {
        #expect(report.count(.new) == 3, "\(problems(report))")
        #expect(report.hindrances == 0, "\(problems(report))")
        #expect(report.count(.changed) + report.count(.unchanged) == 5)
        #expect(report.count(.changed) >= 3)
    }

    private func checkMessy(_ report: ImportReport) {
        #expect(report.rows == 6, "\(problems(report))")
        #expect(report.count(.refused) == 2, "\(problems(report))")
        #expect(report.count(.new) == 4, "\(problems(report))")
        let refused = (report.samples[.refused] ?? []).flatMap(\.reasons).map(\.code)
        #expect(refused.contains("import.place.unknown"))
        #expect(refused.contains("cell.bounds"))
    }

    // MARK: Helpers

    /// The demo city, or only its places.
    private func withCity(placesOnly: Bool = false, _ body: (Register, Database) async throws -> Void) async throws {
        let register = try Here.register()
        try await Engine.sqlite.withDatabase(schemas: Here.schemas) { database in
            if placesOnly {
                let plan = try Here.plan.get()
                try await Scribe(register: register, database: database).write { register, deed in
                    try register.found(plan.city, places: plan.places, in: deed)
                }
            } else {
                try await DemoCity.make(register: register, database: database, resources: Here.resources) { _, _ in }
            }
            try await body(register, database)
        }
    }

    private func preview(_ path: String, _ register: Register, _ database: Database) async throws -> ImportReport {
        try await database.writeAlone { tx in
            let deed = Deed(actor: .machineOwner(requestID: "test"), now: DemoPlan.asOf, tx: tx)
            return try register.previewEstates(path: path, fileName: path, ImportOptions(place: "430111"), in: deed)
        }
    }

    private func problems(_ report: ImportReport) -> String {
        [.refused, .doubtful].flatMap { report.samples[$0] ?? [] }.prefix(5)
            .map { "row \($0.number) \($0.name): \($0.reasons.map(\.description))" }.joined(separator: "\n")
    }
}
