import Frame
import Kernel
import Registry

/// The photos of an estate for programs, and the pictures themselves.
enum PhotosAPI {
    static let operations: [APIOperation] = [
        .get(
            "listPhotos", .estates, "/api/v1/estates/{id}/photos", .right(.readEstates), zh: "小区和楼栋的照片，新的在前",
            en: "Photos of an estate and its buildings, the latest first", answers: .named("PhotoList"), PhotoData.list),
        .picture(
            "getPhoto", .estates, "/api/v1/photos/{id}/full.jpg", .right(.readEstates), zh: "一张照片", en: "One photo",
            PhotoData.full),
        .picture(
            "getThumbnail", .estates, "/api/v1/photos/{id}/thumb.jpg", .right(.readEstates), zh: "它的小图",
            en: "Its thumbnail", PhotoData.thumb),
    ]

    static let components = [
        Component(
            "Photo",
            .object([
                .init("id", .id), .init("building", .optional(.id)),
                .init("question", .optional(.text()), Phrase(zh: "说明哪一项事实", en: "the fact it shows")),
                .init("caption", .text()), .init("takenAt", .optional(.moment)),
                .init("location", .optional(.named("Point"))), .init("width", .count), .init("height", .count),
                .init("bytes", .count), .init("sha256", .text()), .init("uploadedAt", .moment),
                .init("uploadedBy", .optional(.text())), .init("full", .text()), .init("thumb", .text()),
            ]),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b15","building":null,"question":"roofLeakage","caption":"屋面",
             "takenAt":"2026-06-24T02:12:00.000Z","location":[113.0211,28.1503],"width":2048,"height":1536,"bytes":412345,
             "sha256":"5f0c…","uploadedAt":"2026-06-24T03:00:00.000Z","uploadedBy":"工作人员 staff",
             "full":"/api/v1/photos/0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b15/full.jpg",
             "thumb":"/api/v1/photos/0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b15/thumb.jpg"}
            """),
        Component(
            "PhotoList", .object([.init("photos", .list(.named("Photo"), limit: Register.photoLimit))]),
            #"{"photos":[]}"#),
    ]
}
