public import Identity
public import Kernel
import Store

extension Ledger {
    /// Closes everything up to and with a day: no entry counts there any more. There is no way back; what was wrong is
    /// corrected in the open period.
    /// - Throws: `Refusal` `period.day` for a day that is not over or closed already.
    public func closePeriod(until day: Day, in deed: Deed) throws {
        let city: PlaceCode = try deed.tx.value("SELECT code FROM city LIMIT 1") ?? .country
        try deed.actor.require(.closeLedger, at: city)
        let last: Day?? = try deed.tx.value("SELECT max(until) FROM period")
        let closed = last ?? nil
        guard day < deed.today, closed.map({ $0 < day }) ?? true else {
            throw Refusal(
                "period.day",
                zh: "只能关闭到 \(deed.today.adding(days: -1)) 为止，且须在已关闭的 \(closed?.description ?? "（无）") 之后。",
                en: """
                    A period can be closed up to \(deed.today.adding(days: -1)), and after what is closed already: \
                    \(closed?.description ?? "nothing").
                    """, field: "day")
        }
        let state = try changeTerms(deed.tx)
        try deed.tx.run(
            "INSERT INTO period (until, since, closed_at) VALUES (\(day), \(state.last), \(deed.now))")
        try deed.record(
            "ledger.close", on: Subject("period", day), at: city,
            after: JSON.object(["since": .integer(state.last)]).text)
    }

    /// Tells every book that sources, contracts or periods changed.
    /// - Returns: the state, whose `last` is the last entry posted under what held before.
    func changeTerms(_ tx: Tx) throws -> JournalState {
        var state = try JournalState.read(tx)
        state.terms += 1
        try state.write(tx)
        return state
    }
}
