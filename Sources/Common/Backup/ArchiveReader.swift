import CZip
import Glibc
import Kernel

/// A ZIP archive that a stranger may have made: only names of ours, each once, packed in a way we know and not out of
/// proportion. Nothing is ever unpacked under a name that stands in it.
final class ArchiveReader {
    struct Entry {
        fileprivate let index: zip_uint64_t
        let name: String
        /// Unpacked, as the archive says; reading holds it to that.
        let size: Int64
    }

    /// More than any city's files; each entry costs some hundred bytes while the archive is open.
    private static let mostEntries = 5_000_000
    /// Rows of text shrink to a tenth or a twentieth; a thousandth is nothing but repetition.
    private static let steepestPacking: UInt64 = 200
    /// Small entries may shrink as they like.
    private static let smallEntry: UInt64 = 1 << 20

    private let path: String
    private let archive: OpaquePointer
    /// By name.
    let entries: [String: Entry]

    /// - Throws: `Refusal` `backup.absent`, `backup.archive` (no ZIP archive, or cut short), `backup.entry`,
    ///   `backup.bomb`.
    init(_ path: String) throws {
        self.path = path
        guard Disk.exists(path) else {
            throw Refusal(
                .notFound, "backup.absent", zh: "没有找到备份文件 \(path)。", en: "There is no backup at \(path).", field: "file"
            )
        }
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else { throw Self.damaged(path) }
        self.archive = archive
        do {
            entries = try Self.entries(of: archive, path)
        } catch {
            zip_discard(archive)
            throw error
        }
    }

    deinit { zip_discard(archive) }

    private static func entries(of archive: OpaquePointer, _ path: String) throws -> [String: Entry] {
        let count = zip_get_num_entries(archive, 0)
        guard (1...zip_int64_t(mostEntries)).contains(count) else { throw damaged(path) }
        var entries: [String: Entry] = [:]
        for index in 0..<zip_uint64_t(count) {
            var status = zip_stat_t()
            guard zip_stat_index(archive, index, zip_flags_t(ZIP_FL_ENC_RAW), &status) == 0, let start = status.name,
                let name = String(validatingCString: start)
            else { throw damaged(path) }
            guard isOurs(name), entries[name] == nil, status.encryption_method == UInt16(ZIP_EM_NONE),
                status.comp_method == UInt16(ZIP_CM_DEFLATE) || status.comp_method == UInt16(ZIP_CM_STORE)
            else { throw stranger(name) }
            guard status.size <= max(smallEntry, status.comp_size.multipliedReportingOverflow(by: steepestPacking).0),
                let size = Int64(exactly: status.size)
            else { throw bomb(name) }
            entries[name] = Entry(index: index, name: name, size: size)
        }
        return entries
    }

    /// `manifest.json`, `tables/<name>.jsonl`, `files/<digest>`: no path leads anywhere else.
    private static func isOurs(_ name: String) -> Bool {
        if name == Manifest.name { return true }
        if name.hasPrefix("files/") { return ContentDigest(name.dropFirst("files/".count)) != nil }
        guard name.hasPrefix("tables/"), name.hasSuffix(".jsonl") else { return false }
        let table = name.dropFirst("tables/".count).dropLast(".jsonl".count)
        return !table.isEmpty
            && table.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) || (48...57).contains($0) }
    }

    /// All of an entry; refused when it is longer than `limit` bytes.
    func bytes(of entry: Entry, limit: Int) throws -> [UInt8] {
        guard entry.size <= limit else { throw Self.bomb(entry.name) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(entry.size))
        let stream = try Stream(self, entry)
        while let chunk = try stream.next() { bytes += chunk }
        return bytes
    }

    /// An entry's bytes as they are unpacked: as many as the archive announced.
    final class Stream {
        private let archive: ArchiveReader
        private let entry: Entry
        private let file: OpaquePointer
        private var chunk = [UInt8](repeating: 0, count: 1 << 18)
        private var total: Int64 = 0

        init(_ archive: ArchiveReader, _ entry: Entry) throws {
            guard let file = zip_fopen_index(archive.archive, entry.index, 0) else { throw damaged(archive.path) }
            (self.archive, self.entry, self.file) = (archive, entry, file)
        }

        deinit { zip_fclose(file) }

        /// At most 256 KiB; nil at the end.
        func next() throws -> ArraySlice<UInt8>? {
            let count = chunk.withUnsafeMutableBytes { zip_fread(file, $0.baseAddress, zip_uint64_t($0.count)) }
            // A wrong checksum also shows here, at the end.
            guard count >= 0 else { throw damaged(archive.path) }
            total += count
            guard total <= entry.size else { throw bomb(entry.name) }
            if count > 0 { return chunk[..<Int(count)] }
            guard total == entry.size else { throw damaged(archive.path) }
            return nil
        }
    }

    private static func damaged(_ path: String) -> Refusal {
        Refusal(
            .unavailable, "backup.archive", zh: "\(path) 不是完整的备份文件（可能没有传完或已损坏）；请换一份备份。",
            en: "\(path) is not a whole backup: it may be cut short or damaged. Use another copy.", field: "file")
    }

    private static func stranger(_ name: String) -> Refusal {
        let shown = String(name.prefix(80))
        return Refusal(
            .unavailable, "backup.entry", zh: "备份中有不该有的内容“\(shown)”；请勿使用这份文件。",
            en: "The backup holds something that does not belong in it, “\(shown)”. Do not use this file.",
            field: "file")
    }

    private static func bomb(_ name: String) -> Refusal {
        Refusal(
            .tooLarge, "backup.bomb", zh: "备份中的 \(name) 展开后大得不合常理；请勿使用这份文件。",
            en: "Unpacked, \(name) would be larger than it can rightly be. Do not use this file.", field: "file")
    }
}
