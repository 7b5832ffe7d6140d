import Components
import Frame
import Html
import Kernel
import Ledger

/// Letters by which households see their own share, and what they see.
enum LetterRoutes {
    static let assets: [Asset] = [.style("ledger-sheets.css"), .style("letters.css")]

    static let all: [Route] = [
        .page("/ledger/letters/{number}", .right(.postEntries)) { visit, tx in
            try LettersPage(visit, in: tx).answer(visit)
        },
        .act("/ledger/letters/{number}", .right(.postEntries), LetterActs.writeAll),
        .page("/ledger/letters/{number}/{party}", .right(.postEntries)) { visit, tx in
            try LetterPage(visit, in: tx).answer(visit)
        },
        .act("/ledger/letters/{number}/{party}", .right(.postEntries), LetterActs.writeOne),
        .act("/ledger/letters/{number}/{party}/revoke", .right(.postEntries), LetterActs.revoke),
        .page("/my-share", .anyone) { visit, tx in try MySharePage(visit, in: tx).answer(visit) },
        .act("/my-share", .anyone, MyShareActs.open),
        .act("/my-share/keep", .signedIn, MyShareActs.keep),
        .page("/my-share/{number}/{party}", .signedIn, MyShareSheet.kept),
        .act("/my-share/{number}/{party}/forget", .signedIn, MyShareActs.forget),
    ]
}

/// How letters stand.
enum LetterWords {
    static func name(_ state: HouseholdLetter.State) -> Phrase {
        switch state {
        case .made: Phrase(zh: "已写信", en: "written")
        case .seen: Phrase(zh: "已查看", en: "seen")
        case .revoked: Phrase(zh: "已作废", en: "revoked")
        }
    }

    /// - Parameter letter: nil for none.
    static func pill(_ letter: HouseholdLetter?, _ t: Language) -> Html {
        guard let state = letter?.state else { return Components.pill(t("没有信", "no letter")) }
        let tone: Tone =
            switch state {
            case .made: .indigo
            case .seen: .jade
            case .revoked: .amber
            }
        return Components.pill(name(state)(t), tone)
    }
}
