import Common
import Foundation
import Frame
import Identity
import Kernel
import Registry

/// A table that somebody brings to the ledger: from the form into the store, and from there to be read again.
struct BroughtFile: Sendable {
    let path: String
    /// As its bringer called it.
    let name: String

    /// - Throws: `Refusal` `import.file` where no file was chosen.
    init(_ upload: Upload) throws {
        guard let file = upload.files["file"], file.size > 0 else {
            throw Refusal(
                "import.file", zh: "请选择要导入的文件（.xlsx、.csv）。", en: "Choose the file to import (.xlsx, .csv).",
                field: "file")
        }
        path = file.path
        name = String(String.UnicodeScalarView(file.name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(200)))
    }

    /// Its bytes, before the act that needs them; in pieces of 256 KiB, so that they are never in memory as a whole.
    func store(in files: FileStore) async throws -> FileStore.Content {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        return try await files.add(
            AsyncThrowingStream {
                guard let piece = try file.read(upToCount: 256 << 10), !piece.isEmpty else { return nil }
                return [UInt8](piece)
            })
    }

    /// What the database knows of them, within that act.
    func keep(_ content: FileStore.Content, in deed: Deed) throws {
        let type: ExportFormat = name.lowercased().hasSuffix(".csv") ? .csv : .xlsx
        try StoredFile(content, mediaType: type.mediaType, originalName: name, addedAt: deed.now).insert(deed.tx)
    }

    /// Reads a table that was stored.
    /// - Parameter digest: SHA-256 of its bytes, hexadecimal.
    static func read<Table>(
        _ digest: String, from files: FileStore, _ body: (_ path: String) throws -> Table
    ) async throws -> Table {
        guard let digest = ContentDigest(digest) else { throw Visit.notFound }
        let bytes = try await files.bytes(of: digest)
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw Refusal(
                .unavailable, "scratch.full", zh: "无法写入临时文件；请联系管理员检查磁盘空间。",
                en: "A temporary file cannot be written; ask an administrator to check the disk.")
        }
        return try body(path)
    }
}
