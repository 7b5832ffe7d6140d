import Common
import Identity
import Kernel
import Media
import Registry
import Store

/// Photos of the demo city's largest estates: flat drawings of façades, which nobody can take for a photograph.
struct DemoPhotos {
    private static let estates = 6
    private static let caption = "示意图 · generated"
    private static let walls: [Int32] = [0xC9B79C, 0xB8A9A0, 0xA9B2AE, 0xD3C4A8, 0xB5745F]

    let files: FileStore
    let scribe: Scribe

    func write(seed: UInt64) async throws {
        var largest = EstateFilter()
        (largest.sort, largest.descending) = (.households, true)
        let (register, filter) = (scribe.register, largest)
        let lines = try await scribe.database.read { tx in
            try register.estates(filter, size: Self.estates, for: .system(requestID: "demo"), in: tx).lines
        }
        for (index, line) in lines.enumerated() {
            var dice = Dice(seed: seed, subject: -1 - index)
            for question in [nil, CoreFact.floors] { try await add(question, to: line, &dice) }
        }
    }

    private func add(_ question: String?, to line: EstateLine, _ dice: inout Dice) async throws {
        let picture = try Self.facade(&dice)
        let full = try await files.add(picture.jpeg)
        let thumb = try await files.add(picture.thumbnail)
        let days = Int64(dice.whole(30...700))
        let location = line.location.map {
            Coordinate(
                longitude: $0.longitude + dice.real(-0.001...0.001), latitude: $0.latitude + dice.real(-0.001...0.001))
        }
        let draft = PhotoDraft(
            id: dice.id(Photo.self, at: DemoPlan.asOf), label: PhotoLabel(question: question, caption: Self.caption),
            digest: full.digest.hex, thumbDigest: thumb.digest.hex, bytes: picture.jpeg.count, width: picture.width,
            height: picture.height, takenAt: DemoPlan.asOf.adding(seconds: -86_400 * days), location: location)
        try await scribe.write { register, deed in
            for content in [full, thumb] {
                try StoredFile(content, mediaType: "image/jpeg", originalName: Self.caption, addedAt: deed.now)
                    .insert(deed.tx)
            }
            _ = try register.addPhoto(draft, to: line.id, in: deed)
        }
    }

    /// Sky, ground, and a house of some floors with its windows and doors.
    private static func facade(_ dice: inout Dice) throws -> PreparedPicture {
        let (width, height) = (640, 480)
        let drawing = try Drawing(width: width, height: height)
        drawing.fill(x: 0, y: 0, width: width, height: 400, color: 0xBFD3DE)
        drawing.fill(x: 0, y: 400, width: width, height: 80, color: 0x8F9A86)
        let (floors, bays) = (dice.whole(5...7), dice.whole(6...9))
        let (floor, bay) = (300 / floors, 520 / bays)
        let (left, top) = ((width - bays * bay) / 2, 410 - floors * floor)
        drawing.fill(x: left, y: top, width: bays * bay, height: floors * floor, color: dice.pick(walls))
        drawing.fill(x: left - 6, y: top - 8, width: bays * bay + 12, height: 8, color: 0x6F6A63)
        for row in 0..<floors {
            for column in 0..<bays {
                let (x, y) = (left + column * bay + bay / 4, top + row * floor + floor / 5)
                let isDoor = row == floors - 1 && column % 3 == 1
                let glass: Int32 = isDoor ? 0x5A4B3C : dice.chance(0.2) ? 0xE8E2C9 : 0x51687A
                drawing.fill(x: x, y: y, width: bay / 2, height: isDoor ? floor * 4 / 5 : floor / 2, color: glass)
                // An air conditioner beside the window.
                guard !isDoor, dice.chance(0.3) else { continue }
                drawing.fill(x: x + bay / 2 + 2, y: y + floor / 4, width: bay / 6, height: floor / 5, color: 0xE6E6E2)
            }
        }
        return try drawing.prepared()
    }
}
