import Components
import Html
import Identity
import Kernel
import Registry
import Store

/// What is said of photos: titles, and which building or question they belong to.
struct PhotoWords {
    private let forms: [SurveyForm]
    let buildings: [Building]

    init(_ register: Register, _ buildings: [Building], in tx: Tx) throws {
        forms = try SurveySubject.allCases.map { try register.form($0, in: tx) }
        self.buildings = buildings
    }

    /// The caption, else the question that it shows, else its day.
    func title(_ photo: Photo, _ t: Language) -> String {
        if !photo.label.caption.isEmpty { return photo.label.caption }
        return question(photo, t) ?? t("照片 ", "Photo of ") + dayText(t, photo.day)
    }

    func question(_ photo: Photo, _ t: Language) -> String? {
        photo.label.question.map { key in forms.lazy.compactMap { $0.label(key) }.first?(t) ?? key }
    }

    func building(_ photo: Photo) -> Building? {
        photo.label.building.flatMap { id in buildings.first { $0.id == id } }
    }

    func tile(_ photo: Photo, _ t: Language) -> PhotoTile {
        let note = [building(photo)?.name, dayText(t, photo.day)].compactMap(\.self).joined(separator: " · ")
        return PhotoTile(title(photo, t), note: note, link: photo.link, thumb: photo.thumb)
    }

    /// Caption, building and question of a photo, with what was typed.
    func fields(_ label: PhotoLabel, _ refusals: [Refusal], _ t: Language) -> Html {
        var asked: Set<String> = []
        let questions = forms.flatMap(\.questions).filter { asked.insert($0.key).inserted }
        let fields = [
            FormField(
                "caption", t("说明", "Caption"), .text(label.caption, limit: PhotoLabel.longestCaption),
                help: t("照片里是什么，例如：3 栋北面外墙渗水。", "What is to be seen, such as: north wall, water comes in."),
                error: refusals.message("caption", t)),
            FormField(
                "building", t("楼栋", "Building"),
                .select(
                    buildings.map { Choice($0.id.description, $0.name) }, selected: label.building?.description ?? "",
                    empty: t("整个小区", "The whole estate")), error: refusals.message("building", t)),
            FormField(
                "question", t("对应的调查问题", "Question it answers"),
                .select(
                    questions.map { Choice($0.key, $0.label(t)) }, selected: label.question ?? "",
                    empty: t("不对应", "None")), error: refusals.message("question", t)),
        ]
        return Html.each(fields) { field(t, $0) }
    }
}

extension Photo {
    var link: Link { "/photos/\(id)" }
    var picture: Link { "/photos/\(id)/full.jpg" }
    var thumb: Link { "/photos/\(id)/thumb.jpg" }

    /// "2560 × 1920 · 1.2 MB".
    var size: String { "\(width) × \(height) · \(short(Double(bytes) / 1_000_000)) MB" }
}
