import Kernel

/// The titles of a sheet's columns, from one header row or two.
enum HeaderTitles {
    /// One title a column; of two rows "改造前/户数". A group header above reaches right over blanks, as merged cells do.
    static func combined(_ rows: [[String]], last: Int, depth: Int) -> [String] {
        let width = max(rows[last].count, depth == 2 ? rows[last - 1].count : 0)
        return (0..<width).map { column in
            guard depth == 2 else { return shown(rows[last][column]) }
            return parts(rows, last: last, column: column).joined(separator: "/")
        }
    }

    /// The upper and the lower title of a column, without blanks and repetitions.
    static func parts(_ rows: [[String]], last: Int, column: Int) -> [String] {
        let lower = column < rows[last].count ? shown(rows[last][column]) : ""
        let above = rows[last - 1]
        var upper = column < above.count ? shown(above[column]) : ""
        if upper.isEmpty, !lower.isEmpty {
            var left = min(column, above.count) - 1
            while left >= 0, upper.isEmpty, left < rows[last].count, !shown(rows[last][left]).isEmpty {
                upper = shown(above[left])
                left -= 1
            }
        }
        return [upper, lower].filter { !$0.isEmpty }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    private static func shown(_ cell: String) -> String { cell.isEmpty ? "" : CellText.string(CellText.folded(cell)) }
}

/// One header title taken apart: "建筑面积(万㎡)" is 建筑面积 in 万㎡.
struct HeaderTitle {
    /// The whole title, then the title without its brackets and with the unit they hold.
    let readings: [(word: String, unit: Unit?)]
    /// What is left when a unit is taken off the end: "面积:万㎡", "floor_area_10k_m2".
    let withoutEnding: [(word: String, unit: Unit?)]

    init(_ title: String) {
        let folded = CellText.key(title)
        let (base, brackets) = Self.withoutBrackets(folded)
        let unit = brackets.lazy.compactMap(Self.unit).first
        // "【建筑面积】(m²)": brackets as an ornament around the title itself.
        let title = Self.plain(base).isEmpty ? brackets.first { Self.unit($0) == nil } ?? "" : base
        let bare = Self.plain(title)
        readings = [(Self.plain(folded), nil), (bare, unit)]
        withoutEnding = Self.unitEndings.filter { bare.hasSuffix($0.0) && bare.count > $0.0.count }
            .map { (String(bare.dropLast($0.0.count)), $0.1) }
    }

    /// The title without everything that writers vary: brackets, colons, asterisks, underscores.
    static func plain(_ title: String) -> String {
        CellText.string(CellText.folded(title).filter { !ornaments.contains($0) })
    }

    private static let ornaments = Set(" ()[]{}<>《》*:、,.。;_-/·|\"'?!#".unicodeScalars)

    private static func withoutBrackets(_ folded: String) -> (base: String, brackets: [String]) {
        var base = String.UnicodeScalarView()
        var inside = String.UnicodeScalarView()
        var brackets: [String] = []
        var depth = 0
        for scalar in folded.unicodeScalars {
            switch scalar {
            case "(", "[":
                depth += 1
            case ")", "]":
                depth = max(0, depth - 1)
                if depth == 0, !inside.isEmpty {
                    brackets.append(String(inside))
                    inside = .init()
                }
            default: depth > 0 ? inside.append(scalar) : base.append(scalar)
            }
        }
        if !inside.isEmpty { brackets.append(String(inside)) }
        return (String(base), brackets)
    }

    private static func unit(_ bracket: String) -> Unit? {
        Unit.named(bracket) ?? bracket.split { ",;、".contains($0) }.lazy.compactMap { Unit.named(String($0)) }.first
    }

    private static let unitEndings: [(String, Unit)] = Unit.spellings.map { (plain($0.key), $0.value) }
        .sorted { $0.0.count == $1.0.count ? $0.0 < $1.0 : $0.0.count > $1.0.count }
}

/// What header titles mean, from a form's questions and columns.
struct HeaderVocabulary: Sendable {
    struct Meaning: Sendable, Equatable {
        let key: String
        let unit: Unit?
        /// 2 plain, 1 weak: "名称" yields to "小区名称".
        let strength: Int
        /// Whether the header's unit can answer the question.
        let unitFits: Bool
    }

    private struct Entry: Sendable {
        let key: String
        let strength: Int
        let kind: SurveyQuestion.Kind?
        let unit: Unit?
    }

    private var entries: [String: [Entry]] = [:]

    init(form: SurveyForm) {
        for question in form.questions {
            let unit = question.unit ?? (question.kind == .share ? .percent : .one)
            let plain = [question.key, question.zh, question.en] + question.aliases
            add(plain, Entry(key: question.key, strength: 2, kind: question.kind, unit: unit))
            add(question.weakAliases, Entry(key: question.key, strength: 1, kind: question.kind, unit: unit))
        }
        for column in form.columns {
            add(
                [column.key, column.zh, column.en] + column.aliases,
                Entry(key: column.key, strength: 2, kind: nil, unit: nil))
            add(column.weakAliases, Entry(key: column.key, strength: 1, kind: nil, unit: nil))
        }
    }

    private mutating func add(_ words: [String], _ entry: Entry) {
        for word in Set(words.map(HeaderTitle.plain)) where !word.isEmpty {
            if entries[word]?.contains(where: { $0.key == entry.key }) != true {
                entries[word, default: []].append(entry)
            }
        }
    }

    /// What a column titled `parts` (upper, lower) may mean: nothing, one thing, or several. "供水" over "管材" is tried
    /// joined before "管材" alone; a unit at the end is taken for one only when the words with it mean nothing.
    func meanings(_ parts: [String]) -> [Meaning] {
        guard let last = parts.last else { return [] }
        let lower = HeaderTitle(last)
        let joined = parts.count == 2 ? HeaderTitle(parts[0] + last) : nil
        for readings in [joined?.readings ?? [], lower.readings, lower.withoutEnding, joined?.withoutEnding ?? []] {
            let found = meanings(readings)
            if !found.isEmpty { return found }
        }
        return []
    }

    private func meanings(_ readings: [(word: String, unit: Unit?)]) -> [Meaning] {
        for (word, unit) in readings {
            guard let entries = entries[word], !entries.isEmpty else { continue }
            let found = entries.map { meaning(of: $0, unit) }
            // "规模(户)": the unit tells which of several keys is meant.
            let fitting = found.filter(\.unitFits)
            return fitting.isEmpty ? found : fitting
        }
        return []
    }

    private func meaning(of entry: Entry, _ unit: Unit?) -> Meaning {
        guard let wanted = entry.unit, let kind = entry.kind, [.integer, .decimal, .share].contains(kind), let unit
        else {
            return Meaning(key: entry.key, unit: nil, strength: entry.strength, unitFits: true)
        }
        let fits = wanted.accepts(unit)
        return Meaning(key: entry.key, unit: fits ? unit : nil, strength: entry.strength, unitFits: fits)
    }
}
