import Decide
import TestSupport
import Testing

private let reference = Comment("no reference data beside the project")

@Suite("What other libraries rank", .enabled(if: Reference.isHere, reference))
struct MethodVectorTests {
    @Test("pymcdm 1.4.0, scores to 1e-9 and places exactly", arguments: MethodVector.names)
    func pymcdm(name: String) throws {
        let vector = try MethodVector.load(name)
        let (matrix, weights) = try vector.decision()
        var methods: [(String, RankingMethod)] = [
            ("TOPSIS_minmax", .topsis(.minmax)), ("TOPSIS_vector", .topsis(.vector)),
            ("VIKOR_v0.5", .vikor(v: 0.5)), ("VIKOR_v0.8", .vikor(v: 0.8)), ("WSM", .additive(.sum)),
            ("WASPAS", .waspas), ("MARCOS", .marcos), ("SPOTIS", .spotis(vector.bounds)),
        ]
        for preference in Preference.allCases where preference != .gaussian {
            let theirs = preference == .vshape2 ? "vshape_2" : preference.rawValue
            methods.append(("PROMETHEE_II_\(theirs)", .prometheeII(preference, vector.thresholds)))
        }
        var refused: [String] = []
        for (theirs, method) in methods {
            let outcome = try #require(vector.pymcdm[theirs])
            let ranking = try method.rank(matrix, weights)
            guard let scores = outcome.scores, let ranks = outcome.ranks else {
                refused.append(theirs)
                continue
            }
            #expect(gap(ranking.scores, scores) < 1e-9, "\(name) \(theirs)")
            #expect(ranking.ranks == ranks, "\(name) \(theirs)")
        }
        // pymcdm has no VIKOR where a column is constant; we do, and so does scikit-criteria.
        #expect(refused == (name == "m10x5_constant_column" ? ["VIKOR_v0.5", "VIKOR_v0.8"] : []))
    }

    @Test("scikit-criteria 0.10, scores to 1e-9", arguments: MethodVector.names)
    func skcriteria(name: String) throws {
        let vector = try MethodVector.load(name)
        let (matrix, weights) = try vector.decision()
        let methods: [(String, RankingMethod)] = [
            ("TOPSIS(VectorScaler)", .topsis(.vector)), ("WSM(MinMax,negate)", .additive(.minmax)),
            ("VIKOR", .vikor(v: 0.5)), ("SPOTIS", .spotis(vector.bounds)),
        ]
        for (theirs, method) in methods {
            let outcome = try #require(vector.skcriteria[theirs])
            if outcome.error != nil, name == "m10x5_constant_column", theirs == "SPOTIS" { continue }
            let scores = try #require(outcome.score, "\(name) \(theirs)")
            #expect(gap(try method.rank(matrix, weights).scores, scores) < 1e-9, "\(name) \(theirs)")
        }
    }

    @Test("pymcdm's normalisations of a first column, as benefit and as cost", arguments: MethodVector.names)
    func normalisations(name: String) throws {
        let vector = try MethodVector.load(name)
        let column = vector.matrix.map { [$0[0]] }
        for normalisation in Normalisation.allCases {
            let theirs = try #require(vector.normalisations["\(normalisation.rawValue)_normalization"])
            let benefit = try normalisation.values(of: DecisionMatrix(rows: column, directions: [.benefit]))
            let cost = try normalisation.values(of: DecisionMatrix(rows: column, directions: [.cost]))
            #expect(gap(benefit, theirs.benefit) < 1e-12, "\(name) \(normalisation)")
            #expect(gap(cost, theirs.cost) < 1e-12, "\(name) \(normalisation)")
        }
    }
}
