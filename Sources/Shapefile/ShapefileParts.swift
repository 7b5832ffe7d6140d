import CZip
import Foundation
import Kernel

/// The parts of the one shapefile in an archive, unpacked under names of ours.
struct ShapefileParts {
    /// The file to open.
    let layer: String
    /// How it is to be read: into which reference system, in which encoding.
    let options: [String]

    private static let needed = ["shp", "shx", "dbf"]
    private static let helpful = ["prj", "cpg"]
    private static let entryLimit = 1000
    /// Bytes of one part, unpacked.
    private static let partLimit = 128 << 20

    init(archive path: String, into folder: URL) throws {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else { throw Self.damaged }
        defer { zip_discard(archive) }
        let entries = try Self.entries(of: archive)
        for (part, entry) in entries {
            try Self.unpack(entry, of: archive, to: folder.appending(path: "layer.\(part)"))
        }
        layer = folder.appending(path: "layer.shp").path
        // The program would try a hundred other formats on what is none.
        guard try Self.isShape(layer) else { throw Self.noShape }
        // Without .prj the numbers are taken as degrees; whether they are, the reader of GeoJSON sees.
        let system = [entries["prj"] == nil ? "-a_srs" : "-t_srs", "EPSG:4490"]
        let encoding = entries["cpg"] == nil ? try Self.encoding(of: folder.appending(path: "layer.dbf")) : nil
        options = system + (encoding.map { ["--config", "SHAPE_ENCODING", $0] } ?? [])
    }

    /// The number of each part's entry.
    private static func entries(of archive: OpaquePointer) throws -> [String: zip_uint64_t] {
        let count = zip_get_num_entries(archive, 0)
        guard (1...zip_int64_t(entryLimit)).contains(count) else { throw damaged }
        var layers: [String: [String: zip_uint64_t]] = [:]
        for index in 0..<zip_uint64_t(count) {
            var status = zip_stat_t()
            guard zip_stat_index(archive, index, zip_flags_t(ZIP_FL_ENC_RAW), &status) == 0, let start = status.name
            else { throw damaged }
            // Names are often GBK; they serve to tell parts of one layer, and are shown as well as they can be.
            let name = String(cString: start)
            guard !name.hasPrefix("__MACOSX/"), let dot = name.lastIndex(of: ".") else { continue }
            let part = name[name.index(after: dot)...].lowercased()
            guard (needed + helpful).contains(part) else { continue }
            guard status.size <= zip_uint64_t(partLimit) else { throw tooLarge(name) }
            layers[name[..<dot].lowercased(), default: [:]][part] = index
        }
        let shapes = layers.filter { $0.value["shp"] != nil }
        guard shapes.count < 2 else { throw several(shapes.keys.sorted()) }
        let parts = (shapes.first ?? layers.min { $0.key < $1.key })?.value ?? [:]
        let missing = needed.filter { parts[$0] == nil }
        guard missing.isEmpty else { throw incomplete(missing) }
        return parts
    }

    /// The bytes of an entry, held to the limit whatever the archive announces.
    private static func unpack(_ entry: zip_uint64_t, of archive: OpaquePointer, to target: URL) throws {
        guard let source = zip_fopen_index(archive, entry, 0) else { throw damaged }
        defer { zip_fclose(source) }
        try Data().write(to: target)
        let file = try FileHandle(forWritingTo: target)
        defer { try? file.close() }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var total = 0
        while true {
            let count = chunk.withUnsafeMutableBytes { zip_fread(source, $0.baseAddress, zip_uint64_t($0.count)) }
            guard count >= 0 else { throw damaged }
            if count == 0 { return }
            total += Int(count)
            guard total <= partLimit else { throw tooLarge(target.lastPathComponent) }
            try file.write(contentsOf: chunk[..<Int(count)])
        }
    }

    /// The file code 9994, big-endian (ESRI Shapefile Technical Description, 1998).
    private static func isShape(_ path: String) throws -> Bool {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        return try file.read(upToCount: 4) == Data([0, 0, 0x27, 0x0A])
    }

    /// Tables without `.cpg` that name no encoding are mostly GBK here, some UTF-8. Nil where the table names one.
    private static func encoding(of table: URL) throws -> String? {
        let file = try FileHandle(forReadingFrom: table)
        defer { try? file.close() }
        let bytes = [UInt8](try file.read(upToCount: 1 << 18) ?? Data())
        // dBASE: byte 29 is the language driver (0x57 means "as on that machine"), 8 and 9 the length of the header.
        guard bytes.count > 32, [0, 0x57].contains(bytes[29]) else { return nil }
        let (head, row) = (Int(bytes[8]) | Int(bytes[9]) << 8, Int(bytes[10]) | Int(bytes[11]) << 8)
        guard head < bytes.count, row > 0 else { return nil }
        let whole = (bytes.count - head) / row * row
        return String(validating: bytes[head..<head + whole], as: UTF8.self) == nil ? "GB18030" : "UTF-8"
    }

    private static func incomplete(_ missing: [String]) -> Refusal {
        let list = missing.map { ".\($0)" }
        return Refusal(
            "shapefile.parts",
            zh: "压缩包缺少 Shapefile 的 \(list.joined(separator: "、"))；请把 .shp、.shx、.dbf（及 .prj、.cpg）一起打包为 .zip。",
            en: """
                The archive lacks the shapefile's \(list.joined(separator: ", ")); pack .shp, .shx and .dbf (with .prj and .cpg) \
                into one .zip.
                """,
            field: "file")
    }

    private static var noShape: Refusal {
        Refusal(
            "shapefile.unreadable", zh: "压缩包里的 .shp 不是 Shapefile，或已损坏；请重新导出。",
            en: "The .shp in the archive is no shapefile, or is damaged; export it again.", field: "file")
    }

    private static func several(_ names: [String]) -> Refusal {
        let list = names.prefix(5).map { String($0.prefix(40)) }
        return Refusal(
            "shapefile.several", zh: "压缩包里有 \(names.count) 个图层（\(list.joined(separator: "、"))）；请每次只传一个。",
            en: "The archive holds \(names.count) layers (\(list.joined(separator: ", "))); send one at a time.",
            field: "file")
    }

    private static func tooLarge(_ name: String) -> Refusal {
        Refusal(
            .tooLarge, "shapefile.large", zh: "压缩包里的“\(name.suffix(60))”展开后超过 \(partLimit >> 20) MB；请拆分。",
            en: "“\(name.suffix(60))” in the archive is over \(partLimit >> 20) MB unpacked; split it.", field: "file")
    }

    private static var damaged: Refusal {
        Refusal(
            "shapefile.archive", zh: "这不是完整的 ZIP 压缩包，可能没有传完；请重新打包上传。",
            en: "This is no whole ZIP archive and may be cut short; pack and upload it again.", field: "file")
    }
}
