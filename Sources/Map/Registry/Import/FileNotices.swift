import Geo
import Kernel

/// What a reader should know about a file as a whole: columns left out, a datum that does not fit, days not stated.
struct FileNotices {
    /// Enough to tell datums apart, evenly taken from the file.
    private static let pointLimit = 4000

    private var points: [LocatedPoint] = []
    private var stride = 1
    private var seen = 0
    private var located = 0
    private var outside = 0
    private var swapped = 0
    private var undated = 0

    /// - Parameter place: where the row lies by its words.
    mutating func note(_ row: ReadRow, at place: PlaceCode) {
        if row.wasSwapped { swapped += 1 }
        guard let given = row.given else { return }
        seen += 1
        guard seen % stride == 0 else { return }
        points.append(LocatedPoint(given, place: place))
        guard points.count == Self.pointLimit else { return }
        points = points.indices.filter { $0 % 2 == 1 }.map { points[$0] }
        stride *= 2
    }

    /// What brings nothing new gets no day, and needs none.
    mutating func note(_ outcome: ImportReport.Outcome, of row: ReadRow) {
        if outcome == .new || outcome == .changed, !row.facts.isEmpty, !row.statesDay { undated += 1 }
    }

    /// Counts a location that was held against the city's outlines.
    mutating func judged(_ row: ReadRow, _ result: ImportReport.Row) {
        guard row.location != nil else { return }
        let isOutside = result.reasons.contains { $0.code == EstateRules.outsideCity }
        guard isOutside || [.new, .changed, .unchanged].contains(result.outcome) else { return }
        located += 1
        if isOutside { outside += 1 }
    }

    func told(of file: ImportFile, _ options: ImportOptions, within outlines: PlaceOutlines, today: Day) -> [Refusal] {
        var notices: [Refusal] = []
        let finding = guessDatum(points: points, claimed: options.datum, within: outlines)
        if case .wrong = finding.verdict {
            notices.append(
                Refusal("import.datum", zh: finding.message.zh, en: finding.message.en, field: "datum"))
        } else if located > 5, outside * 2 > located {
            notices.append(
                Refusal(
                    "import.datum", zh: "\(located) 个坐标中有 \(outside) 个落在本市之外：坐标系或坐标列选错？",
                    en: "\(outside) of \(located) locations lie outside the city: is the datum or the column wrong?",
                    field: "datum"))
        }
        if swapped > 0 {
            notices.append(
                Refusal(
                    "import.swapped", zh: "有 \(swapped) 行经度和纬度写反，已自动换过来；请抽查。",
                    en:
                        "In \(swapped) rows longitude and latitude were swapped; they were put right. Check some of them."
                ))
        }
        if undated > 0 {
            notices.append(
                Refusal(
                    "import.day.assumed", zh: "有 \(undated) 行没有写明调查日期，新数据按今天（\(today)）记；可在导入选项中指定日期。",
                    en: """
                        \(undated) rows do not state the day of their survey; what is new in them is dated today, \(today). \
                        The day can be given for the whole file.
                        """,
                    field: "day"))
        }
        return notices + Self.columns(of: file)
    }

    /// The columns that are not imported, so that nobody looks for them in vain.
    static func columns(of file: ImportFile) -> [Refusal] {
        var notices: [Refusal] = []
        let (doubts, unknown) = (file.mapping.doubts.prefix(20), file.mapping.unknown.prefix(20))
        if !doubts.isEmpty {
            let list = doubts.map { doubt in
                let labels = doubt.candidates.map { file.form.label($0) ?? Phrase(zh: $0, en: $0) }
                return Phrase(
                    zh: "“\(doubt.title)”（\(labels.map(\.zh).joined(separator: "、"))？）",
                    en: "“\(doubt.title)” (\(labels.map(\.en).joined(separator: ", "))?)")
            }
            notices.append(
                Refusal(
                    "import.columns.doubtful",
                    zh: "拿不准的列没有导入：\(list.map(\.zh).joined(separator: "、"))；请在列对应中指明。",
                    en: """
                        Columns that are not clear are left out: \(list.map(\.en).joined(separator: ", ")); say in the mapping \
                        what they mean.
                        """))
        }
        if !unknown.isEmpty {
            let titles = unknown.map { "“\($0.title)”" }.joined(separator: "、")
            notices.append(
                Refusal(
                    "import.columns", zh: "未识别的列不会导入：\(titles)。", en: "Columns not understood are left out: \(titles).")
            )
        }
        return notices
    }
}
