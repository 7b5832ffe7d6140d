import Kernel
import Registry
import Store

/// What a run says of one estate: a row of its result.
struct Standing: Hashable, Sendable {
    let estate: ID<Estate>
    /// In the snapshot, from 0.
    let position: Int
    let number: String
    let name: String
    let place: PlaceCode
    let stage: String
    let location: Coordinate?
    let households: Int?
    let flag: Checklist.Kind?
    let appraisal: Appraisal
    var need = ScoreRange(low: 0, high: 0)
    var readiness = ScoreRange(low: 0, high: 0)
    var functionShare = 0.0
    var firstShare: Double?
    var rank: RankedPlace?

    /// Where it stands among the ranked.
    struct RankedPlace: Hashable, Sendable {
        let rank: Int
        let best: Int
        let worst: Int
        let band: String?
        let bestBand: String?
        let worstBand: String?
    }

    init(_ frozen: FrozenEstate, _ appraisal: Appraisal, position: Int, households: Int?) {
        (estate, number, name, place, stage) = (frozen.id, frozen.number, frozen.name, frozen.place, frozen.stage)
        (location, flag) = (frozen.location, frozen.flags.first)
        self.position = position
        self.households = households
        self.appraisal = appraisal
    }

    // MARK: as a row

    static let columns: [StaticString] = [
        "run", "estate", "position", "number", "name", "search_key", "place", "stage", "longitude", "latitude",
        "households", "rank", "best_rank", "worst_rank", "band", "best_band", "worst_band", "need", "need_low",
        "need_high", "readiness_low", "readiness_high", "gate", "first_share", "function_share", "known", "flag",
        "aspects",
    ]

    /// `columns` as a piece of a statement.
    static let list = SQL.joined(columns.map { SQL(stringLiteral: $0) }, by: ", ")

    /// In the order of `columns`.
    func row(_ run: ID<EvaluationRun>) -> [SQLValue] {
        [
            run.sqlValue, estate.sqlValue, position.sqlValue, .text(number), .text(name),
            .text(NameKey.search([name, number])), place.sqlValue, .text(stage), (location?.longitude).sqlValue,
            (location?.latitude).sqlValue, households.sqlValue, (rank?.rank).sqlValue, (rank?.best).sqlValue,
            (rank?.worst).sqlValue, (rank?.band).sqlValue, (rank?.bestBand).sqlValue, (rank?.worstBand).sqlValue,
            .real(need.middle), .real(need.low), .real(need.high), .real(readiness.low), .real(readiness.high),
            .text(appraisal.gate.rawValue), firstShare.sqlValue, .real(functionShare), appraisal.known.sqlValue,
            (flag?.rawValue).sqlValue,
            .bytes(Doubles.bytes(zip(appraisal.low, appraisal.high).flatMap { [$0, $1] })),
        ]
    }

    /// Appends all that is stored of it but the run, for the digest of the results.
    func append(to bytes: inout [UInt8]) {
        for value in row(ID(high: 0, low: 0)).dropFirst() {
            switch value {
            case .null: bytes.append(0)
            case .integer(let number): Self.append(1, Doubles.bytes(of: UInt64(bitPattern: number)), to: &bytes)
            case .real(let number): Self.append(2, Doubles.bytes(of: number.bitPattern), to: &bytes)
            case .text(let text): Self.append(3, Array(text.utf8), to: &bytes)
            case .bytes(let held): Self.append(4, held, to: &bytes)
            }
        }
    }

    private static func append(_ tag: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(tag)
        bytes += Doubles.bytes(of: UInt64(content.count))
        bytes += content
    }

    /// As readers get it.
    func line(of run: ID<EvaluationRun>) -> RankingLine {
        RankingLine(
            run: run, estate: estate, number: number, name: name, place: place, stage: stage, location: location,
            households: households, rank: rank?.rank, bestRank: rank?.best, worstRank: rank?.worst, band: rank?.band,
            bestBand: rank?.bestBand, worstBand: rank?.worstBand, need: need, readiness: readiness,
            gate: appraisal.gate, firstShare: firstShare, functionShare: functionShare, known: appraisal.known,
            flag: flag, aspects: zip(appraisal.low, appraisal.high).map { ScoreRange(low: $0, high: $1) })
    }
}

/// Numbers as bytes, exactly: eight each, the lowest first.
enum Doubles {
    static func bytes(_ numbers: [Double]) -> [UInt8] {
        numbers.flatMap { bytes(of: $0.bitPattern) }
    }

    static func bytes(of word: UInt64) -> [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }

    static func numbers(_ bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { start in
            var word: UInt64 = 0
            for place in 0..<8 { word |= UInt64(bytes[start + place]) << UInt64(8 * place) }
            return Double(bitPattern: word)
        }
    }
}
