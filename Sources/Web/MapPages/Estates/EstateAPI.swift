import Frame
import HTTPTypes
import Kernel
import Registry
import Store

/// Estates for programs: JSON over the reader's session, within the reader's rights. Errors are problem details
/// (RFC 9457).
enum EstateAPI {
    private static let size = 50

    /// `GET /api/v1/estates/{id}`: the document described at `EstateDocument`, with `?outline=1` its outline too. Its entity tag changes with its content;
    /// a request that brings it along in `If-None-Match` is answered 304.
    static func estate(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let document = try visit.hall.register.estateDocument(
            try visit.id(), outlined: visit.query["outline"] == "1", for: visit.actor, vault: visit.hall.vault, in: tx)
        let headers: HTTPFields = [
            .contentType: "application/json", .eTag: document.tag, .cacheControl: "private, no-cache",
        ]
        if visit.knownTag == document.tag { return Frame.Answer(.notModified, headers: headers) }
        return Frame.Answer(headers: headers, body: .bytes(document.json))
    }

    /// `GET /api/v1/estates?q=&district=&stage=&programmed=&…&page=1&size=50`: the parameters of the list's page, see
    /// `EstateQuery`; `size` is at most 200.
    ///
    /// `{"total":1450,"households":250000,"buildings":8200,"floorAreaM2":20160000,"page":1,"size":50,"estates":[…]}`:
    /// what all matches add up to, then one page of them; for an estate see `EstateLine.json`.
    static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let query = EstateQuery(visit.query)
        let size = min(max(visit.query.number("size") ?? size, 1), Register.pageLimit)
        let list = try visit.hall.register.estates(
            query.filter, page: query.page, size: size, for: visit.actor, in: tx)
        let whole = { (value: Int) in JSON.integer(Int64(value)) }
        let json = JSON.object([
            "total": whole(list.total), "households": whole(list.households), "buildings": whole(list.buildings),
            "floorAreaM2": .number(list.floorArea.m2), "page": whole(query.page), "size": whole(size),
            "estates": .array(list.lines.map(\.json)),
        ])
        return Frame.Answer(json: json.text)
    }

    /// `GET /api/v1/summary?district=`: the figures of the city page, see `Summary.json`.
    static func summary(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let place = EstateQuery(visit.query).filter.place
        let summary = try register.summary(of: place, for: visit.actor, in: tx)
        return Frame.Answer(json: summary.json(try register.placeNames(summary.byDistrict.map(\.place), in: tx)).text)
    }
}
