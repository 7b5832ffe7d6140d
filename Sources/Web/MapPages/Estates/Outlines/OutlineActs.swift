import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// What the map's editor and the form send: shapes drawn, corrected, taken away.
///
/// Fields: `geometry` (GeoJSON, a field or a file), `version`, `evidence`, `datum` (CGCS2000 unless said), `remove` = 1
/// to take the shape away. For JSON: `{"version":8,"changed":true,"areaM2":12345.6,"notices":[…]}`, else on to a page.
enum OutlineActs {
    static func drawOutline(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let id: ID<Estate> = try visit.id()
        let (form, hall) = (try DrawnForm(upload), visit.hall)
        do {
            let (area, datum) = (try form.area(), try form.statedDatum())
            let drawing = try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.drawOutline(
                    of: id, area, given: datum, seen: form.version, evidence: form.evidence, in: deed)
            }
            let page: Link = "/estates/\(id)/outline"
            return drawing.answer(visit, page.with(drawing.isChanged ? "saved" : "unchanged", 1))
        } catch {
            guard !visit.wantsJSON, let refusals = error.refusals, let first = refusals.first,
                [.invalid, .conflict, .tooLarge].contains(first.kind)
            else { throw error }
            return try await hall.database.read { tx in
                try OutlinePage(visit, refused: form, refusals, in: tx).answer(visit)
            }
        }
    }

    static func drawFootprint(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let id: ID<Building> = try visit.id()
        let (form, hall) = (try DrawnForm(upload), visit.hall)
        let (area, datum) = (try form.area(), try form.statedDatum())
        let (drawing, estate) = try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
            let drawing = try hall.register.drawFootprint(
                of: id, area, given: datum, seen: form.version, evidence: form.evidence, in: deed)
            return (drawing, try hall.register.building(id, in: deed.tx)?.estate)
        }
        guard let estate else { throw Visit.notFound }
        let page: Link = "/estates/\(estate)/buildings/\(id)"
        return drawing.answer(visit, page.with(drawing.isChanged ? "saved" : "unchanged", 1))
    }
}

extension Drawing {
    fileprivate func answer(_ visit: Visit, _ page: Link) -> Frame.Answer {
        guard visit.wantsJSON else { return .see(page) }
        let json = JSON.object([
            "version": .integer(Int64(version)), "changed": .bool(isChanged),
            "areaM2": areaM2.map { .number($0) } ?? .null,
            "notices": .array(
                notices.map {
                    .object([
                        "code": .string($0.code), "field": $0.field.map(JSON.string) ?? .null,
                        "zh": .string($0.message.zh), "en": .string($0.message.en),
                    ])
                }),
        ])
        return Frame.Answer(json: json.text)
    }
}
