import Cryptography
public import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The newest head as a file beside the keys, outside the database: whoever can write only there cannot cut the record
/// short unnoticed. It may lag behind the record by a moment, or on a node that has not sealed for long; it is never
/// ahead, since it is written after the commit.
public struct KeptHead: Sendable {
    let path: String

    init(directory: String) {
        path = "\(directory)/newest-head.txt"
    }

    /// Nil where none was kept yet.
    /// - Throws: `Refusal` `head.unreadable`, `vault.permissions`, `vault.unreadable`.
    public func read() throws -> TreeHead? {
        guard access(path, F_OK) == 0 else { return nil }
        return try TreeHead(text: Vault.readPrivate(path))
    }

    /// After a restore the record is, rightly, another or an older one: its own newest head is kept from now on.
    public func follow(_ database: Database) async throws {
        if let head = try await database.read({ try TreeHead.latest(tx: $0) }) { return try keep(head) }
        guard unlink(path) == 0 || errno == ENOENT else { throw Vault.cannotWrite(path) }
    }

    /// Replaces the file at one stroke. Not flushed: after a crash an older head does as well.
    func keep(_ head: TreeHead) throws {
        let draft = "\(path).\(Hex.encode(Random.bytes(8)))"
        let file = openFile(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Vault.cannotWrite(path) }
        let bytes = Array(head.text.utf8)
        let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        guard written == bytes.count, rename(draft, path) == 0 else {
            let refusal = Vault.cannotWrite(path)
            unlink(draft)
            throw refusal
        }
    }
}
