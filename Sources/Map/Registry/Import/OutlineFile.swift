import Foundation
import Geo
import Kernel

/// A shape of the file with what it says of the estate that it is the outline of.
struct OutlineRow {
    /// Its number in the file, from one.
    let number: Int
    let cells: [String]
    /// In the file's datum.
    let shape: Result<MultiPolygon, Refusal>
    var estateNumber = ""
    var officialCode = ""
    var name = ""
    var words = PlaceFinder.Words()

    var isNamed: Bool { !called.isEmpty }

    /// Number, code and name, as far as it has them.
    var called: String { [estateNumber, officialCode, name].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// An opened GeoJSON file of outlines.
struct OutlineFile {
    /// A shapefile becomes GeoJSON before it comes here.
    static let limits = GeoJSON.Limits(bytes: 32 << 20, points: 1_000_000, rings: 100_000, features: 10_000)
    private static let columnLimit = 100

    /// The properties' names, in the order in which they come.
    let titles: [String]
    let rows: [OutlineRow]

    /// - Throws: a refusal when the file is no GeoJSON collection, or larger than the limits.
    init(path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        // One byte more than allowed is enough to be refused.
        let bytes = [UInt8](try file.read(upToCount: Self.limits.bytes + 1) ?? Data())
        var features: [(properties: JSON, shape: Result<MultiPolygon, Refusal>)] = []
        try GeoJSON.eachFeature(from: bytes, limits: Self.limits) { _, properties, geometry in
            let shape = geometry.flatMap { $0?.area.map { .success($0) } ?? .failure(OutlineRules.noArea) }
            features.append((properties, shape))
        }
        var titles: [String] = []
        var known: Set<String> = []
        for feature in features {
            for member in feature.properties.members where titles.count < Self.columnLimit {
                if known.insert(member.key).inserted { titles.append(member.key) }
            }
        }
        self.titles = titles
        let meanings = OutlineRow.fields
        let fields = titles.map { meanings[NameKey.fold($0)] }
        rows = features.enumerated().map { index, feature in
            OutlineRow(index + 1, titles, fields, feature.properties, feature.shape)
        }
    }
}

extension OutlineRow {
    fileprivate init(
        _ number: Int, _ titles: [String], _ fields: [WritableKeyPath<OutlineRow, String>?], _ properties: JSON,
        _ shape: Result<MultiPolygon, Refusal>
    ) {
        self.number = number
        self.shape = shape
        let values = Dictionary(
            properties.members.map { ($0.key, Self.text($0.value)) }, uniquingKeysWith: { first, _ in first })
        cells = titles.map { values[$0] ?? "" }
        for (field, text) in zip(fields, cells) {
            if let field, self[keyPath: field].isEmpty { self[keyPath: field] = text }
        }
    }

    private static func text(_ value: JSON) -> String {
        let text = value.string ?? value.integer.map { String($0) } ?? (value == .null ? "" : value.text)
        return String(text.prefix(500)).trimmingCharacters(in: .whitespaces)
    }

    /// What properties are called, folded: whole, and as shapefiles cut names, after ten bytes of UTF-8.
    fileprivate static var fields: [String: WritableKeyPath<OutlineRow, String>] {
        let spellings: [(WritableKeyPath<OutlineRow, String>, [String])] = [
            (\.estateNumber, ["number", "estateNumber", "小区编号", "编号"]),
            (\.officialCode, ["officialCode", "官方代码", "官方编码", "小区代码"]),
            (\.name, ["name", "estateName", "小区名称", "小区名", "名称", "小区"]),
            (\.words.district, ["district", "区县", "所属区县", "行政区"]),
            (\.words.subdistrict, ["subdistrict", "街道", "街道名称", "所属街道"]),
            (\.words.neighbourhood, ["neighbourhood", "社区", "社区名称", "所属社区"]),
        ]
        return Dictionary(
            spellings.flatMap { field, names in
                (names + names.map(cut)).map { (NameKey.fold($0), field) }
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func cut(_ name: String) -> String {
        var cut = name
        while cut.utf8.count > 10 { cut.removeLast() }
        return cut
    }
}
