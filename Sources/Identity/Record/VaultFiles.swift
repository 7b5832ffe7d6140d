import Cryptography
import Kernel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The vault's files, in a directory outside the database: `master.key` and `signing.pem`, readable by their owner
/// alone.
extension Vault {
    static let masterFile = "master.key"
    static let signingFile = "signing.pem"
    /// Larger than any key file of ours.
    private static let longestFile = 16_384

    /// Opens the vault in `directory`.
    /// - Parameter suites: With suites, an absent vault is made (first run); with nil it is refused (every later run).
    /// - Throws: `Refusal` `vault.absent`, `vault.permissions`, `vault.unreadable`.
    public static func open(_ directory: String, creating suites: Suites? = nil) throws -> Vault {
        if let suites { try create(in: directory, suites) }
        try checkDirectory(directory)
        let lines = try readPrivate("\(directory)/\(masterFile)").split(separator: "\n").map(String.init)
        guard lines.count == 3, let cipher = CipherSuite(rawValue: lines[0]), let bytes = Hex.decode(lines[1]),
            let digest = DigestSuite(rawValue: lines[2])
        else { throw unreadable("\(directory)/\(masterFile)") }
        let signing = try SigningKey(pem: readPrivate("\(directory)/\(signingFile)"))
        return Vault(
            master: try SealKey(bytes: bytes, cipher), signing: signing, digest: digest,
            keptHead: KeptHead(directory: directory))
    }

    /// The vault in `directory`; nil where there is none.
    public static func openIfAny(_ directory: String) throws -> Vault? {
        do {
            return try open(directory)
        } catch let refusal as Refusal where refusal.code == "vault.absent" {
            return nil
        }
    }

    /// Makes what is missing; never overwrites. Two processes that start at once end up with one vault.
    private static func create(in directory: String, _ suites: Suites) throws {
        if mkdir(directory, 0o700) != 0, errno != EEXIST { throw cannotWrite(directory) }
        try checkDirectory(directory)
        let fresh = Vault.ephemeral(suites)
        let master = [suites.cipher.rawValue, Hex.encode(fresh.master.bytes), suites.digest.rawValue]
        try writePrivate(master.joined(separator: "\n") + "\n", to: "\(directory)/\(masterFile)")
        try writePrivate(fresh.signing.pem, to: "\(directory)/\(signingFile)")
    }

    /// Writes beside the name and links it into place, so that nobody ever reads half a key.
    private static func writePrivate(_ text: String, to path: String) throws {
        guard access(path, F_OK) != 0 else { return }
        let draft = "\(path).\(Hex.encode(Random.bytes(8)))"
        let file = openFile(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw cannotWrite(path) }
        defer { unlink(draft) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        let flushed = fsync(file)
        close(file)
        guard written == bytes.count, flushed == 0 else { throw cannotWrite(path) }
        if link(draft, path) != 0, errno != EEXIST { throw cannotWrite(path) }
    }

    static func readPrivate(_ path: String) throws -> String {
        let file = openFile(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard file >= 0 else { throw errno == ENOENT ? absent(path) : unreadable(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw unreadable(path) }
        guard isPrivate(status) else { throw tooOpen(path, mode: "600") }
        var bytes = [UInt8](repeating: 0, count: longestFile)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count > 0, count < longestFile else { throw unreadable(path) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func checkDirectory(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw absent(path) }
        guard isPrivate(status) else { throw tooOpen(path, mode: "700") }
    }

    /// Ours, and closed to group and others.
    private static func isPrivate(_ status: stat) -> Bool {
        status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }

    private static func absent(_ path: String) -> Refusal {
        Refusal(
            .unavailable, "vault.absent",
            zh: "找不到密钥 \(path)；请从备份恢复密钥目录，或用选项指明它在哪里。",
            en: "There is no key at \(path). Restore the key directory from its backup, or say where it is.")
    }

    private static func tooOpen(_ path: String, mode: String) -> Refusal {
        Refusal(
            .unavailable, "vault.permissions",
            zh: "密钥 \(path) 必须属于运行宜居的用户，且不得对他人开放；请执行 chmod \(mode)。",
            en: "The key at \(path) must belong to the user who runs Yiju and be closed to others: run chmod \(mode).")
    }

    private static func unreadable(_ path: String) -> Refusal {
        Refusal(
            .unavailable, "vault.unreadable", zh: "密钥 \(path) 无法读取；请从备份恢复。",
            en: "The key at \(path) cannot be read; restore it from its backup.")
    }

    static func cannotWrite(_ path: String) -> Refusal {
        Refusal(
            .unavailable, "vault.unwritable", zh: "无法写入密钥 \(path):\(String(cString: strerror(errno)))。",
            en: "The key at \(path) cannot be written: \(String(cString: strerror(errno))).")
    }
}

/// The system's `open`, which inside this type's extension would be taken for the vault's own.
func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags, mode)
}
