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
    private var known: [Life: String] = [:]

    init(_ stages: [Stage], until year: Int) {
        tones = Dictionary(stages.map { ($0.code, $0.tone) }, uniquingKeysWith: { first, _ in first })
        years = Self.firstYear...max(Self.firstYear, year)
    }

    func tone(_ stage: String) -> Stage.Tone { tones[stage] ?? .awaiting }

    /// "aappwwcc": awaiting, programmed, works, completed; f for aftercare, l for left out. The last letter is now.
    mutating func letters(_ life: Life) -> String {
        if let known = known[life] { return known }
        let letters = String(years.map { tone(life, in: $0).letter })
        known[life] = letters
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
