import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// All photos of an estate, and the form that brings more.
struct PhotosPage {
    let estate: Estate
    let photos: [Photo]
    let words: PhotoWords
    /// Only its photos are shown; nil for all of the estate's.
    let building: Building?
    let canAdd: Bool
    let csrf: String
    /// Photos that came with the last sending, and how many of them are new.
    var sent = 0
    var added = 0
    /// What is odd about them, with the file's name.
    var notices: [(file: String, notice: PhotoNotice)] = []
    var label: PhotoLabel
    var refusals: [Refusal] = []

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        let buildings = try register.buildings(of: estate.id, in: tx)
        let building = visit.query["building"].flatMap { id in buildings.first { $0.id.description == id } }
        self.estate = estate
        self.building = building
        photos = try register.photos(of: estate.id, building: building?.id, in: tx)
        words = try PhotoWords(register, buildings, in: tx)
        canAdd = visit.actor.may(.correctEstates, at: estate.place)
        csrf = visit.csrf
        label = PhotoLabel(building: building?.id)
        added = visit.query.number("added").map { min(max($0, 0), Register.photoLimit) } ?? 0
        sent = added
    }

    var link: Link { "/estates/\(estate.id)/photos" }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer { try PhotosPage(visit, in: tx).answer(visit) }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let title = t("照片 · ", "Photos · ") + estate.name
        return visit.page(
            title, assets: PhotoRoutes.assets, source: visit.registerSource, refused: refusals, view(t))
    }
}

extension PhotosPage {
    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, "/estates/\(estate.id)")]
                + [Crumb(t("照片", "Photos"))])
        let note = t(
            "每个小区最多 \(Register.photoLimit) 张，现有 \(photos.count) 张",
            "\(photos.count) of at most \(Register.photoLimit)")
        let about = building.map { "\($0.name)" as Html } ?? "\(note)"
        let head = pageHead(t("照片", "Photos"), note: about, actions: [printButton(t)])
        let parts = [crumbs + head, told(t), errorSummary(t, refusals), canAdd ? addCard(t) : "", gridCard(t)]
        return stack(parts.filter { !$0.isEmpty })
    }

    private func told(_ t: Language) -> Html {
        var lines = [t("已添加 \(added) 张照片。", "Photos added: \(added).")]
        if sent > added { lines.append(t("原来就有 \(sent - added) 张。", "There already: \(sent - added).")) }
        let done: Html = sent == 0 ? "" : notice(.jade, "\(lines.joined(separator: t("", " ")))")
        return done + Html.each(notices) { notice(.amber, title: $0.file, "\($0.notice.message(t))") }
    }

    private func gridCard(_ t: Language) -> Html {
        let title = building?.name ?? t("全部照片", "All photos")
        guard !photos.isEmpty else {
            let what =
                canAdd
                ? t("请用上面的表单添加。", "Add some with the form above.") : t("照片由调查人员上传。", "Surveyors send them.")
            return card(title, emptyState(t("还没有照片", "No photos yet"), "\(what)"))
        }
        return card(title, photoGrid(photos.map { words.tile($0, t) }, isLong: true))
    }

    private func addCard(_ t: Language) -> Html {
        let limits = t(
            "JPEG、PNG 或 WebP，每张至多 20 MB，一次至多 \(PhotoUpload.fileLimit) 张。",
            "JPEG, PNG or WebP, 20 MB each, \(PhotoUpload.fileLimit) at a time.")
        let kept = t(
            "拍摄时间和位置会读出来，其余相机信息一律去掉。",
            "Time and place of the camera are read; whatever else it wrote is taken out.")
        let files = FormField(
            "photo", t("选择照片", "Choose photos"), .file(accept: PhotoUpload.kinds, multiple: true),
            help: limits + t("", " ") + kept, error: refusals.message("photo", t))
        let camera = FormField(
            "camera", t("或现场拍照", "Or take one now"), .file(accept: PhotoUpload.kinds, camera: true))
        let more = disclosure(
            t("说明、楼栋、调查问题", "Caption, building, question"), open: label != PhotoLabel(),
            words.fields(label, refusals, t))
        let progress: Html = """
            <div role="status"><ol class="sending" data-sending aria-label="\(t("上传进度", "Progress"))" \
            data-done="\(t("已添加", "added"))" data-failed="\(t("没有上传成功，请重试", "not sent, try again"))" hidden></ol></div>
            """
        let sending = form(
            action: link, csrf: csrf, id: "send", hasFiles: true,
            Html.each([files, camera]) { field(t, $0) } + more + progress
                + formActions([submitButton(t("上传", "Send"))]))
        return card(t("添加照片", "Add photos"), id: "add", sending)
    }
}
