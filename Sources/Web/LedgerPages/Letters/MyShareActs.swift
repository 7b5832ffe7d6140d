import Frame
import Html
import Identity
import Kernel
import Ledger
import Store

/// What is done with the code of a letter. The code comes in a form's body alone; neither addresses nor logs have it.
enum MyShareActs {
    static func open(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, code) = (visit.hall.ledger, form.text("code"))
        return try await byCode(visit, { try ledger.openLetter(code, in: $0) }) { letter in
            try await visit.hall.database.read { tx in
                try MyShareSheet(letter, code: code, visit, in: tx).answer(visit)
            }
        }
    }

    static func keep(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, code) = (visit.hall.ledger, form.text("code"))
        return try await byCode(visit, { try ledger.keepHousehold(by: code, in: $0) }) { letter in
            .see(MyShareSheet.link(letter))
        }
    }

    static func forget(_ visit: Visit, _: FormData) async throws -> Frame.Answer {
        let (number, party) = (visit.parameters["number"] ?? "", visit.parameters["party"] ?? "")
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.forgetHousehold(party, of: number, in: deed)
        }
        return .see("/my-share")
    }

    /// One answer to every wrong code: unknown, replaced and revoked ones are not told apart.
    private static func byCode(
        _ visit: Visit, _ body: @escaping @Sendable (Deed) throws -> HouseholdLetter?,
        then answer: (HouseholdLetter) async throws -> Frame.Answer
    ) async throws -> Frame.Answer {
        let hall = visit.hall
        do {
            let letter = try await hall.database.actByCode(
                from: visit.client, vault: hall.vault, as: visit.actor, clock: hall.clock, body)
            guard let letter else {
                throw Refusal(
                    "letter.wrong", zh: "验证码不对或已作废；请对照信上的字母和数字再输一次，或请工作人员重写一封。",
                    en: "The code is wrong or no longer good; compare it with your letter, or ask for a new one.",
                    field: "code")
            }
            return try await answer(letter)
        } catch let refusal as Refusal where [.invalid, .conflict, .tooMany].contains(refusal.kind) {
            return try await hall.database.read { try MySharePage(visit, [refusal], in: $0).answer(visit) }
        }
    }
}
