import Common
import Components
import Foundation
import Frame
import Html
import Kernel
import Registry

/// Files that live as long as one request.
enum Scratch {
    /// A path of its own in the system's temporary folder.
    static func path() -> String {
        FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)").path
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Runs `body` with `bytes` in a file.
    static func holding<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
        let path = path()
        defer { remove(path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw Refusal(
                .unavailable, "scratch.full", zh: "无法写入临时文件；请联系管理员检查磁盘空间。",
                en: "A temporary file cannot be written; ask an administrator to check the disk.")
        }
        return try body(path)
    }

    /// A file in pieces of 256 KiB, so that none is held in memory as a whole on its way to the store.
    static func pieces(of path: String) throws -> AsyncThrowingStream<[UInt8], any Error> {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        return AsyncThrowingStream {
            guard let piece = try file.read(upToCount: 256 << 10), !piece.isEmpty else { return nil }
            return [UInt8](piece)
        }
    }

    static func contents(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}

extension Visit {
    /// The bytes of the spreadsheet that somebody brought, checked against their digest.
    func spreadsheet(of batch: ImportBatch) async throws -> [UInt8] {
        guard let digest = ContentDigest(batch.file) else { throw Self.notFound }
        return try await hall.files.bytes(of: digest)
    }
}

extension Visit {
    /// A page that shows what was refused, if anything, with the status that says so.
    func page(
        _ title: String, assets: [Asset] = [], source: String? = nil, refused: [Refusal], _ body: Html
    ) -> Frame.Answer {
        guard let first = refused.first else { return page(title, assets: assets, source: source, body) }
        var answer = page(title, assets: assets, source: source, status: first.kind.status, body)
        answer.codes = refused.map(\.code)
        return answer
    }
}

extension Error {
    /// What is to be told at the form; nil when this is no refusal but a fault.
    var refusals: [Refusal]? {
        switch self {
        case let refusal as Refusal: [refusal]
        case let refusals as Refusals: refusals.all
        default: nil
        }
    }
}

extension [Refusal] {
    /// The message for the field, to stand beside it.
    func message(_ field: String, _ t: Language) -> String? {
        first { $0.field == field }?.message(t)
    }
}
