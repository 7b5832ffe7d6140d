import Foundation
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// A file of the ledger on its way out, and what the record says of its leaving.
struct LedgerFile: Sendable {
    /// Of the file: "资金到位率低的项目".
    let title: String
    let rows: Int
    /// What it was narrowed by.
    let conditions: [JSON.Member]
    /// Writes it to a path.
    let write: @Sendable (String) throws -> Void

    /// Reads it for an actor who sees only where it may export as well, writes, records and sends it.
    static func send(
        _ visit: Visit, as format: ExportFormat, _ body: @escaping @Sendable (Visit, Actor, Tx) throws -> LedgerFile
    ) async throws -> Frame.Answer {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        let reader = visit.actor.holding(.readLedger, onlyWhere: .exportLists)
        let hall = visit.hall
        do {
            let file = try await hall.database.read { try body(visit, reader, $0) }
            try file.write(path)
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                let told = [
                    JSON.Member("format", .string(format.rawValue)), JSON.Member("rows", .integer(Int64(file.rows))),
                    JSON.Member("title", .string(file.title)),
                ]
                try deed.record(
                    "list.export", on: Subject("list", "ledger"),
                    at: reader.scope(.readLedger).places.first ?? hall.city.code,
                    after: JSON.object(told + file.conditions).text)
            }
            let name = "\(visit.language(hall.city.name.zh, hall.city.name.en + " ")) \(file.title) \(visit.today)"
            return .download(
                .file(path: path, removeAfter: true), name: "\(name).\(format.rawValue)", type: format.mediaType)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }
}
