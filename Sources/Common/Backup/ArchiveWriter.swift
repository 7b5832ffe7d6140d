import CZip
import Glibc
import Kernel
import Store

/// A ZIP archive being written through libzip. What is added is read when the archive is finished, so it must stay.
final class ArchiveWriter {
    private let path: String
    private var archive: OpaquePointer?

    /// Replaces whatever lies at `path`.
    init(_ path: String) throws {
        self.path = path
        var code: Int32 = 0
        archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code)
        if archive == nil { throw Self.failure(path, code) }
    }

    deinit { if let archive { zip_discard(archive) } }

    enum Packing {
        /// Text: quickly and well.
        case deflated
        /// Pictures and papers that are packed already.
        case stored
    }

    func add(_ name: String, file: String, _ packing: Packing) throws {
        try add(name, zip_source_file(archive, file, 0, -1), packing)
    }

    func add(_ name: String, bytes: [UInt8]) throws {
        // libzip frees the copy with its source.
        guard let copy = malloc(max(1, bytes.count)) else { throw StoreError.full("no memory for \(name)") }
        bytes.withUnsafeBytes { if let start = $0.baseAddress { copy.copyMemory(from: start, byteCount: $0.count) } }
        try add(name, zip_source_buffer(archive, copy, zip_uint64_t(bytes.count), 1), .deflated)
    }

    /// Writes everything.
    func finish() throws {
        guard zip_close(archive) == 0 else { throw failure }
        archive = nil
    }

    private func add(_ name: String, _ source: OpaquePointer?, _ packing: Packing) throws {
        guard let source else { throw failure }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw failure
        }
        let method = packing == .deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE
        // Level 1: a tenth larger than the default, in a third of the time.
        guard zip_set_file_compression(archive, zip_uint64_t(index), method, 1) == 0 else { throw failure }
    }

    private var failure: any Error {
        guard let error = zip_get_error(archive) else { return Self.failure(path, ZIP_ER_INTERNAL) }
        if zip_error_system_type(error) == ZIP_ET_SYS { return Disk.failure(path, code: zip_error_code_system(error)) }
        return Self.failure(path, zip_error_code_zip(error))
    }

    private static func failure(_ path: String, _ code: Int32) -> any Error {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        if zip_error_system_type(&error) == ZIP_ET_SYS { return Disk.failure(path) }
        let reason = String(cString: zip_error_strerror(&error))
        return Refusal(
            .unavailable, "backup.write", zh: "无法写入备份 \(path):\(reason)。",
            en: "The backup \(path) cannot be written: \(reason).")
    }
}
