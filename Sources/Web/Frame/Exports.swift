import Components
import Foundation
public import Html
public import Identity
import Kernel
public import Registry
public import Store

extension Route {
    /// A list as files, by the list's own address: `/projects.xlsx`, `/projects.csv`. What is filtered there is
    /// exported here, and the export is recorded.
    public static func exports(
        _ path: String, _ kind: ExportedList.Kind, _ list: @escaping @Sendable (Visit, Tx) throws -> ExportedList
    ) -> [Route] {
        kind.formats.map { format in
            .look("\(path).\(format.rawValue)", .right(.exportLists)) { visit in
                try await visit.export(as: format, list)
            }
        }
    }
}

/// A list that was written into a file: its name without the ending, and the line the record keeps of its leaving.
public struct LeavingFile: Sendable {
    let name: String
    let record: @Sendable (Deed) throws -> Void

    public init(name: String, record: @escaping @Sendable (Deed) throws -> Void) {
        self.name = name
        self.record = record
    }
}

extension Visit {
    fileprivate func export(
        as format: ExportFormat, _ list: @escaping @Sendable (Visit, Tx) throws -> ExportedList
    ) async throws -> Answer {
        try await send(as: format) { [self] path, tx in
            let list = try list(self, tx)
            let rows = try hall.register.export(
                list, as: format, to: path, language: language, vault: hall.vault, today: today, for: actor, in: tx)
            let kind = list.kind
            let name = language(hall.city.name.zh + kind.name.zh, "\(hall.city.name.en) \(kind.name.en)")
            return LeavingFile(name: "\(name) \(today)") { [hall] deed in
                try hall.register.recordExport(list, as: format, rows: rows, in: deed)
            }
        }
    }

    /// Sends a file that `write` makes at the path it is given, after its leaving was recorded.
    public func send(
        as format: ExportFormat, _ write: @escaping @Sendable (_ path: String, Tx) throws -> LeavingFile
    ) async throws -> Answer {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        let file: LeavingFile
        do {
            file = try await hall.database.read { try write(path, $0) }
            try await hall.database.act(as: actor, clock: hall.clock, file.record)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        return .download(
            .file(path: path, removeAfter: true), name: "\(file.name).\(format.rawValue)", type: format.mediaType)
    }

    /// The ways out of a list, for those who may take it along; `link` makes the address of a file from "xlsx".
    public func exportButtons(_ kind: ExportedList.Kind, _ link: (String) -> Link) -> [Html] {
        guard actor.may(.exportLists), actor.may(kind.right) else { return [] }
        return kind.formats.map { format in
            switch format {
            case .xlsx: linkButton(language("导出 XLSX", "Export XLSX"), link(format.rawValue))
            case .csv: linkButton("CSV", link(format.rawValue))
            case .geojson: linkButton("GeoJSON", link(format.rawValue))
            }
        }
    }
}
