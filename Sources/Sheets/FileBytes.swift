import Glibc
import Kernel

/// A regular file's bytes, read in order. The descriptor closes with the object.
final class FileBytes {
    let place: SheetPlace
    let size: Int
    private let descriptor: Int32

    /// Refuses what is no file, is empty, or is larger than `limits.fileBytes`.
    init(path: String, place: SheetPlace, limits: SheetLimits) throws {
        self.place = place
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileBytes.unreadable(place, errno) }
        var about = stat()
        guard fstat(descriptor, &about) == 0, about.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw place.refusal(
                "sheet.file.notAFile", zh: "不是文件，请选择一个表格文件。", en: "this is not a file; choose a spreadsheet file.")
        }
        size = Int(about.st_size)
        // From here on all is set and a throw runs deinit: closing here too would close somebody else's file.
        if let refusal = FileBytes.sizeRefusal(size, place, limits) { throw refusal }
    }

    deinit {
        close(descriptor)
    }

    /// The number of bytes read from `offset`; 0 at the end.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        while true {
            let count = pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw FileBytes.unreadable(place, errno) }
        }
    }

    /// The first `count` bytes, or fewer when the file is shorter.
    func head(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    /// Whether these bytes occur anywhere.
    func contains(_ pattern: [UInt8]) throws -> Bool {
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 1)
        defer { chunk.deallocate() }
        var offset = 0
        while true {
            let count = try read(into: chunk, at: offset)
            if count < pattern.count { return false }
            if UnsafeRawBufferPointer(rebasing: chunk.prefix(count)).contains(pattern) { return true }
            offset += count - (pattern.count - 1)
        }
    }

    private static func sizeRefusal(_ size: Int, _ place: SheetPlace, _ limits: SheetLimits) -> Refusal? {
        if size == 0 {
            return place.refusal(
                "sheet.file.empty", zh: "文件是空的，请检查后重新选择。", en: "the file is empty; check it and choose again.")
        }
        guard size > limits.fileBytes else { return nil }
        let limit = sizeText(limits.fileBytes)
        return place.exceeded(
            "sheet.file.tooLarge", zh: "文件超过 \(limit) 的上限，请按区或街道拆分后分别导入。",
            en:
                "the file is larger than the limit of \(limit); split it by district or subdistrict and import the parts."
        )
    }

    private static func unreadable(_ place: SheetPlace, _ code: Int32) -> Refusal {
        if code == ENOENT {
            return place.refusal(
                .notFound, "sheet.file.missing", zh: "找不到文件，请检查路径。", en: "there is no such file; check the path.")
        }
        let reason = String(cString: strerror(code))
        return place.refusal(
            .unavailable, "sheet.file.unreadable", zh: "无法读取文件（\(reason)），请检查权限后重试。",
            en: "the file cannot be read (\(reason)); check its permissions and try again.")
    }
}

extension UnsafeRawBufferPointer {
    /// Whether `pattern` occurs anywhere.
    func contains(_ pattern: [UInt8]) -> Bool {
        guard var rest = baseAddress, let first = pattern.first else { return pattern.isEmpty }
        let end = rest + count
        while end - rest >= pattern.count, let found = memchr(rest, Int32(first), end - rest - pattern.count + 1) {
            if memcmp(found, pattern, pattern.count) == 0 { return true }
            rest = UnsafeRawPointer(found) + 1
        }
        return false
    }
}
