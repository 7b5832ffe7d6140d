import Common
import Foundation
import Frame
import Html
import Identity
import Kernel
import Media
import Registry
import Store

/// Photos on their way in: each is prepared, kept and registered by itself, so that one that is refused does not take
/// the others along.
enum PhotoUpload {
    static let fileLimit = 10
    static let kinds = "image/jpeg,image/png,image/webp"
    /// Bytes of all files together.
    static let limit = fileLimit * PictureLimits().bytes + (1 << 20)

    /// `POST /estates/{id}/photos`: files in `photo` or `camera`; with one file perhaps `id`, so that sending it twice
    /// changes nothing. A script that wants JSON is told `{"sent":1,"added":1}`, or what was refused.
    static func take(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let estate: ID<Estate> = try visit.id()
        try await checkRight(visit, at: estate)
        let files = (upload.files(of: "photo") + upload.files(of: "camera")).filter { $0.size > 0 }
        let label = PhotoLabel(upload.form)
        var (sent, added, refusals) = (0, 0, [Refusal]())
        var notices: [(file: String, notice: PhotoNotice)] = []
        do {
            try check(files)
            let id = try id(upload.form, files)
            for file in files {
                do {
                    let photo = try await keep(file, as: id, label, of: estate, visit)
                    sent += 1
                    added += photo.isNew ? 1 : 0
                    notices += photo.notices.map { (file.name, $0) }
                } catch let refusal as Refusal where refusal.field == "photo" {
                    refusals.append(refusal.about(file.name))
                }
            }
        } catch {
            // What is wrong beside the files is wrong for each of them: it is told once.
            guard let told = error.refusals else { throw error }
            refusals += told
        }
        if visit.wantsJSON {
            try Refusals.throwIfAny(refusals)
            return Frame.Answer(
                json: JSON.object(["sent": .integer(Int64(sent)), "added": .integer(Int64(added))]).text)
        }
        if refusals.isEmpty, notices.isEmpty, added == sent {
            return .see(Link("/estates/\(estate)/photos", ["added": String(added)]))
        }
        let outcome = (sent: sent, added: added, notices: notices, refusals: refusals)
        return try await visit.hall.database.read { tx in
            var page = try PhotosPage(visit, in: tx)
            (page.sent, page.added, page.notices, page.refusals) = outcome
            if !outcome.refusals.isEmpty { page.label = label }
            return page.answer(visit)
        }
    }

    /// Before any picture is worked on.
    private static func checkRight(_ visit: Visit, at estate: ID<Estate>) async throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        try await visit.hall.database.read { tx in
            let place = try register.visibleEstate(estate, for: actor, in: tx).place
            try actor.require(.correctEstates, at: place)
        }
    }

    private static func check(_ files: [Upload.File]) throws {
        guard !files.isEmpty else {
            throw Refusal("photo.missing", zh: "请选择要上传的照片。", en: "Choose the photos to send.", field: "photo")
        }
        guard files.count <= fileLimit else {
            throw Refusal(
                "photo.count", zh: "一次最多上传 \(fileLimit) 张照片，这次有 \(files.count) 张；请分几次上传。",
                en: "At most \(fileLimit) photos are taken at a time, these are \(files.count); send fewer.",
                field: "photo")
        }
    }

    private static func id(_ form: FormData, _ files: [Upload.File]) throws -> ID<Photo>? {
        let text = form.text("id")
        if text.isEmpty { return nil }
        guard files.count == 1, let id = ID<Photo>(text) else {
            throw Refusal(
                "photo.id", zh: "照片编号须为 UUID，且一次只上传一张照片。",
                en: "The photo's id must be a UUID, and come with one photo only.", field: "id")
        }
        return id
    }

    /// The contents first, then their rows with the photo's, in one transaction: a row never points at nothing.
    private static func keep(
        _ file: Upload.File, as id: ID<Photo>?, _ label: PhotoLabel, of estate: ID<Estate>, _ visit: Visit
    ) async throws -> AddedPhoto {
        let hall = visit.hall
        let picture = try await PicturePool.shared.prepare { [path = file.path] in try Scratch.contents(path) }
        let full = try await hall.files.add(picture.jpeg)
        let thumb = try await hall.files.add(picture.thumbnail)
        let draft = PhotoDraft(
            id: id, label: label, digest: full.digest.hex, thumbDigest: thumb.digest.hex, bytes: picture.jpeg.count,
            width: picture.width, height: picture.height, takenAt: picture.takenAt, location: picture.place)
        return try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
            let photo = try hall.register.addPhoto(draft, to: estate, in: deed)
            if photo.isNew {
                for content in [full, thumb] {
                    try StoredFile(content, mediaType: "image/jpeg", originalName: file.name, addedAt: deed.now)
                        .insert(deed.tx)
                }
            }
            return photo
        }
    }
}

extension PhotoLabel {
    init(_ form: FormData) {
        let (building, question) = (form.text("building"), form.text("question"))
        self.init(
            // What is no id names no building, which the act refuses.
            building: building.isEmpty ? nil : ID<Building>(building) ?? ID<Building>(high: 0, low: 0),
            question: question.isEmpty ? nil : question, caption: form.text("caption"))
    }
}

extension Refusal {
    /// The same of one file among several.
    fileprivate func about(_ file: String) -> Refusal {
        Refusal(kind, code, zh: "“\(file)”：\(message.zh)", en: "“\(file)”: \(message.en)", field: field)
    }
}
