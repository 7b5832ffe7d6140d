import CGD
import Kernel
import Media
import Testing

@Suite("Pictures")
struct PictureTests {
    @Test("JPEG, PNG and WebP become the same upright JPEG, told by their first bytes")
    func kinds() throws {
        for bytes in [Sample.jpeg(), Sample.jpeg(isProgressive: true), Sample.png(), Sample.webp()] {
            let picture = try Picture.prepare(bytes: bytes)
            let seen = try #require(Seen(picture.jpeg))
            #expect(seen.corners == Sample.corners)
            #expect(seen.width == 64 && seen.height == 48 && picture.width == 64 && picture.height == 48)
            #expect(picture.takenAt == nil && picture.place == nil)
        }
    }

    /// Where red, green, blue and yellow of the file come to lie, by Exif's table of rows and columns.
    private static let upright: [[[Int32]]] = {
        let (r, g, b, y): (Int32, Int32, Int32, Int32) = (0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00)
        return [
            [[r, g], [b, y]], [[g, r], [y, b]], [[y, b], [g, r]], [[b, y], [r, g]],
            [[r, b], [g, y]], [[b, r], [y, g]], [[y, g], [b, r]], [[g, y], [r, b]],
        ]
    }()

    @Test("All eight orientations end upright; another number means upright already", arguments: 0...9)
    func orientations(orientation: Int) throws {
        let exif = TIFF.ushuaia(isBigEndian: true, orientation: orientation).bytes
        let picture = try Picture.prepare(bytes: jpeg(Sample.jpeg(), exif: exif))
        let seen = try #require(Seen(picture.jpeg))
        #expect(seen.corners == Self.upright[(1...8).contains(orientation) ? orientation - 1 : 0])
        #expect([seen.width, seen.height] == ((5...8).contains(orientation) ? [48, 64] : [64, 48]))
        #expect(try #require(Seen(picture.thumbnail)).corners == seen.corners)
    }

    @Test("The long side becomes 2560 at most, the thumbnail's 480; small pictures are not enlarged")
    func sizes() throws {
        for (width, height, kept, small) in [
            (4000, 3000, [2560, 1920], [480, 360]), (3000, 4000, [1920, 2560], [360, 480]),
            (2560, 1, [2560, 1], [480, 1]), (30_000, 2, [2560, 1], [480, 1]), (481, 480, [481, 480], [480, 479]),
            (1, 1, [1, 1], [1, 1]),
        ] as [(Int32, Int32, [Int], [Int])] {
            let picture = try Picture.prepare(bytes: Sample.jpeg(width: width, height: height))
            let (seen, thumbnail) = (try #require(Seen(picture.jpeg)), try #require(Seen(picture.thumbnail)))
            #expect([seen.width, seen.height] == kept && [picture.width, picture.height] == kept)
            #expect([thumbnail.width, thumbnail.height] == small)
        }
    }

    @Test("What was transparent becomes white, what was half transparent lighter")
    func alpha() throws {
        for (alpha, color) in [(127, 0xFFFFFF), (64, 0x808080), (0, 0x000000)] as [(Int32, Int32)] {
            let seen = try #require(Seen(try Picture.prepare(bytes: Sample.veiled(alpha: alpha)).jpeg))
            #expect(seen.corners == [[0xFF0000, color], [0x0000FF, color]])
        }
    }

    @Test("Nothing is left in it but the picture: no Exif, no profile, no comment")
    func metadata() throws {
        let exif = TIFF.ushuaia(isBigEndian: false).bytes
        let picture = try Picture.prepare(bytes: jpeg(Sample.jpeg(), exif: exif))
        for bytes in [picture.jpeg, picture.thumbnail] {
            let markers = Set(segments(bytes).map(\.marker))
            // JFIF's own segment, tables, frame, scan.
            #expect(markers == [0xE0, 0xDB, 0xC0, 0xC4, 0xDA])
        }
        #expect(picture.takenAt?.rfc3339 == "2026-06-30T13:12:33.000Z")
        let place = try #require(picture.place)
        #expect(abs(place.latitude + 54.808_333) < 1e-6 && abs(place.longitude + 68.3) < 1e-6)
    }

    /// The markers up to the scan, read without the code under test.
    private func segments(_ jpeg: [UInt8]) -> [(marker: UInt8, length: Int)] {
        var result: [(UInt8, Int)] = []
        var position = 2
        while position + 4 <= jpeg.count, jpeg[position] == 0xFF {
            result.append((jpeg[position + 1], Int(jpeg[position + 2]) << 8 | Int(jpeg[position + 3])))
            if jpeg[position + 1] == 0xDA { break }
            position += 2 + result[result.count - 1].1
        }
        return result
    }

    @Test("The same bytes give the same bytes, on many threads at once")
    func sameness() async throws {
        let bytes = jpeg(Sample.jpeg(width: 400, height: 300), exif: TIFF.ushuaia(isBigEndian: true).bytes)
        let damaged = Array(bytes.dropLast(500)) + [0xFF, 0xD9]
        let first = try Picture.prepare(bytes: bytes)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<32 {
                group.addTask {
                    index % 2 == 0
                        ? (try? Picture.prepare(bytes: bytes)) == first : outcome(damaged) == "photo.damaged"
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
