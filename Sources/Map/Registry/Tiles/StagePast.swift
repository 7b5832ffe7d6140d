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
        let letters = String(years.map { letter(life, $0) })
        known[life] = letters
        return letters
    }

    private func letter(_ life: Life, _ year: Int) -> Character {
        let now = tone(life.stage)
        guard year < years.upperBound, now != .leftOut else { return now.letter }
        func began(_ since: Int?, _ tone: Stage.Tone) -> Bool { now >= tone && since.map { $0 <= year } ?? false }
        if began(life.completed, .accepted) { return Stage.Tone.accepted.letter }
        if began(life.works, .works) { return Stage.Tone.works.letter }
        if began(life.programmed, .programmed) { return Stage.Tone.programmed.letter }
        return Stage.Tone.awaiting.letter
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
