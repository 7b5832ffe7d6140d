import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport

extension Town {
    /// Imports a sheet of estates into Yuhua unless told otherwise.
    func importing(
        _ text: String, _ options: ImportOptions = ImportOptions(place: "430111"),
        as actor: Actor = .machineOwner(requestID: "test")
    ) async throws -> ImportReport {
        try await importing(Array(text.utf8), options, as: actor)
    }

    func importing(
        _ bytes: [UInt8], named name: String = "estates.csv", _ options: ImportOptions = ImportOptions(place: "430111"),
        as actor: Actor = .machineOwner(requestID: "test")
    ) async throws -> ImportReport {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: name).path
            try Data(bytes).write(to: URL(filePath: path))
            let register = self.register
            return try await act(as: actor) { deed in
                switch options.kind {
                case .estates: try register.importEstates(path: path, fileName: name, options, in: deed)
                case .buildings: try register.importBuildings(path: path, fileName: name, options, in: deed)
                case .checklist:
                    try register.importChecklist(path: path, fileName: name, options, applies: true, in: deed)
                case .outlines:
                    try register.importOutlines(path: path, fileName: name, options, applies: true, in: deed)
                }
            }
        }
    }

    func previewing(
        _ text: String, _ options: ImportOptions = ImportOptions(place: "430111")
    ) async throws -> ImportReport {
        try await withTemporaryFolder { folder in
            let path = try Town.file(folder, text)
            let register = self.register
            return try await read { tx in
                let deed = Deed(actor: .machineOwner(requestID: "test"), now: Town.now, tx: tx)
                return try register.previewEstates(path: path, fileName: "estates.csv", options, in: deed)
            }
        }
    }

    /// The estate of this name, the first by number.
    func estate(named name: String) async throws -> Estate? {
        let register = self.register
        return try await read { tx in
            let id: ID<Estate>? = try tx.value("SELECT id FROM estate WHERE name = \(name) ORDER BY number LIMIT 1")
            return try id.flatMap { try register.estate($0, in: tx) }
        }
    }

    /// One column of text.
    func texts(_ query: SQL) async throws -> [String] {
        try await read { tx in try tx.map(query) { try $0[0] as String } }
    }

    func names(_ table: SQL = "estate") async throws -> [String] {
        try await texts("SELECT name FROM \(table)").sorted()
    }
}

extension ImportReport {
    /// The codes of all reasons of the rows with this outcome.
    func reasons(_ outcome: Outcome) -> [String] { samples[outcome]?.flatMap(\.reasons).map(\.code) ?? [] }

    /// What was asked or said about the rows with this outcome, in Chinese.
    func words(_ outcome: Outcome) -> String {
        samples[outcome]?.flatMap(\.reasons).map(\.message.zh).joined(separator: ";") ?? ""
    }
}
