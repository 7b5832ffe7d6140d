import Foundation
import Geo
import Kernel
import Shapefile
import TestSupport
import Testing

@Suite(
    "Shapefiles",
    .enabled(if: Shapefile.isInstalled && Zip.isHere, "needs ogr2ogr (gdal-bin) and python3; SKIPPED, not passed"))
struct ShapefileTests {
    private static let squares = """
        {"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"小区编号":"CS-00001","小区名称":"公交小区"},"geometry":{"type":"Polygon",
        "coordinates":[[[113.01,28.17],[113.012,28.17],[113.012,28.172],[113.01,28.172],[113.01,28.17]]]}},
        {"type":"Feature","properties":{"小区编号":"CS-00002","小区名称":"铁建小区"},"geometry":{"type":"MultiPolygon",
        "coordinates":[[[[113.02,28.17],[113.022,28.17],[113.022,28.172],[113.02,28.172],[113.02,28.17]]],
        [[[113.03,28.17],[113.032,28.17],[113.032,28.172],[113.03,28.172],[113.03,28.17]]]]}}]}
        """

    /// Two outlines as a layer of the name, in a reference system and an encoding, packed with the parts wanted.
    private static func archive(
        in folder: URL, _ layer: String = "小区边界", system: String = "EPSG:4490", encoding: String = "UTF-8",
        parts: [String] = ["shp", "shx", "dbf", "prj", "cpg"]
    ) throws -> URL {
        let source = folder.appending(path: "source.geojson")
        try Data(squares.utf8).write(to: source)
        let made = folder.appending(path: layer)
        try Zip.run(
            "/usr/bin/ogr2ogr",
            [
                "-f", "ESRI Shapefile", "-t_srs", system, "-lco", "ENCODING=\(encoding)", "-nln", layer, made.path,
                source.path,
            ])
        let files = parts.map { made.appending(path: "\(layer).\($0)") }
        return try Zip.pack(files, as: folder.appending(path: "\(UUID().uuidString).zip"))
    }

    private static func converted(_ archive: URL) async throws -> [GeoJSON.Feature] {
        let target = archive.deletingLastPathComponent().appending(path: "\(UUID().uuidString).geojson")
        try await Shapefile.convert(archive.path, toGeoJSON: target.path)
        return try GeoJSON.features(from: [UInt8](Data(contentsOf: target)))
    }

    private static func refusal(_ archive: URL) async throws -> Refusal? {
        do {
            _ = try await converted(archive)
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }

    @Test("Degrees, metres of a Gauss-Krüger zone, UTF-8 and GBK come out as the same degrees and words")
    func converts() async throws {
        try await withTemporaryFolder { folder in
            let archives = [
                try Self.archive(in: folder, "a"), try Self.archive(in: folder, "b", system: "EPSG:4547"),
                try Self.archive(in: folder, "c", encoding: "GBK"),
                try Self.archive(in: folder, "d", parts: ["shp", "shx", "dbf"]),
                try Self.archive(in: folder, "e", encoding: "GBK", parts: ["shp", "shx", "dbf", "prj"]),
            ]
            for archive in archives {
                #expect(Shapefile.isArchive(archive.path))
                let features = try await Self.converted(archive)
                // Ten bytes hold a name of four signs in GBK, of three in UTF-8.
                let names = features.map { $0.properties["小区名称"] ?? $0.properties["小区名"] }
                #expect(names.map { $0?.string } == ["公交小区", "铁建小区"])
                #expect(features.map { $0.geometry?.area?.polygons.count } == [1, 2])
                let box = try #require(features.first?.geometry?.area?.box)
                #expect(abs(box.west - 113.01) < 1e-7 && abs(box.north - 28.172) < 1e-7, "longitude first")
            }
        }
    }

    @Test("A missing part is named, and so are two layers in one archive", arguments: ["shp", "shx", "dbf"])
    func parts(missing: String) async throws {
        try await withTemporaryFolder { folder in
            let rest = ["shp", "shx", "dbf", "prj"].filter { $0 != missing }
            let refusal = try await Self.refusal(try Self.archive(in: folder, parts: rest))
            #expect(refusal?.code == "shapefile.parts" && refusal?.field == "file")
            #expect(refusal?.message.zh.contains("缺少 Shapefile 的 .\(missing)；") == true)
            let both = ["a", "b"].flatMap { name in rest.map { folder.appending(path: "\(name).\($0)") } }
            for file in both { try Data([0]).write(to: file) }
            let two = try Zip.pack(both, as: folder.appending(path: "two.zip"))
            #expect(try await Self.refusal(two)?.code == (missing == "shp" ? "shapefile.parts" : "shapefile.several"))
        }
    }

    @Test("Whatever else comes as a shapefile is refused, and the next one is read")
    func hostile() async throws {
        try await withTemporaryFolder { folder in
            let good = try Self.archive(in: folder, "a")
            let bytes = try Data(contentsOf: good)
            let cut = folder.appending(path: "cut.zip")
            try bytes.prefix(bytes.count / 2).write(to: cut)
            #expect(try await Self.refusal(cut)?.code == "shapefile.archive")
            // Random bytes, another format that the program would read, and a header without its shapes.
            let shapes: [Data] = [
                Data((0..<500).map { _ in UInt8.random(in: 0...255) }), Data(Self.squares.utf8),
                try Data(contentsOf: folder.appending(path: "a/a.shp")).prefix(100),
            ]
            for (index, shape) in shapes.enumerated() {
                try shape.write(to: folder.appending(path: "a/a.shp"))
                let files = ["shp", "shx", "dbf"].map { folder.appending(path: "a/a.\($0)") }
                let archive = try Zip.pack(files, as: folder.appending(path: "\(index).zip"))
                let found = try? await Self.converted(archive)
                #expect(found?.allSatisfy { $0.geometry == nil } ?? true, "no outline is made up")
            }
            #expect(try await Self.converted(good).count == 2)
            #expect(!Shapefile.isArchive(folder.appending(path: "source.geojson").path))
            #expect(!Shapefile.isArchive(folder.appending(path: "none").path))
        }
    }
}

/// Packs with Python, as a program of its own.
private enum Zip {
    static let isHere = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    static func pack(_ files: [URL], as archive: URL) throws -> URL {
        try run("/usr/bin/python3", ["-m", "zipfile", "-c", archive.path] + files.map(\.path))
        return archive
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(arguments)")
    }
}
