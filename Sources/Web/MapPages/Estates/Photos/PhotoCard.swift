import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The latest photos of an estate, or of one of its buildings, on its page and on paper.
struct PhotoCard {
    /// Two rows on a desk.
    private static let shown = 8

    private let photos: [Photo]
    private let words: PhotoWords
    private let all: Link
    private let mayAdd: Bool

    init(
        of estate: ID<Estate>, building: ID<Building>? = nil, among buildings: [Building], mayAdd: Bool,
        _ register: Register, in tx: Tx
    ) throws {
        photos = try register.photos(of: estate, building: building, in: tx)
        words = try PhotoWords(register, buildings, in: tx)
        all = Link("/estates/\(estate)/photos", ["building": building?.description])
        self.mayAdd = mayAdd
    }

    func view(_ t: Language) -> Html {
        let title = t("照片", "Photos")
        let add = t("添加照片", "Add photos")
        guard !photos.isEmpty else {
            let why = t("照片让没到过现场的人看见问题。", "A photo shows what is wrong to those who were never there.")
            return card(
                title, id: "photos",
                emptyState(
                    t("还没有照片", "No photos yet"), "\(why)", action: mayAdd ? linkButton(add, all) : ""))
        }
        let tiles = photos.prefix(Self.shown).map { words.tile($0, t) }
        return card(
            title, note: "\(photos.count)", more: LinkText(mayAdd ? add : t("全部照片", "All photos"), all), id: "photos",
            photoGrid(tiles))
    }
}
