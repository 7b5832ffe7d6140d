import Glibc
import Kernel
import Store

/// The file system in a few words. Whatever it refuses is thrown with the path and the system's reason.
public enum Disk {
    /// Makes a folder and what lies above it, readable by the owner alone.
    /// - Returns: the folders that were not there before, the uppermost first.
    @discardableResult
    public static func makeFolder(_ path: String) throws -> [String] {
        if mkdir(path, 0o700) == 0 { return [path] }
        switch errno {
        case EEXIST:
            guard isFolder(path) else { throw failure(path, code: ENOTDIR) }
            return []
        case ENOENT where parent(of: path) != path:
            let above = try makeFolder(parent(of: path))
            return above + (try makeFolder(path))
        default: throw failure(path)
        }
    }

    static func parent(of path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Size in bytes and seconds since 1970 of the last change; nil when there is no such file.
    static func status(of path: String) -> (size: Int64, changed: Int64)? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return (Int64(status.st_size), Int64(status.st_mtim.tv_sec))
    }

    static func rename(_ old: String, to new: String) throws {
        if Glibc.rename(old, new) != 0 { throw failure(new) }
    }

    static func remove(_ path: String) { unlink(path) }

    static func removeFolder(_ path: String) {
        for name in (try? names(in: path)) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// What lies in a folder; nothing when there is no such folder.
    static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure(folder)
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes the names in a folder durable: a renamed file is only safe once its folder is.
    static func flush(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure(folder) }
    }

    /// A folder of its own beside `path`, readable by the owner alone.
    static func makeTemporaryFolder(beside path: String) throws -> String {
        var template = Array("\(path).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw failure(path) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func failure(_ path: String, code: Int32 = errno) -> any Error {
        let reason = String(cString: strerror(code))
        if code == ENOSPC || code == EDQUOT { return StoreError.full("\(path): \(reason)") }
        return Refusal(
            .unavailable, "disk.failed", zh: "无法读写 \(path):\(reason)。请检查路径、权限和磁盘。",
            en: "\(path) cannot be read or written: \(reason). Check the path, its permissions and the disk.")
    }
}

/// A file under its descriptor, closed when nobody holds it any more.
public final class DiskFile {
    public enum Use { case reading, creating }

    let path: String
    private let descriptor: Int32

    /// A new file must not exist yet and is readable by the owner alone. Symbolic links are not followed.
    public init(_ path: String, for use: Use) throws {
        self.path = path
        let flags = use == .creating ? O_WRONLY | O_CREAT | O_EXCL : O_RDONLY
        descriptor = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw Disk.failure(path) }
    }

    deinit { close(descriptor) }

    /// - Throws: `StoreError.full` when the disk is, `Refusal` `disk.failed`.
    public func append(_ bytes: some Collection<UInt8>) throws {
        let done: Void? = try bytes.withContiguousStorageIfAvailable { try append(UnsafeRawBufferPointer($0)) }
        if done == nil { try Array(bytes).withUnsafeBytes { try append($0) } }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let count = write(descriptor, start, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Disk.failure(path)
            }
        }
    }

    /// All of a file, which must not be longer than `limit`; nil when it is.
    func contents(limit: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count > 0 {
                guard bytes.count + count <= limit else { return nil }
                bytes += chunk[..<count]
            } else if errno != EINTR {
                throw Disk.failure(path)
            }
        }
    }

    /// The bytes, not only their names, are on the disk when this returns.
    func flush() throws {
        if fsync(descriptor) != 0 { throw Disk.failure(path) }
    }
}
