import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// One photo: large, what is known of it, what is said of it.
struct PhotoPage {
    let photo: Photo
    let estate: Estate
    let words: PhotoWords
    /// Of whoever sent it, as far as the reader may be told.
    let names: PersonNames
    /// All of the estate's, to go from one to the next.
    let siblings: [Photo]
    /// Entries of the estate's projects that name this photo.
    let citations: Int
    let canCorrect: Bool
    let csrf: String
    let wasSaved: Bool
    var label: PhotoLabel
    var refusals: [Refusal] = []

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let photo = try register.visiblePhoto(try visit.id(), for: visit.actor, in: tx).photo
        let estate = try register.visibleEstate(photo.estate, for: visit.actor, in: tx)
        (self.photo, self.estate) = (photo, estate)
        words = try PhotoWords(register, try register.buildings(of: estate.id, in: tx), in: tx)
        names = try PersonNames(
            of: Set([photo.uploadedBy].compactMap(\.self)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        siblings = try register.photos(of: estate.id, in: tx)
        let projects = try register.projects(of: estate.id, in: tx).map(\.number)
        citations = try visit.hall.ledger.citations(of: photo.digest, in: projects, for: visit.actor, in: tx)
        canCorrect = visit.actor.may(.correctEstates, at: estate.place)
        csrf = visit.csrf
        wasSaved = visit.query["saved"] != nil
        label = photo.label
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer { try PhotoPage(visit, in: tx).answer(visit) }

    /// Stores what differs from what the form had shown: what a colleague changed meanwhile stays.
    static func save(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<Photo> = try visit.id()
        let typed = PhotoLabel(form)
        let (hall, actor) = (visit.hall, visit.actor)
        do {
            try await hall.database.act(as: actor, clock: hall.clock) { deed in
                var label = try hall.register.visiblePhoto(id, for: actor, in: deed.tx).photo.label
                if form.text("caption") != form.text("was.caption") { label.caption = typed.caption }
                if form.text("building") != form.text("was.building") { label.building = typed.building }
                if form.text("question") != form.text("was.question") { label.question = typed.question }
                _ = try hall.register.correctPhoto(id, label, in: deed)
            }
            return .see(Link("/photos/\(id)", ["saved": "1"]))
        } catch {
            guard let refusals = error.refusals, refusals.allSatisfy({ $0.kind == .invalid }) else { throw error }
            return try await hall.database.read { tx in
                var page = try PhotoPage(visit, in: tx)
                (page.label, page.refusals) = (typed, refusals)
                return page.answer(visit)
            }
        }
    }

    /// Asks before a photo goes.
    static func askRemoval(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try PhotoPage(visit, in: tx)
        try visit.actor.require(.correctEstates, at: page.estate.place)
        let t = visit.language
        return visit.page(
            t("移除照片", "Remove the photo"), layout: .narrow, assets: PhotoRoutes.assets, page.removal(t))
    }

    static func remove(_ visit: Visit, _: FormData) async throws -> Frame.Answer {
        let id: ID<Photo> = try visit.id()
        let (hall, actor) = (visit.hall, visit.actor)
        let estate = try await hall.database.act(as: actor, clock: hall.clock) { deed in
            let estate = try hall.register.visiblePhoto(id, for: actor, in: deed.tx).photo.estate
            try hall.register.removePhoto(id, in: deed)
            return estate
        }
        return .see("/estates/\(estate)/photos")
    }

    private func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            words.title(photo, t), assets: PhotoRoutes.assets, source: visit.registerSource, refused: refusals, view(t))
    }
}

extension PhotoPage {
    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, "/estates/\(estate.id)"),
                Crumb(t("照片", "Photos"), "/estates/\(estate.id)/photos"), Crumb(words.title(photo, t)),
            ])
        let saved: Html = wasSaved ? notice(.jade, "\(t("已保存。", "Saved."))") : ""
        let picture = photoView(
            words.title(photo, t), picture: photo.picture, width: photo.width, height: photo.height)
        let side = [factsCard(t), canCorrect ? editCard(t) : ""].filter { !$0.isEmpty }
        return Html.joined([
            crumbs, pageHead(words.title(photo, t), actions: [printButton(t)]), saved, errorSummary(t, refusals),
            grid([stack([picture + steps(t)]), stack(side)], .wideLeft),
        ])
    }

    private func steps(_ t: Language) -> Html {
        let at = siblings.firstIndex { $0.id == photo.id } ?? 0
        let place = t("第 \(at + 1) 张，共 \(siblings.count) 张", "\(at + 1) of \(siblings.count)")
        let before = at > 0 ? siblings[at - 1] : nil
        let after = at + 1 < siblings.count ? siblings[at + 1] : nil
        return photoSteps(
            t("前后照片", "Other photos"), previous: before.map { LinkText(t("上一张", "Previous"), $0.link) },
            next: after.map { LinkText(t("下一张", "Next"), $0.link) }, place: place)
    }

    private func factsCard(_ t: Language) -> Html {
        let degrees = photo.location.map { "\(decimal($0.longitude, 6)), \(decimal($0.latitude, 6))" }
        var lines = [
            FactLine(t("小区", "Estate"), "<a href=\"\(url: "/estates/\(estate.id)")\">\(estate.name)</a>"),
            FactLine(t("拍摄时间", "Taken"), photo.takenAt.map { time(t, $0) }),
            FactLine(
                t("拍摄位置", "Where from"), degrees.map { "\(code($0)) \(copyButton(t, $0))" },
                source: degrees == nil ? nil : t("相机记录", "as the camera says")),
            FactLine(t("上传", "Sent"), time(t, photo.uploadedAt)),
            FactLine(t("尺寸", "Size"), "\(photo.size)"),
        ]
        if let building = words.building(photo) {
            let link: Link = "/estates/\(estate.id)/buildings/\(building.id)"
            lines.insert(FactLine(t("楼栋", "Building"), "<a href=\"\(url: link)\">\(building.name)</a>"), at: 1)
        }
        if let question = words.question(photo, t) { lines.append(FactLine(t("调查问题", "Question"), "\(question)")) }
        if let person = photo.uploadedBy {
            let name = ActorWords.person(names.name(person, at: estate.place))(t)
            lines.append(FactLine(t("上传人", "By"), "\(name)"))
        }
        if citations > 0 {
            let link = Link("/ledger/entries", ["evidence": photo.digest])
            let entries = t("\(citations) 笔分录", citations == 1 ? "1 entry" : "\(citations) entries")
            lines.append(FactLine(t("付款凭据", "Evidence of"), "<a href=\"\(url: link)\">\(entries)</a>"))
        }
        return card(t("照片信息", "About the photo"), id: "facts", factList(t, lines))
    }

    private func editCard(_ t: Language) -> Html {
        let was = [
            ("was.caption", photo.label.caption), ("was.building", photo.label.building?.description ?? ""),
            ("was.question", photo.label.question ?? ""),
        ]
        let buttons = [
            submitButton(t("保存", "Save")), linkButton(t("移除照片", "Remove"), "/photos/\(photo.id)/remove", .danger),
        ]
        let body = form(
            action: photo.link, csrf: csrf, guardsChanges: true, hidden: was,
            words.fields(label, refusals, t) + formActions(buttons))
        return card(t("说明与归属", "Caption and place"), id: "edit", body)
    }

    private func removal(_ t: Language) -> Html {
        let why = t(
            "移除后不再显示，也不能恢复；操作记录和原文件保留备查。",
            "It is shown no more and cannot be brought back; the record and the file are kept.")
        let buttons = [submitButton(t("移除", "Remove"), .danger), linkButton(t("取消", "Cancel"), photo.link, .plain)]
        return stack([
            pageHead(t("移除这张照片？", "Remove this photo?"), note: "\(why)"),
            card(
                photoGrid([words.tile(photo, t)])
                    + form(action: "/photos/\(photo.id)/remove", csrf: csrf, formActions(buttons))),
        ])
    }
}
