public import Kernel
public import Store

extension Ledger {
    /// Asks the standing questions as of any day, within the reader's places.
    /// - Parameters:
    ///   - place: only of projects there; nil for all.
    ///   - today: days are counted up to it, or up to the moment's day where that is earlier.
    /// - Returns: one answer for each question, in their order.
    /// - Throws: `Refusal` `right.missing`.
    public func audit(
        _ questions: [AuditQuestion] = AuditQuestion.allCases, of place: PlaceCode? = nil,
        limits: AuditLimits = .init(), at moment: LedgerMoment = .now, today: Day, for reader: Actor, in tx: Tx
    ) throws -> [AuditAnswer] {
        try reader.require(.readLedger)
        let within: SQL = "\(try Self.within(reader, tx)) AND \(LedgerPart(place: place).conditions(classes))"
        let day = min(today, moment.asOf ?? today)
        let desk = try AuditDesk(limits, at: moment, day: day, within: within, tx)
        return try questions.map { question in
            let (examined, findings) = try desk.answer(question)
            return AuditAnswer(
                question: question, day: day, examined: examined,
                findings: findings.sorted {
                    ($1.amount, $0.project, $0.words.zh) < ($0.amount, $1.project, $1.words.zh)
                })
        }
    }
}
