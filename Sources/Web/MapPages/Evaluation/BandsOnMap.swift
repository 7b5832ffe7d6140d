import Evaluation
import Frame
import Geo
import Kernel
import Registry
import Store

/// The bands of the latest evaluation as something that the map can be coloured by, like a question of the survey.
enum BandsOnMap {
    /// Its key among the survey's questions, none of which is called so.
    static let key = "evaluationBand"

    /// As `/map/facts.json` tells a question; nil without the right to read evaluations, and before there is one. The
    /// most urgent band is the last: the worst answers of the survey are, too.
    static func question(_ visit: Visit, in tx: Tx) throws -> JSON? {
        guard let run = try run(visit, in: tx) else { return nil }
        let bands = try visit.hall.evaluations.scheme(of: run, in: tx).bands.reversed()
        return .object([
            "key": .string(key), "zh": .string("评价等级"), "en": .string("Evaluation band"), "kind": .string("ordinal"),
            "choices": .array(
                bands.map { band in
                    .object([
                        "code": .string(band.code), "zh": .string("\(band.code) \(band.name.zh)"),
                        "en": .string("\(band.code) \(band.name.en)"),
                    ])
                }),
            "min": .null, "max": .null,
        ])
    }

    /// The bands of the estates that stood in the tile, or a little beyond, when they were evaluated.
    static func bands(_ visit: Visit, in address: TileAddress, _ tx: Tx) throws -> [ID<Estate>: String] {
        guard let run = try run(visit, in: tx) else { return [:] }
        let (box, margin) = (address.box(), 0.01)
        return try visit.hall.evaluations.bands(
            of: run, longitudes: box.west - margin...box.east + margin,
            latitudes: box.south - margin...box.north + margin, for: visit.actor, in: tx)
    }

    private static func run(_ visit: Visit, in tx: Tx) throws -> EvaluationRun? {
        visit.actor.may(.readEvaluation) ? try visit.hall.evaluations.latestRun(for: visit.actor, in: tx) : nil
    }
}
