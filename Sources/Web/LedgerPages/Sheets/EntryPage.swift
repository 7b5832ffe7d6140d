import Common
import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// One entry: what it moved, on whose word and on what evidence, and what it has to do with others.
struct EntryPage {
    let entry: EntrySheet
    let names: SheetNames
    let who: Phrase
    let photos: [String: ID<Photo>]
    /// What is given out of the evidence, by digest, as its bringer called it.
    let files: [String: String]
    /// Numbers of the entries that it refers to and corrects.
    let refers: Int64?
    let corrects: Int64?
    /// Lines of the bank's statements that show its cash.
    let bankLines: [KeptBankLine]

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let entry = try ledger.entry(try visit.entryNumber, for: actor, in: tx)
        self.entry = entry
        names = try SheetNames(projects: entry.postings.map(\.slice.project), visit, in: tx)
        let people = try PersonNames(
            of: Set([entry.person].compactMap(\.self)), reader: actor, vault: visit.hall.vault, tx: tx)
        let place = names.projects.values.map(\.place).min() ?? visit.hall.city.code
        who = entry.person.map { ActorWords.person(people.name($0, at: place)) } ?? SheetWords.actor(entry.actorKind)
        photos = try visit.hall.register.photos(withDigests: entry.digests, for: actor, in: tx)
        let open = try ledger.openEvidence(of: entry, for: actor, in: tx)
        let known = try StoredFile.names(of: open.compactMap { ContentDigest($0) }, tx)
        files = Dictionary(known.map { ($0.key.hex, $0.value) }, uniquingKeysWith: { first, _ in first })
        refers = try entry.refers.flatMap { try ledger.entryNumber(of: $0, in: tx) }
        corrects = try entry.corrects.flatMap { try ledger.entryNumber(of: $0, in: tx) }
        bankLines = try ledger.bankLines(of: entry.number, for: actor, in: tx)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try EntryPage(visit, in: tx)
        let t = visit.language
        return visit.page(page.title(t), assets: SheetRoutes.assets, source: visit.ledgerSource(), page.view(t))
    }

    func title(_ t: Language) -> String { t("第 \(entry.number) 号分录", "Entry \(entry.number)") }

    /// Sends a file that the entry names, as it was brought, where naming it opens it.
    static func file(_ visit: Visit) async throws -> Frame.Answer {
        let (hall, actor, number) = (visit.hall, visit.actor, try visit.entryNumber)
        guard let digest = visit.parameters["digest"].flatMap({ ContentDigest($0) }) else { throw Visit.notFound }
        let name = try await hall.database.read { tx in
            let entry = try hall.ledger.entry(number, for: actor, in: tx)
            guard try hall.ledger.openEvidence(of: entry, for: actor, in: tx).contains(digest.hex) else {
                throw Visit.notFound
            }
            return try StoredFile.names(of: [digest], tx)[digest]
        }
        guard let name else { throw Visit.notFound }
        // Whatever a browser might make of it: it is kept, never shown.
        return .download(.bytes(try await hall.files.bytes(of: digest)), name: name, type: "application/octet-stream")
    }
}

extension Visit {
    /// The entry's number in the address.
    var entryNumber: Int64 {
        get throws {
            guard let number = parameters["entry"].flatMap({ Int64($0) }) else { throw Self.notFound }
            return number
        }
    }
}

extension EntrySheet {
    /// Numbers of the entries that correct it.
    var corrections: [Int64] { sequels.filter { $0.kind == .corrects }.map(\.number) }

    /// A reversal moves none: what it takes back never moved.
    var movesCash: Bool {
        kind != "reverse" && postings.contains { $0.stage == .received && $0.measure == .fen && $0.amount != 0 }
    }

    /// What was moved, in the order of the postings: of two legs that repeat an amount the first one counts, legs that
    /// share one are added up.
    var moves: [MoveDraft] {
        var moves: [MoveDraft] = []
        for posting in postings where posting.carriesAmount {
            let amount = posting.held != 0 ? posting.held : posting.move == .unplan ? -posting.amount : posting.amount
            if let last = moves.last, last.move == posting.move, last.slice == posting.slice {
                moves[moves.count - 1].amount += amount
            } else {
                moves.append(MoveDraft(posting.move, amount, posting.slice, measure: posting.measure))
            }
        }
        return moves
    }
}

extension EntrySheet.Posting {
    /// Odd lines leave a stage, even ones come to one. What is reserved is held where it would leave.
    fileprivate var carriesAmount: Bool {
        let leaves = !line.isMultiple(of: 2)
        if held != 0 || move == .unplan { return leaves }
        if leaves { return false }
        switch move {
        case .pay, .payWages, .advance, .recover: return stage != .discharged && stage != .advanced
        case .repay: return stage != .certified
        default: return true
        }
    }
}
