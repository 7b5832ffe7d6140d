import Components
import Foundation
public import Html
import Identity
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

extension Visit {
    fileprivate func export(
        as format: ExportFormat, _ list: @escaping @Sendable (Visit, Tx) throws -> ExportedList
    ) async throws -> Answer {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        let kind: ExportedList.Kind
        do {
            let (list, rows) = try await hall.database.read { [self] tx in
                let list = try list(self, tx)
                let rows = try hall.register.export(
                    list, as: format, to: path, language: language, vault: hall.vault, today: today, for: actor, in: tx)
                return (list, rows)
            }
            kind = list.kind
            try await hall.database.act(as: actor, clock: hall.clock) { deed in
                try hall.register.recordExport(list, as: format, rows: rows, in: deed)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        let name = language(hall.city.name.zh + kind.name.zh, "\(hall.city.name.en) \(kind.name.en)")
        return .download(
            .file(path: path, removeAfter: true), name: "\(name) \(today).\(format.rawValue)", type: format.mediaType)
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
