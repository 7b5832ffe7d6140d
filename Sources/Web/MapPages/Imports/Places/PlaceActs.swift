import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Confirming, renaming, merging and splitting places. Whatever moves estates is asked once more, with how many move.
enum PlaceActs {
    static let routes: [Route] = [
        .act("/places/{code}/confirm", .right(.editPlaces)) { visit, form in
            let code = try visit.place()
            return try await showing(visit, code, form, fields: ["name": "name.\(code)"]) {
                let hall = visit.hall
                try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                    try hall.register.confirmNeighbourhood(code, name: form.text("name.\(code)"), in: deed)
                }
                return .see("/places")
            }
        },
        .act("/places/{code}/merge", .right(.editPlaces)) { visit, form in
            let code = try visit.place()
            return try await showing(visit, code, form, fields: ["place": "into"]) {
                try await merge(visit, code, form)
            }
        },
        .act("/places/{code}/split", .right(.editPlaces)) { visit, form in
            let code = try visit.place()
            return try await showing(visit, code, form, fields: ["place": "heir", "name": "newName"]) {
                try await split(visit, code, form)
            }
        },
    ]

    /// Shows the place's page again, with what was typed, when `act` is refused for what was typed.
    /// - Parameter fields: what the register's fields are called in the form.
    private static func showing(
        _ visit: Visit, _ code: PlaceCode, _ form: FormData, fields: [String: String],
        _ act: () async throws -> Frame.Answer
    ) async throws -> Frame.Answer {
        do {
            return try await act()
        } catch {
            guard let refusals = error.refusals, refusals.allSatisfy({ $0.field != nil }) else { throw error }
            let named = refusals.map { refusal in
                Refusal(
                    refusal.kind, refusal.code, zh: refusal.message.zh, en: refusal.message.en,
                    field: refusal.field.map { fields[$0] ?? $0 })
            }
            return try await visit.hall.database.read { tx in
                var page = try PlacePage(visit, code, in: tx)
                page.typed = form
                page.refusals = named
                return page.answer(visit)
            }
        }
    }

    private static func merge(_ visit: Visit, _ old: PlaceCode, _ form: FormData) async throws -> Frame.Answer {
        guard let heir = PlaceCode(form.text("into")), heir.level == .subdistrict, heir != old else {
            throw Refusal("place.into", zh: "请选择并入的街道。", en: "Choose the subdistrict to merge into.", field: "into")
        }
        let day = try day(form, "day", visit)
        let hall = visit.hall
        if form["confirm"] == "1" {
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.mergeSubdistrict(old, into: heir, on: day, in: deed)
            }
            return .see("/places/\(heir)")
        }
        let t = visit.language
        return try await question(visit, old, heir, moving: nil, on: day) { place, name in
            (
                t("并入\(name)", "Merge into \(name)"), "/places/\(old)/merge",
                [("into", heir.digits), ("day", day.description)]
            )
        }
    }

    private static func split(_ visit: Visit, _ old: PlaceCode, _ form: FormData) async throws -> Frame.Answer {
        let moving = form.all("neighbourhoods").compactMap { PlaceCode($0) }
        guard !moving.isEmpty, moving.allSatisfy({ $0.level == .neighbourhood && old.contains($0) }) else {
            throw Refusal(
                "place.split", zh: "请选择要划出的社区。", en: "Choose the neighbourhoods to move.", field: "neighbourhoods")
        }
        let isNew = form.text("heir").isEmpty
        guard let heir = PlaceCode(form.text(isNew ? "newCode" : "heir")), heir.level == .subdistrict,
            heir.ancestor(.district) == old.ancestor(.district), heir != old
        else {
            throw isNew
                ? Refusal(
                    "place.code", zh: "新街道代码须为九位数字，以 \(old.digits.prefix(6)) 开头。",
                    en: "The new code has nine digits and begins with \(old.digits.prefix(6)).", field: "newCode")
                : Refusal("place.heir", zh: "请选择划入的街道。", en: "Choose the subdistrict to move to.", field: "heir")
        }
        let day = try day(form, "splitDay", visit)
        let hall = visit.hall
        let known = try await hall.database.read { tx in try hall.register.place(heir, in: tx) }
        if isNew, known != nil {
            throw Refusal("place.taken", zh: "代码 \(heir) 已有街道。", en: "The code \(heir) is taken.", field: "newCode")
        }
        let name = known?.name ?? form.text("newName")
        guard !name.isEmpty, name.count <= 50 else {
            throw Refusal(
                "place.name", zh: "请填写新街道名称（至多 50 字）。", en: "Name the new subdistrict, in 50 characters at most.",
                field: "newName")
        }
        if form["confirm"] == "1" {
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.splitSubdistrict(old, moving: moving, to: heir, named: name, on: day, in: deed)
            }
            return .see("/places/\(heir)")
        }
        let t = visit.language
        let fields = [
            ("heir", isNew ? "" : heir.digits), ("newCode", heir.digits), ("newName", name),
            ("splitDay", day.description),
        ]
        return try await question(visit, old, heir, named: name, moving: moving, on: day) { _, name in
            (
                t("划入\(name)", "Move to \(name)"), "/places/\(old)/split",
                fields + moving.map { ("neighbourhoods", $0.digits) }
            )
        }
    }

    /// - Parameter moving: the neighbourhoods; everything when nil.
    private static func question(
        _ visit: Visit, _ old: PlaceCode, _ heir: PlaceCode, named: String? = nil, moving: [PlaceCode]?, on day: Day,
        _ ask: @escaping @Sendable (Place, String) -> (title: String, action: Link, fields: [(String, String)])
    ) async throws -> Frame.Answer {
        let register = visit.hall.register
        return try await visit.hall.database.read { tx in
            guard let place = try register.place(old, in: tx), old.level == .subdistrict else { throw Visit.notFound }
            for code in [old, heir] { try visit.actor.require(.editPlaces, at: code) }
            let t = visit.language
            let name = try register.place(heir, in: tx)?.title(t) ?? named ?? heir.digits
            let (title, action, fields) = ask(place, name)
            let neighbourhoods = try moving?.count ?? register.places(below: old, in: tx).count
            let question = MoveQuestion(
                title: title, place: place, heir: name, neighbourhoods: neighbourhoods,
                estates: try register.estates(within: moving ?? [old], in: tx), day: day, action: action, fields: fields
            )
            return visit.page(title, layout: .narrow, question.view(t, csrf: visit.csrf))
        }
    }

    private static func day(_ form: FormData, _ name: String, _ visit: Visit) throws -> Day {
        guard let day = Day(form.text(name)), day <= visit.today else {
            throw Refusal(
                "place.day", zh: "生效日期应如 2026-06-30，且不晚于今天。",
                en: "The day looks like 2026-06-30 and is not after today.",
                field: name)
        }
        return day
    }
}
