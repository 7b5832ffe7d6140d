import Kernel

/// How an estate stood at the end of each year, one letter a year: what the map's time slider shows.
struct StagePast {
    /// The first year of the national programme's figures.
    static let firstYear = 2018

    /// What is known of an estate's life.
    struct Life: Hashable {
        let stage: String
        let programmed: Int?
        let works: Int?
        let completed: Int?
    }

    private let tones: [String: Stage.Tone]
    private let years: ClosedRange<Int>
    private var known: [Life: Look] = [:]

    /// What the map draws of a life.
    struct Look {
        /// As the style names the tone of now.
        let stage: String
        /// "aappwwcc": awaiting, programmed, works, completed; f for aftercare, l for left out. The last letter is now.
        let past: String
        /// Of each year: where its tone stands in a table of years and tones.
        fileprivate let places: [Int]
    }

    init(_ stages: [Stage], until year: Int) {
        tones = Dictionary(stages.map { ($0.code, $0.tone) }, uniquingKeysWith: { first, _ in first })
        years = Self.firstYear...max(Self.firstYear, year)
    }

    func tone(_ stage: String) -> Stage.Tone { tones[stage] ?? .awaiting }

    mutating func look(_ life: Life) -> Look {
        if let known = known[life] { return known }
        let each = years.map { tone(life, in: $0) }
        let look = Look(
            stage: tone(life.stage).look, past: String(each.map(\.letter)),
            places: each.enumerated().map { $0 * Self.kinds.count + (Self.kinds.firstIndex(of: $1) ?? 0) })
        known[life] = look
        return look
    }

    // MARK: Many lives together

    private static let kinds = Stage.Tone.allCases

    /// Numbers in a table of years and tones.
    var width: Int { years.count * Self.kinds.count }

    /// Where a life counts in such a table.
    mutating func places(_ life: Life) -> [Int] { look(life).places }

    /// The letter of the tone that most have, for each year; of as many, the earliest.
    func commonLetters(_ table: ArraySlice<Int64>) -> String {
        var letters = ""
        for year in stride(from: table.startIndex, to: table.endIndex, by: Self.kinds.count) {
            var most = year
            for place in year..<year + Self.kinds.count where table[place] > table[most] { most = place }
            letters.append(Self.kinds[most - year].letter)
        }
        return letters
    }

    /// How it stood at the end of `year`, in the last one as it stands now.
    func tone(_ life: Life, in year: Int) -> Stage.Tone {
        let now = tone(life.stage)
        guard year < years.upperBound, now != .leftOut else { return now }
        func began(_ since: Int?, _ tone: Stage.Tone) -> Bool { now >= tone && since.map { $0 <= year } ?? false }
        if began(life.completed, .accepted) { return .accepted }
        if began(life.works, .works) { return .works }
        if began(life.programmed, .programmed) { return .programmed }
        return .awaiting
    }
}

extension Stage.Tone {
    var letter: Character {
        switch self {
        case .awaiting: "a"
        case .programmed: "p"
        case .works: "w"
        case .accepted: "c"
        case .aftercare: "f"
        case .leftOut: "l"
        }
    }

    /// As the style of pages and maps names it.
    var look: String { self == .leftOut ? "left-out" : rawValue }
}
