import Decide
import Foundation
import Kernel

// The decision mathematics on matrices that the peer reads too. Usage, FOLDER having matrix, p, q, weightings as plain
// doubles, the matrix by columns of which every third is a cost:
//   Deciding rank FOLDER ROWS COLUMNS     CPU seconds of each method, and a score of each, as one line of JSON
//   Deciding smaa FOLDER ROWS COLUMNS     wall seconds of full acceptability over the weightings
let arguments = CommandLine.arguments
guard arguments.count == 5, let rows = Int(arguments[3]), let columns = Int(arguments[4]) else {
    FileHandle.standardError.write(Data("Deciding rank | smaa: see Benchmarks/Sources/Deciding/main.swift\n".utf8))
    exit(2)
}
let folder = arguments[2]
let directions = (0..<columns).map { $0 % 3 == 0 ? Direction.cost : .benefit }
let matrix = try DecisionMatrix(rows: rows, values: doubles("matrix"), directions: directions)
let weights = try Weights([Double](repeating: 1, count: columns))

switch arguments[1] {
case "rank":
    let thresholds = zip(try doubles("q"), try doubles("p")).map { Preference.Thresholds(q: $0, p: $1) }
    var methods: [(String, RankingMethod)] = [
        ("topsis", .topsis(.minmax)), ("vikor", .vikor(v: 0.5)), ("waspas", .waspas),
    ]
    methods += Preference.allCases.map { ("promethee2 \($0)", .prometheeII($0, thresholds)) }
    say(JSON.object(try methods.map { JSON.Member($0.0, try spent(on: $0.1)) }))
default:
    let numbers = try doubles("weightings")
    let weightings = stride(from: 0, to: numbers.count, by: columns).map { Array(numbers[$0..<$0 + columns]) }
    let samples = try WeightSamples(weightings)
    let table = try ValueTable(rows: rows, columns: columns, values: Normalisation.minmax.values(of: matrix))
    var counts: [UInt32] = []
    let took = try ContinuousClock().measure { counts = try SMAA(table, samples).counts }
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
    say(JSON.object(["seconds": .number(seconds), "firsts": .integer(Int64(counts[0]))]))
}

/// The least CPU time of several runs: what else the machine does can only add to it.
func spent(on method: RankingMethod) throws -> JSON {
    var (least, score) = (Double.infinity, 0.0)
    for _ in 0..<(rows > 10_000 ? 5 : 50) {
        let began = clock()
        score = try method.rank(matrix, weights).scores[rows / 2]
        least = min(least, Double(clock() - began) / Double(CLOCKS_PER_SEC))
    }
    return JSON.object(["seconds": .number(least), "score": .number(score)])
}

func doubles(_ name: String) throws -> [Double] {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    return data.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count & ~7, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: Double.self) }
    }
}

func say(_ json: JSON) {
    FileHandle.standardOutput.write(Data("\(json.text)\n".utf8))
}
