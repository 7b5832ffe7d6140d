import Kernel
import TestSupport
import Testing

@testable import Media

@Suite("Exif")
struct ExifTests {
    @Test("Both byte orders say the same: south is negative, west is negative", arguments: [true, false])
    func orders(isBigEndian: Bool) throws {
        let exif = Exif(tiff: TIFF.ushuaia(isBigEndian: isBigEndian).bytes[...])
        #expect(exif.orientation == .rightTop)
        #expect(exif.takenAt?.rfc3339 == "2026-06-30T13:12:33.000Z")
        let place = try #require(exif.place)
        #expect(abs(place.latitude + 54.808_333) < 1e-6 && abs(place.longitude + 68.3) < 1e-6)
    }

    @Test(
        "A time with its offset is exact; without one, or with one that there is not, it is China's",
        arguments: [
            ("2026:06:30 10:12:33", "+08:00", "2026-06-30T02:12:33.000Z"),
            ("2026:06:30 10:12:33", nil, "2026-06-30T02:12:33.000Z"),
            ("2026:06:30 10:12:33", "+05:45", "2026-06-30T04:27:33.000Z"),
            ("2026:01:01 00:00:00", "+14:00", "2025-12-31T10:00:00.000Z"),
            ("2026:06:30 10:12:33", "+25:00", "2026-06-30T02:12:33.000Z"),
            ("2026:06:30 10:12:33", "   :  ", "2026-06-30T02:12:33.000Z"),
            ("2024:02:29 23:59:59", nil, "2024-02-29T15:59:59.000Z"), ("2026:02:29 10:12:33", nil, nil),
            ("0000:00:00 00:00:00", nil, nil), ("    :  :     :  :  ", nil, nil), ("2026:06:30 24:00:00", nil, nil),
            ("2026:06:30", nil, nil), ("二〇二六年六月三十日", nil, nil), ("", nil, nil),
        ] as [(String, String?, String?)])
    func times(local: String, offset: String?, utc: String?) {
        var tiff = TIFF(isBigEndian: true)
        tiff.camera = [tiff.text(0x9003, local)] + (offset.map { [tiff.text(0x9011, $0)] } ?? [])
        #expect(Exif(tiff: tiff.bytes[...]).takenAt?.rfc3339 == utc)
    }

    @Test("Where the camera has no time the satellites' counts, which is UTC")
    func satelliteTime() {
        var tiff = TIFF(isBigEndian: false)
        tiff.satellites = [tiff.text(0x1D, "2026:06:30"), tiff.fractions(0x07, [(2, 1), (12, 1), (6650, 200)])]
        #expect(Exif(tiff: tiff.bytes[...]).takenAt?.rfc3339 == "2026-06-30T02:12:33.250Z")
        tiff.camera = [tiff.text(0x9003, "2026:06:30 10:12:40")]
        #expect(Exif(tiff: tiff.bytes[...]).takenAt?.rfc3339 == "2026-06-30T02:12:40.000Z")
        tiff.satellites[1] = tiff.fractions(0x07, [(24, 1), (0, 1), (0, 1)])
        tiff.camera = []
        #expect(Exif(tiff: tiff.bytes[...]).takenAt == nil)
    }

    @Test("A place is a place on Earth with its letters, or unknown")
    func places() throws {
        func place(_ latitude: [(Int, Int)], _ longitude: [(Int, Int)], _ letters: String? = "NE") -> Coordinate? {
            var tiff = TIFF(isBigEndian: true)
            tiff.satellites = [tiff.fractions(0x02, latitude), tiff.fractions(0x04, longitude)]
            for (tag, letter) in zip([0x01, 0x03], letters ?? "") {
                tiff.satellites.append(tiff.text(tag, String(letter)))
            }
            return Exif(tiff: tiff.bytes[...]).place
        }
        let (north, east) = ([(28, 1), (13, 1), (4123, 100)], [(112, 1), (5634, 100), (0, 1)])
        let changsha = try #require(place(north, east))
        #expect(abs(changsha.latitude - 28.228_119) < 1e-6 && abs(changsha.longitude - 112.939) < 1e-9)
        #expect(place(north, east, nil) == nil && place(north, east, "NX") == nil && place(north, east, "N") == nil)
        let zero = [(0, 1), (0, 1), (0, 1)]
        #expect(place(zero, zero) == nil)
        #expect(place(zero, east) == Coordinate(longitude: 112.939, latitude: 0))
        #expect(place([(90, 1), (0, 1), (1, 1)], east) == nil && place(north, [(181, 1), (0, 1), (0, 1)]) == nil)
        #expect(place([(28, 0), (13, 1), (0, 1)], east) == nil && place([(28, 1), (61, 1), (0, 1)], east) == nil)
        #expect(place([(4_294_967_295, 1), (0, 1), (0, 1)], east) == nil && place([(28, 1)], east) == nil)
    }

    @Test("Directories outside, in a ring, or said to have four thousand million values: nothing is known")
    func hostile() {
        for isBigEndian in [true, false] {
            for pointer in [0, 8, 9, 4000, 0xFFFF_FFF0, 0xFFFF_FFFF] {
                var tiff = TIFF(isBigEndian: isBigEndian)
                tiff.main = [tiff.long(0x8769, pointer), tiff.long(0x8825, pointer)]
                #expect(Exif(tiff: tiff.bytes[...]) == Exif(), "directories at \(pointer)")
                let start = tiff.bytes.prefix(4) + tiff.number(pointer, size: 4) + tiff.bytes.dropFirst(8)
                #expect(Exif(tiff: start).takenAt == nil, "the first directory at \(pointer)")
            }
            var tiff = TIFF.ushuaia(isBigEndian: isBigEndian)
            func endless(_ fields: [TIFF.Field]) -> [TIFF.Field] {
                fields.map { TIFF.Field(tag: $0.tag, type: $0.type, count: 0xFFFF_FFFF, bytes: $0.bytes) }
            }
            tiff.main = endless(tiff.main)
            tiff.camera = endless(tiff.camera)
            tiff.satellites = endless(tiff.satellites)
            #expect(Exif(tiff: tiff.bytes[...]) == Exif())
            // A directory of 65,535 entries in a file of a hundred bytes.
            let many = Array(tiff.bytes.prefix(8)) + [0xFF, 0xFF] + [UInt8](repeating: 1, count: 100)
            #expect(Exif(tiff: many[...]) == Exif())
        }
    }

    @Test("A broken Exif does not keep a picture from being taken")
    func broken() {
        let whole = TIFF.ushuaia(isBigEndian: false).bytes
        for count in 0..<whole.count {
            #expect(outcome(jpeg(Sample.jpeg(), exif: Array(whole.prefix(count)))).contains("64"), "\(count) bytes")
        }
    }

    @Test("Whatever bytes an Exif is made of, reading it ends, and a place that is read is on Earth")
    func mutations() {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        for round in 0..<20_000 {
            var bytes = TIFF.ushuaia(isBigEndian: round % 2 == 0).bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = bytes.indices.randomElement(using: &random) ?? 0
                bytes[index] =
                    [0, 1, 8, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            // A slice that does not begin at 0, as in a file.
            guard let place = Exif(tiff: ([1, 2, 3] + bytes).dropFirst(3)).place else { continue }
            #expect(abs(place.latitude) <= 90 && abs(place.longitude) <= 180, "seed \(seed), round \(round)")
        }
    }
}
