import Foundation
import Kernel
import Media
import TestSupport
import Testing

/// Pillow, another program's idea of what a picture shows and says, run as a program.
private enum Pillow {
    struct Opinion: Codable {
        let name: String
        let size: [Int]
        let mean: Double
        let largest: Int
        let extras: [String]
    }

    static let isHere = JudgePython.has("PIL")

    static func write(to folder: URL) throws -> [String] {
        try JSONDecoder().decode([String].self, from: JudgePython.run([script, "write", folder.path]))
    }

    static func compare(in folder: URL) throws -> [Opinion] {
        try JSONDecoder().decode([Opinion].self, from: JudgePython.run([script, "compare", folder.path]))
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Scripts/pillow_pictures.py").path
}

@Suite(
    "Agreement with Pillow",
    .enabled(
        if: Pillow.isHere, Comment(rawValue: JudgePython.missing("PIL")))
)
struct PillowTests {
    @Test("Of every form that JPEG, PNG and WebP have, what is kept shows what Pillow sees, and nothing else is in it")
    func agreement() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = try Pillow.write(to: folder)
        #expect(names.count > 20)
        var sizes: [String: [Int]] = [:]
        for name in names {
            let picture = try Picture.prepare(bytes: Array(Data(contentsOf: folder.appending(path: name))))
            #expect(picture.takenAt?.rfc3339 == "2026-06-30T02:12:33.000Z", "\(name)")
            let place = try #require(picture.place, "\(name)")
            #expect(abs(place.latitude - 28.228_125) < 1e-6 && abs(place.longitude - 112.939_028) < 1e-6, "\(name)")
            try Data(picture.jpeg).write(to: folder.appending(path: name + ".kept.jpg"))
            try Data(picture.thumbnail).write(to: folder.appending(path: name + ".thumbnail.jpg"))
            sizes[name + ".kept.jpg"] = [picture.width, picture.height]
        }
        let opinions = try Pillow.compare(in: folder)
        #expect(opinions.count == names.count * 2)
        for opinion in opinions {
            #expect(opinion.mean < 2 && opinion.largest < 8, "\(opinion)")
            #expect(opinion.extras == [], "\(opinion)")
            if let size = sizes[opinion.name] {
                #expect(opinion.size == size, "\(opinion)")
            } else {
                #expect(opinion.size.max() == 480, "\(opinion)")
            }
        }
    }
}
