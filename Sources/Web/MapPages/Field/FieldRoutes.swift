import Components
public import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// The survey in the field: the page that a phone keeps, what it takes along, what it sends, and what people must
/// choose afterwards.
public enum FieldRoutes {
    public static let all: [Route] = [
        .look("/field", .right(.correctEstates), FieldPage.show),
        .look("/field/manifest.json", .anyone, FieldPage.manifest),
        .look("/field/worker.js", .anyone, FieldPage.worker),
        .page("/field/session.json", .right(.correctEstates), FieldPackage.session),
        .page("/field/places.json", .right(.correctEstates), FieldPackage.places),
        .page("/field/package.json", .right(.correctEstates), FieldPackage.package),
        .json(
            .post, "/field/answers", .right(.correctEstates), type: "application/json", FieldAnswers.take),
        .page("/field/conflicts", .right(.correctEstates), FieldConflictsPage.show),
        .act("/field/conflicts/{id}", .right(.correctEstates), FieldConflictsPage.settle),
    ]
}

/// What phones send.
enum FieldAnswers {
    /// `POST /field/answers` with a `FieldBatch`. Each item is an act of its own, so that what is wrong with one holds
    /// up no other, and a batch that breaks off is simply sent again.
    ///
    /// `{"now":1782813600000,"form":1,"items":[{"id":"0190a3c1-…","outcome":"applied","detail":{…}}]}`: the server's
    /// time, the version of the form in force, and what became of each item; see `FieldDetail`.
    static func take(_ visit: Visit, _ json: JSON) async throws -> Frame.Answer {
        let (batch, hall) = (try FieldBatch(json), visit.hall)
        var receipts: [JSON] = []
        for item in batch.items {
            let receipt = try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.takeFieldItem(item, sentAt: batch.sentAt, in: deed)
            }
            receipts.append(
                .object([
                    "id": .string(receipt.id.description), "outcome": .string(receipt.outcome.rawValue),
                    "detail": receipt.detail.json,
                ]))
        }
        let form = try await hall.database.read { try hall.register.form(.estate, in: $0).version }
        return Frame.Answer(
            json: JSON.object([
                "now": .integer(visit.now.milliseconds), "form": .integer(Int64(form)), "items": .array(receipts),
            ]).text)
    }
}
