import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Chooses a project's buildings by a line drawn around them on the map.
///
/// Fields: `polygon` (GeoJSON, a field or a file), `version` of the project, `preview` = 1 to change nothing. For JSON:
/// `{"applied":true,"version":4,"estates":[{"id":…,"number":…,"name":…}],"buildings":[{"id":…,"name":…,"estate":…}],`
/// `"taken":2}` with what is added; `taken` counts buildings left out because a running project works on them.
enum EncircleAct {
    static func answer(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let id: ID<Project> = try visit.id()
        let form = try DrawnForm(upload, field: "polygon")
        let (area, hall, actor) = (try form.shape(), visit.hall, visit.actor)
        if upload.form["preview"] == "1" {
            let (found, project) = try await hall.database.read { tx in
                let found = try hall.register.encircled(by: area, for: id, as: actor, in: tx)
                return (found, try hall.register.project(id, in: tx))
            }
            return answer(visit, id, found, version: project?.version ?? 0, isApplied: false)
        }
        let (found, version) = try await hall.database.act(as: actor, clock: hall.clock) { deed in
            let (found, correction) = try hall.register.addEncircled(by: area, to: id, seen: form.version, in: deed)
            guard case .stored(let version) = correction else { return (found, form.version) }
            return (found, version)
        }
        return answer(visit, id, found, version: version, isApplied: true)
    }

    private static func answer(
        _ visit: Visit, _ project: ID<Project>, _ found: Encircled, version: Int, isApplied: Bool
    ) -> Frame.Answer {
        guard visit.wantsJSON else { return .see("/projects/\(project)") }
        let json = JSON.object([
            "applied": .bool(isApplied), "version": .integer(Int64(version)),
            "estates": .array(
                found.estates.map {
                    .object([
                        "id": .string($0.id.description), "number": .string($0.number), "name": .string($0.name),
                    ])
                }),
            "buildings": .array(
                found.buildings.map {
                    .object([
                        "id": .string($0.id.description), "name": .string($0.name),
                        "estate": .string($0.estate.description),
                    ])
                }),
            "taken": .integer(Int64(found.taken)),
        ])
        return Frame.Answer(json: json.text)
    }
}
