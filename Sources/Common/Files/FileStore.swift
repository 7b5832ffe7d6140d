import Glibc
import Kernel
import Store

/// Files by their content: `FOLDER/aa/bb/<sha256>`, where aa and bb are the digest's first digits. A content is written
/// beside, flushed, and renamed into place, so that a name never stands for half a file; the same content twice is one
/// file. Several nodes may share the folder.
public struct FileStore: Sendable {
    /// The largest file kept, unless a store is opened with a smaller limit: 64 MiB. One file at a time is held in
    /// memory while its digest is computed.
    public static let largestFile = 64 << 20

    /// What was added.
    public struct Content: Sendable, Hashable {
        public let digest: ContentDigest
        /// Bytes.
        public let size: Int64
    }

    public let folder: String
    /// In bytes.
    public let limit: Int

    /// Opens the store; the folder is made when it is missing.
    public init(folder: String, limit: Int = FileStore.largestFile) throws {
        self.folder = folder
        self.limit = min(limit, FileStore.largestFile)
        try Disk.makeFolder("\(folder)/\(Self.incoming)")
    }

    /// Adds a content that is in memory.
    /// - Throws: `Refusal` `file.large` beyond the limit, `StoreError.full` when the disk is, `Refusal` `disk.failed`.
    public func add(_ bytes: [UInt8]) async throws -> Content {
        try await offload { try self.keep(bytes) }
    }

    /// Adds a content as it arrives, without holding it in memory meanwhile. An error of `chunks` leaves nothing
    /// behind.
    public func add(_ chunks: some AsyncSequence<[UInt8], any Error>) async throws -> Content {
        let draft = try Draft(in: self)
        defer { withExtendedLifetime(draft) {} }
        for try await chunk in chunks { try draft.append(chunk) }
        return try await offload { [path = draft.path] in try self.keep(draftAt: path) }
    }

    /// A content, checked against its digest.
    /// - Throws: `Refusal` `file.missing`, `file.altered`.
    public func bytes(of digest: ContentDigest) async throws -> [UInt8] {
        try await offload { try self.read(digest) }
    }

    /// The blocking form, for what is off the cooperative threads already.
    func read(_ digest: ContentDigest) throws -> [UInt8] {
        let path = path(of: digest)
        guard Disk.exists(path) else { throw Self.missing(digest) }
        guard let bytes = try DiskFile(path, for: .reading).contents(limit: Self.largestFile),
            ContentDigest(of: bytes) == digest
        else { throw Self.altered(digest) }
        return bytes
    }

    /// The blocking form of `add`.
    func keep(_ bytes: [UInt8]) throws -> Content {
        let draft = try Draft(in: self)
        defer { withExtendedLifetime(draft) {} }
        try draft.append(bytes)
        return try keep(draft.path, holding: bytes)
    }

    private func keep(draftAt path: String) throws -> Content {
        guard let bytes = try DiskFile(path, for: .reading).contents(limit: limit) else { throw tooLarge }
        return try keep(path, holding: bytes)
    }

    /// Moves a complete draft to its place. A content that was there is replaced by itself: this mends one that the
    /// disk had damaged, and makes it young, so that no sweep takes it before its row is written.
    private func keep(_ draft: String, holding bytes: [UInt8]) throws -> Content {
        let digest = ContentDigest(of: bytes)
        try DiskFile(draft, for: .reading).flush()
        let target = path(of: digest)
        try withHold {
            let made = try Disk.makeFolder(Disk.parent(of: target))
            try Disk.rename(draft, to: target)
            try Disk.flush(folder: Disk.parent(of: target))
            for folder in made { try Disk.flush(folder: Disk.parent(of: folder)) }
        }
        return Content(digest: digest, size: Int64(bytes.count))
    }

    /// Where a content lies, or would.
    func path(of digest: ContentDigest) -> String {
        "\(folder)/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2).prefix(2))/\(digest.hex)"
    }

    static let incoming = "incoming"

    fileprivate var tooLarge: Refusal {
        Refusal(
            .tooLarge, "file.large", zh: "文件大于上限 \(limit >> 20) MiB；请压缩或拆分后再上传。",
            en: "The file is larger than the limit of \(limit >> 20) MiB; compress or split it.", field: "file")
    }

    private static func missing(_ digest: ContentDigest) -> Refusal {
        Refusal(
            .unavailable, "file.missing", zh: "文件 \(digest) 不在文件库中；请管理员从备份恢复。",
            en: "The file \(digest) is missing from the store; an administrator must restore it from a backup.")
    }

    private static func altered(_ digest: ContentDigest) -> Refusal {
        Refusal(
            .unavailable, "file.altered", zh: "文件 \(digest) 的内容已损坏或被改动；请管理员从备份恢复。",
            en: "The file \(digest) was damaged or altered; an administrator must restore it from a backup.")
    }
}

/// A content on its way into the store; gone with the last hold on it.
private final class Draft {
    let path: String
    private let store: FileStore
    private let file: DiskFile
    private var size = 0

    init(in store: FileStore) throws {
        self.store = store
        let name = UInt64.random(in: 0 ... .max)
        path = "\(store.folder)/\(FileStore.incoming)/\(getpid())-\(String(name, radix: 16))"
        file = try DiskFile(path, for: .creating)
    }

    deinit { Disk.remove(path) }

    func append(_ chunk: [UInt8]) throws {
        size += chunk.count
        guard size <= store.limit else { throw store.tooLarge }
        try file.append(chunk)
    }
}
