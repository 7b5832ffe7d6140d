import Components
import Frame
import Html
import Kernel

/// The bank's side of the ledger: lines of statements, what stands on no statement, and statements that are brought.
enum BankRoutes {
    static let all: [Route] =
        [
            .page("/ledger/bank", .right(.readLedger)) { visit, tx in try BankPage(visit, in: tx).answer(visit) },
            .page("/ledger/bank/book", .right(.readLedger)) { visit, tx in
                try UnseenCashPage(visit, in: tx).answer(visit)
            },
            .page("/ledger/bank/lines/{line}/take-back", .right(.postEntries)) { visit, tx in
                try TakeBackPage(visit, in: tx).answer(visit)
            },
            .act("/ledger/bank/lines/{line}/take-back", .right(.postEntries), TakeBackPage.take),
            .page("/ledger/bank/statements", .right(.readLedger)) { visit, tx in
                try StatementsPage(visit, in: tx).answer(visit)
            },
            .upload("/ledger/bank/statements", .right(.postEntries), StatementsPage.upload),
            .look("/ledger/bank/statements/{statement}", .right(.readLedger)) { visit in
                try await StatementPage.read(visit).answer(visit)
            },
            .act("/ledger/bank/statements/{statement}/apply", .right(.postEntries), StatementActs.apply),
            .act("/ledger/bank/statements/{statement}/discard", .right(.postEntries), StatementActs.discard),
        ] + TableFile.routes("/ledger/bank", BankPage.file) + TableFile.routes("/ledger/bank/book", UnseenCashPage.file)
}

/// The two sides that bank matching compares.
enum BankTab: CaseIterable {
    case lines, book

    private var title: Phrase {
        switch self {
        case .lines: Phrase(zh: "银行流水", en: "The bank's lines")
        case .book: Phrase(zh: "账上有、流水没有", en: "In the book and not at the bank")
        }
    }

    private var link: Link {
        switch self {
        case .lines: "/ledger/bank"
        case .book: "/ledger/bank/book"
        }
    }

    static func tabs(_ current: BankTab, _ t: Language) -> Html {
        Components.tabs(t("银行核对", "Bank"), allCases.map { Tab($0.title(t), $0.link, isCurrent: $0 == current) })
    }
}
