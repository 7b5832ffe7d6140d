public import Kernel

/// Which column of a sheet means what. Can be saved as JSON and applied to the next file of the same district.
public struct HeaderMapping: Codable, Hashable, Sendable {
    public struct Column: Codable, Hashable, Sendable {
        /// Zero-based.
        public let index: Int
        /// As the sheet has it; two-row headers as "改造前/户数".
        public let title: String
        /// A question's or a register column's key.
        public let key: String
        /// The unit the header states; cells may state their own.
        public let unit: Unit?
    }

    /// A column to ask about: several keys fit it, several columns claim its key, or its unit does not fit.
    public struct Doubt: Codable, Hashable, Sendable {
        public let index: Int
        public let title: String
        public let candidates: [String]
    }

    /// A column that means nothing known.
    public struct Unmapped: Codable, Hashable, Sendable {
        public let index: Int
        public let title: String
    }

    public let subject: SurveySubject
    /// The last row of the header, zero-based; data begins after it.
    public let headerRow: Int
    /// One, or two where merged group headers stand above.
    public let headerRows: Int
    public let columns: [Column]
    public let doubts: [Doubt]
    public let unknown: [Unmapped]

    /// The column that holds this question or register column; nil when the file has none.
    public func column(_ key: String) -> Column? { columns.first { $0.key == key } }

    /// The officer's decision about one column; `key` nil leaves it out. A key moves here from the column that had it.
    public func assigning(column index: Int, to key: String?, unit: Unit? = nil) -> HeaderMapping {
        let title =
            columns.first { $0.index == index }?.title ?? doubts.first { $0.index == index }?.title ?? unknown.first {
                $0.index == index
            }?.title ?? ""
        var columns = columns.filter { $0.index != index }
        var unknown = unknown.filter { $0.index != index }
        if let key {
            unknown += columns.filter { $0.key == key }.map { Unmapped(index: $0.index, title: $0.title) }
            columns = columns.filter { $0.key != key } + [Column(index: index, title: title, key: key, unit: unit)]
        } else {
            unknown.append(Unmapped(index: index, title: title))
        }
        return HeaderMapping(
            subject: subject, headerRow: headerRow, headerRows: headerRows,
            columns: columns.sorted { $0.index < $1.index },
            doubts: doubts.filter { $0.index != index }, unknown: unknown.sorted { $0.index < $1.index })
    }

    /// This mapping on another file: its titles are looked for in `rows`, in whatever order they stand there. Refused
    /// when one is missing; columns the mapping does not know are reported as unknown.
    public func applied(to rows: [[String]]) throws(Refusal) -> HeaderMapping {
        var best: (missing: [String], mapping: HeaderMapping)?
        for row in rows.indices.prefix(HeaderReader.searchedRows) where row + 1 >= headerRows {
            let titles = HeaderTitles.combined(rows, last: row, depth: headerRows)
            let found = applied(to: titles, at: row)
            if best == nil || found.missing.count < best?.missing.count ?? 0 { best = found }
            if best?.missing.isEmpty == true { break }
        }
        guard let best, best.missing.isEmpty else {
            let missing = best?.missing ?? columns.map(\.title)
            let list = missing.prefix(8).map(CellText.quoted).joined(separator: "、")
            throw Refusal(
                .invalid, "header.mapping", zh: "此文件没有已存列对应中的这些列：\(list)；请改用自动识别，或另选列对应。",
                en:
                    "The file lacks columns of the saved mapping: \(list); let the columns be recognised, or choose another mapping."
            )
        }
        return best.mapping
    }

    private func applied(to titles: [String], at row: Int) -> (missing: [String], mapping: HeaderMapping) {
        var places: [String: Int] = [:]
        for (index, title) in titles.enumerated() where !title.isEmpty {
            places[HeaderTitle.plain(title), default: index] = places[HeaderTitle.plain(title)] ?? index
        }
        var missing: [String] = []
        var found: [Column] = []
        for column in columns {
            if let place = places[HeaderTitle.plain(column.title)] {
                found.append(Column(index: place, title: titles[place], key: column.key, unit: column.unit))
            } else {
                missing.append(column.title)
            }
        }
        let used = Set(found.map(\.index))
        let rest = titles.indices.filter { !used.contains($0) && !titles[$0].isEmpty }
        let mapping = HeaderMapping(
            subject: subject, headerRow: row, headerRows: headerRows, columns: found.sorted { $0.index < $1.index },
            doubts: [],
            unknown: rest.map { Unmapped(index: $0, title: titles[$0]) })
        return (missing, mapping)
    }
}

/// Finds the header of a sheet and says what its columns mean, with the words a survey form holds.
public struct HeaderReader: Sendable {
    /// Title lines, dates and units may stand above the header, but not more rows than these.
    static let searchedRows = 30
    private static let widestSheet = 1000

    private let form: SurveyForm
    private let vocabulary: HeaderVocabulary

    public init(form: SurveyForm) {
        self.form = form
        vocabulary = HeaderVocabulary(form: form)
    }

    /// The header among the first 30 rows, in one row or two. Refused when there is none, or none that has names.
    public func recognise(_ rows: [[String]]) throws(Refusal) -> HeaderMapping {
        var best: (score: Int, mapping: HeaderMapping)?
        for row in rows.indices.prefix(Self.searchedRows) {
            for depth in 1...2 where row + 1 >= depth {
                let titles = HeaderTitles.combined(rows, last: row, depth: depth)
                guard titles.count <= Self.widestSheet else { throw tooWide(titles.count) }
                let mapping = mapping(titles, rows: rows, last: row, depth: depth)
                let score = 4 * mapping.columns.count + mapping.doubts.count
                if score > best?.score ?? 0 { best = (score, mapping) }
            }
        }
        guard let mapping = best?.mapping, mapping.columns.count + mapping.doubts.count >= 2 else {
            throw noHeader(rows)
        }
        let hasName = mapping.column("name") != nil || mapping.doubts.contains { $0.candidates.contains("name") }
        let hasCode = mapping.column("number") != nil || mapping.column("officialCode") != nil
        guard hasName || hasCode else { throw noNames(mapping) }
        return mapping
    }

    private struct Claim {
        let index: Int
        let title: String
        let meaning: HeaderVocabulary.Meaning
    }

    private func mapping(_ titles: [String], rows: [[String]], last: Int, depth: Int) -> HeaderMapping {
        var claims: [Claim] = []
        var doubts: [HeaderMapping.Doubt] = []
        var unknown: [HeaderMapping.Unmapped] = []
        for (index, title) in titles.enumerated() where !title.isEmpty {
            let parts = depth == 2 ? HeaderTitles.parts(rows, last: last, column: index) : [title]
            switch vocabulary.meanings(parts) {
            case let found where found.isEmpty: unknown.append(.init(index: index, title: title))
            case let found where found.count == 1: claims.append(Claim(index: index, title: title, meaning: found[0]))
            case let found: doubts.append(.init(index: index, title: title, candidates: found.map(\.key)))
            }
        }
        var columns: [HeaderMapping.Column] = []
        for claim in claims {
            let rivals = claims.filter { $0.meaning.key == claim.meaning.key }
            let strongest = rivals.map(\.meaning.strength).max() ?? claim.meaning.strength
            if !claim.meaning.unitFits {
                doubts.append(.init(index: claim.index, title: claim.title, candidates: [claim.meaning.key]))
            } else if claim.meaning.strength < strongest {
                unknown.append(.init(index: claim.index, title: claim.title))
            } else if rivals.count(where: { $0.meaning.strength == strongest }) > 1 {
                doubts.append(.init(index: claim.index, title: claim.title, candidates: [claim.meaning.key]))
            } else {
                columns.append(
                    .init(index: claim.index, title: claim.title, key: claim.meaning.key, unit: claim.meaning.unit))
            }
        }
        return HeaderMapping(
            subject: form.subject, headerRow: last, headerRows: depth, columns: columns,
            doubts: doubts.sorted { $0.index < $1.index }, unknown: unknown.sorted { $0.index < $1.index })
    }

    private var nameLabel: Phrase { form.label("name") ?? Phrase(zh: "名称", en: "name") }

    private func noHeader(_ rows: [[String]]) -> Refusal {
        let first = rows.first { row in row.contains { !$0.isEmpty } } ?? []
        let read = first.filter { !$0.isEmpty }.prefix(6).map(CellText.quoted).joined(separator: "、")
        return Refusal(
            .invalid, "header.missing",
            zh: "前\(Self.searchedRows)行里没有认出表头（首行为：\(read.isEmpty ? "空" : read)）；表头应有“\(nameLabel.zh)”等列。",
            en: """
                No header was recognised in the first \(Self.searchedRows) rows (the first reads: \(read.isEmpty ? "empty" : read)); \
                it should have columns such as “\(nameLabel.en)”.
                """)
    }

    private func noNames(_ mapping: HeaderMapping) -> Refusal {
        let found = mapping.columns.map { CellText.quoted($0.title) }.joined(separator: "、")
        return Refusal(
            .invalid, "header.name", zh: "认出了这些列：\(found)；但没有“\(nameLabel.zh)”一列，无法逐行登记。请补上这一列，汇总表不能导入。",
            en:
                "These columns were recognised: \(found); but none is “\(nameLabel.en)”. Add it; tables of totals cannot be imported."
        )
    }

    private func tooWide(_ count: Int) -> Refusal {
        Refusal(
            .tooLarge, "header.wide", zh: "表格有\(count)列，最多\(Self.widestSheet)列；请删去多余的列。",
            en: "The sheet has \(count) columns; at most \(Self.widestSheet) are read. Remove what is not needed.")
    }
}
