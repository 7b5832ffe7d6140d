import Foundation
import Kernel

/// Shapefiles as districts send them: a ZIP archive of `.shp`, `.shx`, `.dbf`, mostly with `.prj` and `.cpg`.
///
/// The program `ogr2ogr` (Debian's gdal-bin) reads them, as a program of its own: what a hostile file does to it ends
/// with it. It is given the parts alone, under names of ours, in a folder of their own, with limits of time, memory
/// and output, and no shell.
public enum Shapefile {
    /// Of the GeoJSON that comes out; more is refused.
    static let outputLimit = 32 << 20
    private static let seconds = 60
    private static let memory = 1 << 30
    private static let programs = ["/usr/bin/timeout", "/usr/bin/prlimit", "/usr/bin/ogr2ogr"]

    /// One after the other: whoever uploads many waits, and memory stays bounded.
    private static let queue = DispatchQueue(label: "yiju.shapefile")

    /// Whether `ogr2ogr` is there.
    public static var isInstalled: Bool { programs.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) } }

    /// Whether a file is a ZIP archive, whatever its name says.
    public static func isArchive(_ path: String) -> Bool {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4)) == Data([0x50, 0x4B, 3, 4])
    }

    /// Turns the shapefile in an archive into GeoJSON: longitude and latitude in CGCS2000 by its `.prj`, or as they
    /// stand where it has none.
    /// - Throws: a `Refusal` `shapefile.…` that names the missing part, the limit or the program's complaint.
    public static func convert(_ archive: String, toGeoJSON target: String) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            queue.async { done.resume(with: Result { try convertNow(archive, target) }) }
        }
    }

    private static func convertNow(_ archive: String, _ target: String) throws {
        guard isInstalled else {
            throw Refusal(
                .unavailable, "shapefile.program", zh: "服务器没有安装 ogr2ogr（gdal-bin），不能读 Shapefile；请改传 GeoJSON，或请管理员安装。",
                en: """
                    The program ogr2ogr (gdal-bin) is not installed, so shapefiles cannot be read; send GeoJSON, or ask an \
                    administrator to install it.
                    """,
                field: "file")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-shapefile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let parts = try ShapefileParts(archive: archive, into: folder)
        let out = folder.appending(path: "out.geojson")
        try run(parts, in: folder, to: out)
        // Names of ten bytes and texts of a field's width end in the middle of a character; what is left of it goes.
        let text = String(decoding: try Data(contentsOf: out), as: UTF8.self).replacing("\u{FFFD}", with: "")
        try Data(text.utf8).write(to: URL(filePath: target))
    }

    private static func run(_ parts: ShapefileParts, in folder: URL, to out: URL) throws {
        let complaints = folder.appending(path: "complaints.txt")
        try Data().write(to: complaints)
        let process = Process()
        process.executableURL = URL(filePath: programs[0])
        process.arguments =
            ["--signal=KILL", "\(seconds)", programs[1], "--as=\(memory)", "--fsize=\(outputLimit)", programs[2]]
            + parts.options + ["-f", "GeoJSON", "-dim", "XY", "-lco", "COORDINATE_PRECISION=9", out.path, parts.layer]
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": folder.path]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        process.waitUntilExit()
        let size = (try? FileManager.default.attributesOfItem(atPath: out.path)[.size] as? Int) ?? 0
        guard size < outputLimit else { throw tooLarge }
        guard process.terminationReason == .exit, process.terminationStatus != 137 else { throw tooSlow }
        guard process.terminationStatus == 0, size > 0 else { throw unreadable(complaints) }
    }

    private static var tooLarge: Refusal {
        Refusal(
            .tooLarge, "shapefile.large", zh: "Shapefile 展开后超过 \(outputLimit >> 20) MB；请拆分或先简化。",
            en: "The shapefile is over \(outputLimit >> 20) MB unpacked; split or simplify it.", field: "file")
    }

    private static var tooSlow: Refusal {
        Refusal(
            .tooLarge, "shapefile.slow", zh: "读取 Shapefile 超过了 \(seconds) 秒或内存上限；请拆分后分次上传。",
            en: "Reading the shapefile took more than \(seconds) s or too much memory; split it.", field: "file")
    }

    /// With the program's first complaint, which names the part that is wrong.
    private static func unreadable(_ complaints: URL) -> Refusal {
        let text = (try? FileHandle(forReadingFrom: complaints).read(upToCount: 4096)) ?? Data()
        let folder = complaints.deletingLastPathComponent().path + "/"
        let lines = String(decoding: text, as: UTF8.self).replacing(folder, with: "").split(separator: "\n")
        let first = String((lines.first { $0.hasPrefix("ERROR") } ?? lines.first ?? "").prefix(200))
        return Refusal(
            "shapefile.unreadable", zh: "Shapefile 无法读取，可能已损坏；请重新导出。（\(first)）",
            en: "The shapefile cannot be read and may be damaged; export it again. (\(first))", field: "file")
    }
}
