import Kernel

/// Where reading has come to, for the sentences of refusals.
struct SheetPlace {
    /// The file as its owner calls it.
    let file: String
    var sheet: String?
    var row: Int?
    var column: Int?

    init(file: String, sheet: String? = nil) {
        self.file = file
        self.sheet = sheet
    }

    func at(row: Int?, column: Int? = nil) -> SheetPlace {
        var place = self
        place.row = row
        place.column = column
        return place
    }

    /// A refusal whose sentences begin with this place: "File “a.xlsx”, sheet “Sheet1”, row 12, column B: …".
    func refusal(_ kind: Refusal.Kind, _ code: String, zh: String, en: String) -> Refusal {
        Refusal(kind, code, zh: "\(chinese)：\(zh)", en: "\(english): \(en)", field: field)
    }

    /// The same for input that is wrong.
    func refusal(_ code: String, zh: String, en: String) -> Refusal { refusal(.invalid, code, zh: zh, en: en) }

    /// A refusal because of one of `SheetLimits`.
    func exceeded(_ code: String, zh: String, en: String) -> Refusal { refusal(.tooLarge, code, zh: zh, en: en) }

    private var field: String? {
        guard let row else { return nil }
        return column.map { CellPosition(row: row, column: $0).description } ?? String(row)
    }

    private var chinese: String {
        var text = "文件“\(file)”"
        if let sheet { text += "的工作表“\(sheet)”" }
        if let row { text += "第 \(row) 行" }
        if let column { text += " \(CellPosition.letters(ofColumn: column)) 列" }
        return text
    }

    private var english: String {
        var text = "File “\(file)”"
        if let sheet { text += ", sheet “\(sheet)”" }
        if let row { text += ", row \(row)" }
        if let column { text += ", column \(CellPosition.letters(ofColumn: column))" }
        return text
    }
}

/// "128 MB", "512 KB", "100 B".
func sizeText(_ bytes: Int) -> String {
    if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MB" }
    if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KB" }
    return "\(bytes) B"
}

/// A number as a cell shows it without a format: whole numbers without a point, others in their shortest form.
func numberText(_ number: Double) -> String {
    // Beyond 2⁵³ whole numbers are no longer exact, but a long code read as a number should still show its digits.
    if number.rounded(.towardZero) == number, abs(number) < 1e18 { return String(Int64(number)) }
    return String(number)
}
