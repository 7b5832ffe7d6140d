public import Foundation
public import Kernel
import Sheets

extension StatForm {
    private var columns: [(Phrase, SheetColumn.Format)] {
        [
            (Phrase(zh: "表", en: "Table"), .text), (Phrase(zh: "代码", en: "Code"), .text),
            (Phrase(zh: "指标", en: "Item"), .text), (Phrase(zh: "单位", en: "Unit"), .text),
            (Phrase(zh: "数值", en: "Value"), .number(decimals: 6)), (Phrase(zh: "取数方式", en: "How it comes"), .text),
            (Phrase(zh: "来源名称", en: "Named sources"), .text),
        ]
    }

    private func cells(_ line: Line, in language: Language) -> [OutputCell] {
        let value: OutputCell =
            switch line.value {
            case .count(let count): .integer(Int(count))
            case .money(let fen): .number(Double(fen) / 1_000_000)
            case .open: .empty
            }
        let named = line.named.map { $0(language) }.joined(separator: "、")
        return [
            .text(line.row.table), .text(line.row.code), .text(line.row.name(language)), .text(line.row.unit), value,
            .text(line.manner(language)), .text(named),
        ]
    }

    /// Writes the form as a workbook with a second sheet of what to check before filing.
    /// - Throws: a refusal where the file cannot be written.
    public func writeWorkbook(to path: String, in language: Language) throws {
        let writer = try WorkbookWriter(path: path)
        try writer.beginSheet(
            language("城市更新统计 \(year)", "Statistics \(year)"),
            columns: columns.map { SheetColumn($0.0(language), $0.1) })
        for line in lines { try writer.append(cells(line, in: language)) }
        try writer.beginSheet(
            language("上报前核对", "Check before filing"),
            columns: [
                SheetColumn(language("事项", "Fact"), .general)
            ])
        for check in codes.checks { try writer.append([.text(check(language))]) }
        try writer.append([.text("\(codes.source) · \(codes.date) · v\(codes.version)")])
        try writer.finish()
    }

    /// The form as CSV, amounts in 万元 with six decimals.
    public func csv(in language: Language) throws -> Data {
        var data = Data()
        var writer = CSVWriter { data.append(contentsOf: $0) }
        try writer.append(columns.map { .text($0.0(language)) })
        for line in lines {
            var cells = cells(line, in: language)
            if case .money(let fen) = line.value { cells[4] = .text(Self.tenThousandYuan(fen)) }
            try writer.append(cells)
        }
        try writer.finish()
        return data
    }

    public var json: JSON {
        .object([
            "year": .integer(Int64(year)), "version": .integer(Int64(codes.version)), "source": .string(codes.source),
            "date": .string(codes.date), "check": .array(codes.checks.map { .string($0.both) }),
            "rows": .array(
                lines.map { line in
                    let value: JSON =
                        switch line.value {
                        case .count(let count): .integer(count)
                        case .money(let fen): .string(Self.tenThousandYuan(fen))
                        case .open: .null
                        }
                    return .object([
                        "table": .string(line.row.table), "code": .string(line.row.code),
                        "zh": .string(line.row.name.zh), "en": .string(line.row.name.en),
                        "unit": .string(line.row.unit), "value": value, "manner": .string(line.manner.en),
                        "named": .array(line.named.map { .string($0.zh) }),
                    ])
                }),
        ])
    }
}

extension StatForm.Line {
    /// How the value comes about.
    public var manner: Phrase {
        if !row.addends.isEmpty {
            let sum = row.addends.joined(separator: "+")
            return Phrase(zh: "合计 \(sum)", en: "sum of \(sum)")
        }
        return switch value {
        case .open: Phrase(zh: "请填写", en: "to be filled in")
        case .count: Phrase(zh: "登记库", en: "register")
        case .money: Phrase(zh: "台账", en: "ledger")
        }
    }
}
