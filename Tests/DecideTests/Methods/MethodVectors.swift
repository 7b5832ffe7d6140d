import Decide
import Foundation
import TestSupport
import Testing

/// A matrix with what other libraries made of it: `vectors/mcda` of the reference data.
struct MethodVector: Decodable, Sendable {
    let name: String
    let matrix: [[Double]]
    let weights: [Double]
    let types: [Int]
    let pymcdm: [String: Outcome]
    let skcriteria: [String: Outcome]
    let prometheeP: [Double]
    let prometheeQ: [Double]
    let spotisBounds: [[Double]]
    let normalisations: [String: Column]

    private enum CodingKeys: String, CodingKey {
        case name, matrix, weights, types, pymcdm, skcriteria
        case prometheeP = "promethee_p"
        case prometheeQ = "promethee_q"
        case spotisBounds = "spotis_bounds"
        case normalisations = "normalizations"
    }

    struct Outcome: Decodable, Sendable {
        let scores: [Double]?
        let score: [Double]?
        let ranks: [Double]?
        let error: String?
    }

    struct Column: Decodable, Sendable {
        let benefit: [Double]
        let cost: [Double]

        private enum CodingKeys: String, CodingKey {
            case benefit = "first_col_profit"
            case cost = "first_col_cost"
        }
    }

    static let names = ["m3x3", "m5x4", "m20x6", "m10x5_constant_column", "m12x5_duplicate_rows"]

    static func load(_ name: String) throws -> MethodVector {
        let data = try Data(contentsOf: Reference.file("vectors/mcda/\(name).json"))
        return try JSONDecoder().decode(MethodVector.self, from: data)
    }

    func decision() throws -> (DecisionMatrix, Weights) {
        let directions = try types.map { try #require(Direction(rawValue: $0)) }
        return (try DecisionMatrix(rows: matrix, directions: directions), try Weights(weights))
    }

    var thresholds: [Preference.Thresholds] { zip(prometheeQ, prometheeP).map { .init(q: $0, p: $1) } }
    var bounds: [SPOTIS.Bounds] { spotisBounds.map { .init(lower: $0[0], upper: $0[1]) } }
}

/// The greatest difference of two lists; infinite when they are not equally long.
func gap(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count ? zip(one, other).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
