import Frame
import Kernel

/// The auditor's desk: standing questions, saved and own ones; tables that are brought to the ledger.
enum AuditRoutes {
    static let all: [Route] = desk + asking + LedgerImportActs.routes

    private static let desk: [Route] =
        [
            .page("/ledger/audit", .right(.readLedger)) { visit, tx in
                try AuditDeskPage(visit, in: tx).answer(visit)
            },
            .page("/ledger/audit/{question}", .right(.readLedger)) { visit, tx in
                try AuditListPage(visit, in: tx).answer(visit)
            },
        ] + TableFile.routes("/ledger/audit", AuditDeskPage.file)
        + TableFile.routes("/ledger/audit/{question}", AuditListPage.file)

    private static let asking: [Route] =
        [
            .page("/ledger/ask", .right(.readLedger)) { visit, tx in
                try AskPage(visit, AskQuery(visit.query), in: tx).answer(visit)
            },
            .act("/ledger/questions", .right(.readLedger), QuestionActs.save),
            .act("/ledger/questions/{saved}/remove", .right(.readLedger), QuestionActs.remove),
        ] + TableFile.routes("/ledger/ask", AskPage.file)
}
