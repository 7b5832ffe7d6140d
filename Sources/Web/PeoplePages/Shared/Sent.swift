import Components
import Frame
import Html
import Kernel
import Store

/// A form as it was sent and refused; `nothing` when it is shown for the first time.
struct Sent: Sendable {
    static let nothing = Sent(form: FormData(), refusals: [])

    let form: FormData
    let refusals: [Refusal]

    private init(form: FormData, refusals: [Refusal]) {
        self.form = form
        self.refusals = refusals
    }

    /// - Throws: the error itself when it is not about what was typed: the door answers those.
    init(_ form: FormData, refused error: any Error) throws {
        switch error {
        case let refusal as Refusal where Self.isAboutForm(refusal): self.init(form: form, refusals: [refusal])
        case let several as Refusals where several.all.allSatisfy(Self.isAboutForm):
            self.init(form: form, refusals: several.all)
        default: throw error
        }
    }

    private static func isAboutForm(_ refusal: Refusal) -> Bool {
        switch refusal.kind {
        case .invalid, .conflict, .tooMany, .tooLarge: true
        case .malformed, .unauthenticated, .forbidden, .notFound, .wrongMethod, .outdated, .unconditional, .unsupported,
            .unavailable:
            false
        }
    }

    /// What was typed, or what the field begins with.
    func value(_ name: String, or first: String = "") -> String { form[name] ?? first }

    func error(_ name: String, _ t: Language) -> String? {
        let messages = refusals.filter { $0.field == name }.map { $0.message(t) }
        return messages.isEmpty ? nil : messages.joined(separator: t("", " "))
    }

    func summary(_ t: Language) -> Html { errorSummary(t, refusals) }

    /// Leaves 200 alone when nothing was refused.
    func mark(_ answer: Answer) -> Answer {
        guard let first = refusals.first else { return answer }
        var answer = answer
        answer.status = first.kind.status
        answer.codes = refusals.map(\.code)
        return answer
    }
}

/// A form at an address of its own: GET shows it, POST sends it. Refused, it is shown again with what was typed.
/// - Parameter sending: the right that sending takes, when it is another than looking.
func formPage(
    _ path: String, _ access: Route.Access, sending: Route.Access? = nil,
    show: @escaping @Sendable (Visit, Tx, Sent) throws -> Answer,
    send: @escaping @Sendable (Visit, FormData) async throws -> Answer
) -> [Route] {
    [
        .page(path, access) { visit, tx in try show(visit, tx, .nothing) },
        .act(path, sending ?? access) { visit, form in
            do {
                return try await send(visit, form)
            } catch {
                let sent = try Sent(form, refused: error)
                return try await visit.hall.database.read { tx in sent.mark(try show(visit, tx, sent)) }
            }
        },
    ]
}

extension FormData {
    /// The day of a field; nil when it is empty.
    /// - Throws: a refusal at the field when it is no day.
    func day(_ name: String) throws -> Day? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        guard let day = Day(text) else {
            throw Refusal(
                "form.day", zh: "日期须写作 2026-06-30。", en: "A day is written 2026-06-30.", field: name)
        }
        return day
    }

    /// The day of a field that must be filled in.
    func requiredDay(_ name: String) throws -> Day {
        guard let day = try day(name) else {
            throw Refusal("form.day", zh: "请填写日期。", en: "Give the day.", field: name)
        }
        return day
    }

    func requiredPlace(_ name: String) throws -> PlaceCode {
        guard let place = PlaceCode(text(name)) else {
            throw Refusal("form.place", zh: "请选择地区。", en: "Choose the place.", field: name)
        }
        return place
    }
}

/// An address of this site to come back to; the city's page for anything else, and for signing in or out itself.
func returnLink(_ text: String?) -> Link {
    guard let text, let link = Link(local: text), !link.path.hasPrefix("/sign-"), link.path != "/preferences" else {
        return "/"
    }
    return link
}
