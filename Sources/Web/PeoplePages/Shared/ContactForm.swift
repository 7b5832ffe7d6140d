import Components
import Frame
import Html
import Identity
import Kernel

/// Correcting name and phone: by the person, or by whoever manages the account.
struct ContactForm {
    private let person: Person
    private let sent: Sent

    init(_ person: Person, _ sent: Sent) {
        self.person = person
        self.sent = sent
    }

    func view(_ t: Language, at link: Link, csrf: String, back: Link) -> Html {
        let fields = [
            FormField(
                "name", t("姓名", "Name"), .text(sent.value("name", or: person.name), limit: 40),
                error: sent.error("name", t), required: true),
            FormField(
                "phone", t("电话", "Phone"), .text(sent.value("phone", or: person.phone ?? ""), .telephone, limit: 20),
                help: t("只有管理这个账号的人看得到。", "Seen only by those who manage this account."),
                error: sent.error("phone", t)),
        ]
        let buttons = [submitButton(t("保存", "Save")), linkButton(t("取消", "Cancel"), back, .plain)]
        let sheet = form(
            action: link, csrf: csrf, guardsChanges: true, Html.each(fields) { field(t, $0) } + formActions(buttons))
        return stack([sent.summary(t), card(sheet)].filter { !$0.isEmpty })
    }

    static func save(_ id: ID<PersonTag>, _ visit: Visit, _ form: FormData) async throws {
        let (name, phone, vault) = (form.text("name"), form.text("phone"), visit.hall.vault)
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try PersonActs.correct(id, name: name, phone: phone, vault: vault, deed: deed)
        }
    }
}
