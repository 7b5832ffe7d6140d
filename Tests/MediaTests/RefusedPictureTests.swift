import Kernel
import TestSupport
import Testing

@testable import Media

@Suite("Refused pictures")
struct RefusedPictureTests {
    @Test(
        "What is no picture is refused as such, whatever its name said",
        arguments: [
            ("", "photo.empty"), ("%PDF-1.7\n%âãÏÓ", "photo.notPicture"),
            ("<!DOCTYPE html><html><svg></svg></html>", "photo.notPicture"), ("照片", "photo.notPicture"),
            ("\0\0\0\u{18}ftypisom\0\0\0\0", "photo.notPicture"), ("RIFF\0\0\0\0WAVEfmt ", "photo.notPicture"),
        ])
    func noPictures(text: String, code: String) { #expect(outcome(Array(text.utf8)) == code) }

    @Test(
        "A picture of another kind is named, and how to make it one that is taken",
        arguments: [
            ("\0\0\0\u{18}ftypheic\0\0\0\0", "HEIC", "HEIC"), ("\0\0\0\u{18}ftypmif1\0\0\0\0", "HEIC", "HEIC"),
            ("\0\0\0\u{18}ftypavif\0\0\0\0", "AVIF", "AVIF"), ("GIF89a\u{1}\0", "GIF", "GIF"),
            ("II*\0", "TIFF", "TIFF"),
            ("MM\0*", "TIFF", "TIFF"), ("BM6\0", "BMP", "BMP"),
            ("\u{FEFF}<?xml version=\"1.0\"?>\n<svg xmlns=\"…\"/>", "SVG", "SVG"),
            ("RIFF\0\0\0\0WEBPVP8X\u{A}\0\0\0\u{2}\0\0\0", "动态 WebP", "Animated WebP"),
        ])
    func otherKinds(text: String, chinese: String, english: String) throws {
        let refusal = try #require(throws: Refusal.self) { try Picture.prepare(bytes: Array(text.utf8)) }
        #expect(refusal.code == "photo.kind" && refusal.field == "photo")
        #expect(refusal.message.zh.contains(chinese) && refusal.message.zh.contains("另存为 JPEG"))
        #expect(refusal.message.en.hasPrefix(english) && refusal.message.en.contains("as JPEG"))
    }

    @Test("More than 20 MB are refused, and no more than that")
    func fileSize() throws {
        // What follows the end mark is no part of the picture: some phones put a film there.
        let picture = Sample.jpeg()
        let most = picture + [UInt8](repeating: 7, count: (20 << 20) - picture.count)
        #expect(outcome(most) == "64 × 48")
        let refusal = try #require(throws: Refusal.self) { try Picture.prepare(bytes: most + [7]) }
        #expect(refusal.code == "photo.tooLarge" && refusal.kind == .tooLarge)
        #expect(refusal.message.en.contains("21 MB; at most 20 MB"))
    }

    @Test("A picture of 200 megapixels is refused by its header, before there is anything to decode")
    func pixels() throws {
        let png = Array(Sample.png().prefix(16)) + [0, 0, 0x40, 0, 0, 0, 0x32, 0, 8, 2, 0, 0, 0]
        let refusal = try #require(throws: Refusal.self) { try Picture.prepare(bytes: png) }
        #expect(refusal.code == "photo.pixels" && refusal.kind == .tooLarge)
        #expect(refusal.message.zh.contains("16384 × 12800 像素，最多 50 百万像素"))
        #expect(outcome(sized(Sample.jpeg(), 16_384, 12_800)) == "photo.pixels")
        #expect(outcome(extended(width: 16_384, height: 12_800)) == "photo.pixels")
        // A sensor of 50 megapixels may pass; the file at hand then turns out to have less in it.
        #expect(outcome(sized(Sample.jpeg(), 8192, 6144)) == "photo.damaged")
    }

    @Test("A side of 0 or beyond 30,000 is refused")
    func sides() {
        let picture = Sample.jpeg()
        for (width, height) in [(0, 48), (64, 0), (30_001, 48), (64, 65_535)] {
            #expect(outcome(sized(picture, width, height)) == "photo.sides", "\(width) × \(height)")
        }
        let png = Array(Sample.png().prefix(16)) + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(outcome(png) == "photo.sides")
        #expect(outcome(extended(width: 1 << 24, height: 1)) == "photo.sides")
    }

    /// A JPEG whose frame claims another size.
    private func sized(_ jpeg: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
        var bytes = jpeg
        guard let frame = bytes.indices.dropLast(9).first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        else { return [] }
        bytes.replaceSubrange(
            frame + 5..<frame + 9,
            with: [UInt8(height >> 8), UInt8(height & 0xFF), UInt8(width >> 8), UInt8(width & 0xFF)])
        return bytes
    }

    /// The extended form of WebP around one that is smaller than it says.
    private func extended(width: Int, height: Int) -> [UInt8] {
        func bytes(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> ($0 * 8) & 0xFF) } }
        let inner = Sample.webp()
        let chunk = Array("VP8X".utf8) + bytes(10, 4) + [0, 0, 0, 0] + bytes(width - 1, 3) + bytes(height - 1, 3)
        let content = Array("WEBP".utf8) + chunk + inner.dropFirst(12)
        return Array("RIFF".utf8) + bytes(content.count, 4) + content
    }

    @Test("The size outside must be the size inside")
    func contradiction() {
        #expect(outcome(extended(width: 64, height: 48)) == "64 × 48")
        #expect(outcome(extended(width: 65, height: 48)) == "photo.damaged")
    }

    @Test("A picture that ends too early is refused, wherever it was cut")
    func cuts() {
        let shortest = 16  // Less than that does not tell what it is.
        for whole in [Sample.jpeg(), Sample.jpeg(isProgressive: true), Sample.png(), Sample.webp()] {
            for count in shortest..<whole.count {
                let code = outcome(Array(whole.prefix(count)))
                #expect(code == "photo.damaged", "\(count) of \(whole.count) bytes")
            }
        }
    }

    @Test("Every flipped bit of a PNG's data is noticed before libpng sees it, which would print its complaint")
    func checksums() throws {
        let picture = Sample.png()
        #expect(PictureFile(png: picture)?.isWhole == true)
        let data = try #require(picture.indices.first { picture[$0...].starts(with: "IDAT".utf8) }) + 4
        for index in data..<picture.count {
            var bytes = picture
            bytes[index] ^= 1 << UInt8(index % 8)
            #expect(PictureFile(png: bytes)?.isWhole != true, "byte \(index)")
        }
    }

    @Test("Half a picture with an end mark is half a picture; bytes too many before it are a habit of cameras")
    func halves() {
        let picture = Sample.jpeg(width: 640, height: 480)
        #expect(outcome(picture.dropLast(2) + [0, 0, 0, 0xFF, 0xD9]) == "640 × 480")
        #expect(outcome(picture.prefix(picture.count / 2) + [0xFF, 0xD9]) == "photo.damaged")
        #expect(outcome(Array(picture.prefix(picture.count - 400) + picture.suffix(200))) == "photo.damaged")
        let head = picture.count - 1500
        let holed = picture.prefix(head) + [UInt8](repeating: 0xFF, count: 300) + picture.dropFirst(head + 300)
        #expect(outcome(Array(holed)) == "photo.damaged")
    }

    @Test("A small file that asks for a pass over the picture thousands of times is refused before the first")
    func scans() throws {
        let picture = Sample.jpeg(width: 2000, height: 1500, isProgressive: true)
        let last = try #require(picture.indices.dropLast().last { picture[$0] == 0xFF && picture[$0 + 1] == 0xDA })
        let scan = picture[last..<picture.count - 2]
        let bomb = Array(picture.dropLast(2)) + (0..<3000).flatMap { _ in scan } + [0xFF, 0xD9]
        // By the file alone: nothing was decoded yet.
        #expect(try !PictureFile(bomb).isWhole)
        #expect(outcome(bomb) == "photo.damaged")
    }

    @Test("Every flipped byte of a picture gives a picture or a refusal, never a crash")
    func mutations() {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        // Lower, so that a header that lies costs no second each time.
        var limits = PictureLimits()
        limits.pixels = 1 << 18
        let samples = [
            jpeg(Sample.jpeg(), exif: TIFF.ushuaia(isBigEndian: true).bytes), Sample.jpeg(isProgressive: true),
            Sample.png(), Sample.webp(),
        ]
        var kept = 0
        for round in 0..<6000 {
            var bytes = samples[round % samples.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = bytes.indices.randomElement(using: &random) ?? 0
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<10, using: &random) == 0 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            }
            let outcome = outcome(bytes, limits: limits)
            #expect(outcome.contains(" × ") || outcome.hasPrefix("photo."), "seed \(seed), round \(round)")
            if outcome.contains(" × ") { kept += 1 }
        }
        #expect((1..<6000).contains(kept), "seed \(seed): \(kept) of them stayed pictures")
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
