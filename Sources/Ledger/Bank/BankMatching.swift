import Kernel

/// Finds which cash of the journal a statement's lines are. Pure.
struct BankMatching {
    /// Days that a sure match may be apart: banks book later than offices, never by weeks.
    static let sureDays = 7
    /// Days within which cash of the same amount is asked about.
    static let askedDays = 45
    static let candidatesListed = 10

    enum Outcome: Equatable {
        /// The only cash of this amount, close by, that reference or counterparty tell.
        case sure(Int)
        /// Positions of cash of this amount, the likeliest first.
        case asked([Int])
        case none
    }

    private struct Likeness {
        let item: Int
        /// 2 for the reference, 1 for the counterparty.
        let grade: Int
        let days: Int

        var isStrong: Bool { grade > 0 && days <= BankMatching.sureDays }
    }

    /// One outcome a line. No cash is sure for two lines; where two lines claim the same, both are asked about.
    /// - Parameter doubted: ids of lines that are never sure.
    static func outcomes(_ lines: [BankLine], _ items: [CashItem], doubted: Set<String> = []) -> [Outcome] {
        let byAmount = Dictionary(grouping: items.indices) { items[$0].amount }
        let words = items.map(ItemWords.init)
        let likely = lines.map { line in
            let said = LineWords(line)
            return (byAmount[line.amount] ?? []).compactMap { index -> Likeness? in
                let days = abs(items[index].day.number - line.day.number)
                return days > askedDays ? nil : Likeness(item: index, grade: words[index].grade(said), days: days)
            }
            .sorted { ($1.grade, $0.days, $0.item) < ($0.grade, $1.days, $1.item) }
        }
        let claims = zip(lines, likely).map { doubted.contains($0.id) ? nil : claim($1) }
        var claimants: [Int64: [(line: Int, part: CashItem.Part)]] = [:]
        for (line, claim) in claims.enumerated() {
            if let claim { claimants[items[claim].entry, default: []].append((line, items[claim].part)) }
        }
        return lines.indices.map { line in
            if let claim = claims[line] {
                let rivals = (claimants[items[claim].entry] ?? []).filter {
                    $0.line != line && $0.part.overlaps(items[claim].part)
                }
                if rivals.isEmpty { return .sure(claim) }
            }
            return likely[line].isEmpty ? .none : .asked(likely[line].prefix(candidatesListed).map(\.item))
        }
    }

    /// The only strong one; or, of several, the only one whose reference is told.
    private static func claim(_ likely: [Likeness]) -> Int? {
        let strong = likely.filter(\.isStrong)
        if strong.count == 1 { return strong[0].item }
        let told = strong.filter { $0.grade >= 2 }
        return told.count == 1 ? told[0].item : nil
    }
}

/// Letters and digits alone, in one case: "（湘）建安公司" and "(湘)建安公司" are one name.
private func bare(_ text: String) -> String {
    text.filter { $0.isLetter || $0.isNumber }.uppercased()
}

private struct LineWords {
    let counterparty: String
    let reference: String
    let all: String

    init(_ line: BankLine) {
        (counterparty, reference) = (bare(line.counterparty), bare(line.reference))
        all = reference + " " + bare(line.memo)
    }
}

private struct ItemWords {
    private static let shortest = 4
    private let parties: [String]
    private let references: [String]

    init(_ item: CashItem) {
        parties = item.parties.map(bare).filter { !$0.isEmpty }
        // A word without a number, such as "通知", tells nothing apart.
        references = item.references.map(bare).filter { $0.count >= Self.shortest && $0.contains(where: \.isNumber) }
    }

    func grade(_ line: LineWords) -> Int {
        let isNamed = references.contains {
            line.all.contains($0) || line.reference.count >= Self.shortest && $0.contains(line.reference)
        }
        let isKnown = !line.counterparty.isEmpty && parties.contains { Self.isOne($0, line.counterparty) }
        return (isNamed ? 2 : 0) + (isKnown ? 1 : 0)
    }

    /// The same name, or one that is a part of the other where it is long enough to tell.
    private static func isOne(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        let (short, long) = left.count < right.count ? (left, right) : (right, left)
        return short.count >= shortest && long.contains(short)
    }
}
