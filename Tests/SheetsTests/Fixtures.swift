import Foundation
import Kernel
import Sheets
import Testing

/// A path for one test's file, always called a workbook whatever it holds; the file is gone afterwards.
func withPath<Value>(_ body: (String) throws -> Value) rethrows -> Value {
    let path = FileManager.default.temporaryDirectory.appending(path: "yiju-test-\(UUID().uuidString).xlsx").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// A file of these bytes, for one test.
func withFile<Value>(_ bytes: some Sequence<UInt8>, _ body: (String) throws -> Value) throws -> Value {
    try withPath { path in
        try Data(bytes).write(to: URL(filePath: path))
        return try body(path)
    }
}

/// All rows of a file, as its owner called "表.xlsx".
func rows(_ path: String, sheet: String? = nil, limits: SheetLimits = SheetLimits()) throws -> [SheetRow] {
    let reader = try SheetFile.open(path: path, name: "表.xlsx", limits: limits)
    if let sheet { try reader.choose(sheet: sheet) }
    var rows: [SheetRow] = []
    while let row = try reader.nextRow() { rows.append(row) }
    return rows
}

func rows(of bytes: some Sequence<UInt8>, sheet: String? = nil, limits: SheetLimits = SheetLimits()) throws
    -> [SheetRow]
{
    try withFile(bytes) { try rows($0, sheet: sheet, limits: limits) }
}

/// The texts of all rows of a text table.
func texts(_ csv: String) throws -> [[String]] { try rows(of: csv.utf8).map { $0.cells.map(\.text) } }

/// The refusal that reading these bytes ends with.
func refusal(of bytes: some Sequence<UInt8>, sheet: String? = nil, limits: SheetLimits = SheetLimits()) throws
    -> Refusal
{
    try #require(throws: Refusal.self) { try rows(of: bytes, sheet: sheet, limits: limits) }
}

/// Limits with one of them changed.
func limits(_ change: (inout SheetLimits) -> Void) -> SheetLimits {
    var limits = SheetLimits()
    change(&limits)
    return limits
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text such as people write, and such as they do not.
    mutating func text() -> String {
        let pieces = [
            "公交小区", "浦沅小区11-14栋", "约320户", "\"", ",", ";", "\t", "\n", "\r", "\r\n", "'", "=1+1", "-5", " ", "<b>",
            "&amp;",
            "_x000D_", "_x005F_", "_", "\u{1}", "\u{1F}", "\u{FEFF}", "é", "e\u{301}", "𠮷", "😀", "㎡", "0012", "@",
            "abc",
        ]
        return (0..<Int.random(in: 0...5, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}
