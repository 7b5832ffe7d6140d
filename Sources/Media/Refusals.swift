import Kernel

/// What is wrong with a picture, and what to do about it.
extension Refusal {
    static func pictureTooLarge(_ count: Int, _ limits: PictureLimits) -> Refusal {
        let (has, may) = (megabytes(count), limits.bytes >> 20)
        return Refusal(
            .tooLarge, "photo.tooLarge",
            zh: "照片有 \(has) MB，最多 \(may) MB。请在手机上选较小的尺寸，或用看图软件缩小后重新上传。",
            en: """
                The picture has \(has) MB; at most \(may) MB are taken. Choose a smaller size in the camera, or make \
                the picture smaller with any viewer, and send it again.
                """, field: "photo")
    }

    /// Rounded up, so that a file just above the limit is not said to have just as much.
    private static func megabytes(_ count: Int) -> Int { (count + (1 << 20) - 1) >> 20 }

    static func picturePixels(_ file: PictureFile, _ limits: PictureLimits) -> Refusal {
        let (size, may) = ("\(file.width) × \(file.height)", limits.pixels >> 20)
        return Refusal(
            .tooLarge, "photo.pixels",
            zh: "照片有 \(size) 像素，最多 \(may) 百万像素。请在相机设置里选较低的分辨率，或缩小后重新上传。",
            en: """
                The picture has \(size) pixels; at most \(may) megapixels are taken. Choose a lower resolution in the \
                camera, or make the picture smaller, and send it again.
                """, field: "photo")
    }

    static func pictureSides(_ file: PictureFile, _ limits: PictureLimits) -> Refusal {
        let size = "\(file.width) × \(file.height)"
        return Refusal(
            "photo.sides",
            zh: "照片的尺寸是 \(size) 像素，宽和高都须在 1 到 \(limits.side) 之间。请裁剪或重新拍摄。",
            en: """
                The picture measures \(size) pixels; width and height must be from 1 to \(limits.side). Cut it, or \
                take another.
                """, field: "photo")
    }

    static let pictureEmpty = Refusal(
        "photo.empty", zh: "照片文件是空的。请重新选择照片。", en: "The picture's file is empty. Please choose it again.",
        field: "photo")

    static let notAPicture = Refusal(
        "photo.notPicture", zh: "这个文件不是照片。请选择 JPEG、PNG 或 WebP 格式的照片。",
        en: "This file is not a picture. Please choose a JPEG, PNG or WebP.", field: "photo")

    static func pictureKind(_ kind: ForeignPicture) -> Refusal {
        Refusal(
            "photo.kind",
            zh: "暂不接受 \(kind.name.zh) 格式，只接受 JPEG、PNG 和 WebP。\(kind.remedy.zh)",
            en: "\(kind.name.en) is not taken, only JPEG, PNG and WebP are. \(kind.remedy.en)", field: "photo")
    }

    static let pictureDamaged = Refusal(
        "photo.damaged", zh: "照片不完整或已损坏，无法读取。请重新上传原图；若仍不行，请重新拍摄。",
        en: "The picture is incomplete or damaged and cannot be read. Please send the original again, or take another.",
        field: "photo")

    static let pictureMemory = Refusal(
        .unavailable, "photo.memory", zh: "服务器内存不足，暂时无法处理照片；请稍后再试。",
        en: "The server is short of memory and cannot work on pictures; please try again soon.", field: "photo")

    static let picturesBusy = Refusal(
        .unavailable, "photo.busy", zh: "正在处理的照片太多，请过半分钟再试。",
        en: "Too many pictures are being worked on; please try again in half a minute.", field: "photo")
}
