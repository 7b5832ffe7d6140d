import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The list of estates as a file, by the same address as the list: what is filtered there is exported here.
enum ExportRoutes {
    static let routes: [Route] = [
        .look("/estates.xlsx", .right(.exportLists)) { try await export(.xlsx, $0) },
        .look("/estates.csv", .right(.exportLists)) { try await export(.csv, $0) },
        .look("/estates.geojson", .right(.exportLists)) { try await export(.geojson, $0) },
    ]

    private static func export(_ format: ExportFormat, _ visit: Visit) async throws -> Frame.Answer {
        let filter = EstateQuery(visit.query).filter
        let (hall, actor, path) = (visit.hall, visit.actor, Scratch.path())
        do {
            let rows = try await hall.database.read { tx in
                try hall.register.exportEstates(filter, as: format, to: path, for: actor, in: tx)
            }
            try await hall.database.act(as: actor, clock: hall.clock) { deed in
                try hall.register.recordExport(filter, as: format, rows: rows, in: deed)
            }
        } catch {
            Scratch.remove(path)
            throw error
        }
        let name = visit.language("\(hall.city.name.zh)小区", "\(hall.city.name.en) estates")
        return .download(
            .file(path: path, removeAfter: true), name: "\(name) \(visit.today).\(format.rawValue)",
            type: format.mediaType)
    }
}
