import Decide
import Foundation
import Kernel

/// A file of `yiju decide`: what stands in it, checked. Rows and columns are counted from one where people read them.
struct DecideInput {
    let path: String
    let matrix: DecisionMatrix
    private let json: JSON

    /// Half a gigabyte holds two million alternatives of twenty criteria.
    static let mostBytes = 512 * 1024 * 1024

    init(path: String) throws {
        self.path = path
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        if let size, size > Self.mostBytes {
            throw Refusal(
                .tooLarge, "decide.file.tooLarge", zh: "文件“\(path)”超过 512 MB 的上限；请减少行或列。",
                en: "The file “\(path)” is above the limit of 512 MB; leave out rows or columns.")
        }
        json = try Self.parse(House.read(path), path)
        matrix = try Self.matrix(json, path)
    }

    private static func parse(_ bytes: [UInt8], _ path: String) throws -> JSON {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch let refusal as Refusal {
            if let place = NotANumber(in: bytes) {
                throw DecideFlaw(path).refusal(
                    "decide.notANumber", place.field, zh: "\(place.zh)是 \(place.word)，不是数；请填入数值，或去掉这一行",
                    en: "\(place.en) is \(place.word), which is no number; put a number there or leave that row out")
            }
            let message = refusal.message
            throw Refusal(refusal.code, zh: "文件“\(path)”：\(message.zh)", en: "The file “\(path)”: \(message.en)")
        }
        guard case .object = json else {
            throw DecideFlaw(path).refusal(
                "decide.noObject", nil, zh: "内容应为 JSON 对象，含 matrix、types、weights",
                en: "it should be a JSON object with matrix, types and weights")
        }
        return json
    }

    private static func matrix(_ json: JSON, _ path: String) throws -> DecisionMatrix {
        let rows = try table(json, "matrix", path)
        let types = try list(json, "types", path)
        let directions = try types.enumerated().map { column, type in
            if let whole = Int(exactly: type), let direction = Direction(rawValue: whole) { return direction }
            throw DecideFlaw(path).refusal(
                "decide.type", "types", zh: "types 第 \(column + 1) 项应为 1（越大越好）或 -1（越小越好）",
                en: "entry \(column + 1) of types should be 1 (more is better) or -1 (less is better)")
        }
        return try DecideFlaw(path).explaining { try DecisionMatrix(rows: rows, directions: directions) }
    }

    func weights() throws -> Weights {
        let raw = try Self.list(json, "weights", path)
        return try explaining {
            guard raw.count == matrix.columns else {
                throw MatrixFlaw.weightCount(weights: raw.count, columns: matrix.columns)
            }
            return try Weights(raw)
        }
    }

    /// One half where the file says nothing.
    func vikorV() throws -> Double {
        guard let value = json["vikor_v"] else { return 0.5 }
        guard let v = value.double else {
            throw DecideFlaw(path).refusal(
                "decide.number", "vikor_v", zh: "vikor_v 应为 0 到 1 的数", en: "vikor_v should be a number from 0 to 1")
        }
        return v
    }

    /// Of the lists that a preference function needs.
    func thresholds(_ preference: Preference) throws -> [Preference.Thresholds] {
        let needsQ = [.ushape, .level, .vshape2].contains(preference)
        let needsP = preference != .usual && preference != .ushape
        let q = try needsQ ? Self.list(json, "promethee_q", path) : nil
        let p = try needsP ? Self.list(json, "promethee_p", path) : nil
        for (field, list) in [("promethee_q", q), ("promethee_p", p)] {
            if let list, list.count != matrix.columns {
                throw DecideFlaw(path).count(field, list.count, matrix.columns)
            }
        }
        return (0..<matrix.columns).map { .init(q: q?[$0] ?? 0, p: p?[$0] ?? 0) }
    }

    func bounds() throws -> [SPOTIS.Bounds] {
        let pairs = try Self.table(json, "spotis_bounds", path)
        guard pairs.count == matrix.columns else {
            throw DecideFlaw(path).count("spotis_bounds", pairs.count, matrix.columns)
        }
        return try pairs.enumerated().map { column, pair in
            guard pair.count == 2 else {
                throw DecideFlaw(path).refusal(
                    "decide.bounds", "spotis_bounds", zh: "spotis_bounds 第 \(column + 1) 项应为两个数：[下限, 上限]",
                    en: "entry \(column + 1) of spotis_bounds should be two numbers: [lower, upper]")
            }
            return SPOTIS.Bounds(lower: pair[0], upper: pair[1])
        }
    }

    /// Nil when the file has none.
    func weightSamples() throws -> [[Double]]? {
        guard json["weight_samples"] != nil else { return nil }
        return try Self.table(json, "weight_samples", path)
    }

    /// Says what is wrong, with the name of the file.
    func explaining<Value>(_ body: () throws -> Value) throws -> Value {
        try DecideFlaw(path).explaining(body)
    }

    private static func list(_ json: JSON, _ field: String, _ path: String) throws -> [Double] {
        guard case .array(let elements)? = json[field] else { throw DecideFlaw(path).missing(field) }
        return try elements.enumerated().map { place, element in
            guard let number = element.double else { throw DecideFlaw(path).noNumber(field, nil, place) }
            return number
        }
    }

    private static func table(_ json: JSON, _ field: String, _ path: String) throws -> [[Double]] {
        guard case .array(let rows)? = json[field] else { throw DecideFlaw(path).missing(field) }
        return try rows.enumerated().map { row, elements in
            guard case .array(let elements) = elements else { throw DecideFlaw(path).noRow(field, row) }
            return try elements.enumerated().map { column, element in
                guard let number = element.double else { throw DecideFlaw(path).noNumber(field, row, column) }
                return number
            }
        }
    }
}

/// Where a file has NaN or an infinity, as some programs write although JSON has no such thing.
private struct NotANumber {
    let field: String
    let word: String
    /// Counted from zero; the column is missing in a plain list.
    private var row = 0
    private var column: Int?

    var zh: String { field + " 第 \(row + 1) \(column.map { "行第 \($0 + 1) 列" } ?? "项")" }
    var en: String { column.map { "row \(row + 1), column \($0 + 1) of \(field)" } ?? "entry \(row + 1) of \(field)" }

    /// Nil when there is none: the text is then no JSON for another reason.
    init?(in bytes: [UInt8]) {
        var (field, depth, places) = ("", 0, [0, 0, 0, 0])
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let start = position + 1
                position = Self.end(ofStringAt: start, bytes)
                if depth == 1, position <= bytes.count {
                    field = String(decoding: bytes[start..<position], as: UTF8.self)
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth < places.count { places[depth] = 0 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): if places.indices.contains(depth) { places[depth] += 1 }
            case UInt8(ascii: "N"), UInt8(ascii: "I"):
                self.field = field
                word = bytes[position] == UInt8(ascii: "N") ? "NaN" : "Infinity"
                guard bytes[position...].starts(with: word.utf8), (1...3).contains(depth) else { return nil }
                (row, column) = (places[2], depth == 3 ? places[3] : nil)
                return
            default: break
            }
            position += 1
        }
        return nil
    }

    /// The place of the closing quotation mark, or the end of the text.
    private static func end(ofStringAt start: Int, _ bytes: [UInt8]) -> Int {
        var position = start
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position, bytes.count)
    }
}
