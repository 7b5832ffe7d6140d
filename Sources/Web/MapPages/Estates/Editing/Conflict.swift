import Components
import Html
import Kernel

/// Two officers edited the same thing: what each made of it, against what both had seen.
struct Conflict: Sendable {
    /// Both changed the field, differently: the second chooses.
    struct Clash: Sendable {
        let name: String
        let base: String
        let theirs: String
        let mine: String
    }

    struct Change: Sendable {
        let name: String
        let from: String
        let to: String
    }

    let clashes: [Clash]
    /// What only I changed; saved along with the choice.
    let carried: [Change]
    /// What only the other changed; stays.
    let kept: [Change]

    /// The first sight of a conflict: the thing has a later version than the draft saw.
    init(_ draft: Draft, _ fields: EditFields) {
        let mine = draft.changes(in: fields)
        let theirs = fields.names.filter { name in
            draft.was[name].map { fields.meaning(name, $0) != fields.meaning(name, fields.stored(name)) } ?? false
        }
        let both = Set(mine).intersection(theirs)
        clashes = mine.filter { name in
            both.contains(name) && fields.meaning(name, draft.text(name)) != fields.meaning(name, fields.stored(name))
        }.map { Clash(name: $0, base: draft.was[$0] ?? "", theirs: fields.stored($0), mine: draft.text($0)) }
        carried = mine.filter { !both.contains($0) }.map {
            Change(name: $0, from: fields.stored($0), to: draft.text($0))
        }
        kept = theirs.filter { !both.contains($0) }.map {
            Change(name: $0, from: draft.was[$0] ?? "", to: fields.stored($0))
        }
    }

    /// The same page again, since not everything was chosen.
    init(unanswered draft: Draft, _ fields: EditFields) {
        let asked = Set(draft.asked.map(\.name))
        clashes = draft.asked.map {
            Clash(name: $0.name, base: $0.base, theirs: fields.stored($0.name), mine: draft.text($0.name))
        }
        carried = draft.changes(in: fields).filter { !asked.contains($0) }.map {
            Change(name: $0, from: fields.stored($0), to: draft.text($0))
        }
        kept = []
    }

    /// Nothing of mine is left to save.
    var isEmpty: Bool { clashes.isEmpty && carried.isEmpty }

    func view(
        _ t: Language, _ fields: EditFields, action: Link, back: Link, csrf: String, draft: Draft, who: String,
        when: Html, errors: [Refusal]
    ) -> Html {
        let choices = clashes.map { clash in
            ConflictField(
                name: clash.name, label: fields.label(clash.name)(t),
                base: fields.shown(clash.name, clash.base, t) ?? unknown(t),
                theirs: fields.shown(clash.name, clash.theirs, t) ?? unknown(t),
                mine: fields.shown(clash.name, clash.mine, t) ?? unknown(t))
        }
        let buttons = formActions([
            submitButton(t("按所选保存", "Save what I chose")), linkButton(t("放弃我的更改", "Drop my changes"), back, .plain),
        ])
        let body = Html.joined([
            errorSummary(t, errors), conflictView(t, who: who, when: when, choices),
            list(t, t("只有您更改的，将一并保存", "Changed by you alone, saved along"), carried, fields),
            list(t, t("只有对方更改的，予以保留", "Changed by the other alone, kept"), kept, fields), buttons,
        ])
        return form(action: action, csrf: csrf, guardsChanges: true, hidden: hidden(fields, draft), body)
    }

    /// The base of the next attempt is what is stored now; what I typed travels along.
    private func hidden(_ fields: EditFields, _ draft: Draft) -> [(String, String)] {
        var hidden = [
            ("version", String(fields.version)), ("evidence", draft.evidence), ("day", draft.day),
        ]
        for clash in clashes {
            hidden += [
                (clash.name, clash.mine), ("was." + clash.name, clash.theirs), ("base." + clash.name, clash.base),
            ]
        }
        for change in carried { hidden += [(change.name, change.to), ("was." + change.name, change.from)] }
        return hidden
    }

    private func list(_ t: Language, _ title: String, _ changes: [Change], _ fields: EditFields) -> Html {
        guard !changes.isEmpty else { return "" }
        let lines = changes.map { change in
            ChangeLine(
                fields.label(change.name)(t), from: fields.shown(change.name, change.from, t),
                to: fields.shown(change.name, change.to, t))
        }
        return card(title, changeTable(t, caption: title, lines))
    }
}
