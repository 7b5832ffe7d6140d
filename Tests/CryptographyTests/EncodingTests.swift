import Cryptography
import Kernel
import Testing

@Suite struct EncodingTests {
    @Test(
        "RFC 4648 section 10, without padding",
        arguments: [
            ("", "", "", ""), ("f", "66", "MY", "Zg"), ("fo", "666f", "MZXQ", "Zm8"),
            ("foo", "666f6f", "MZXW6", "Zm9v"), ("foob", "666f6f62", "MZXW6YQ", "Zm9vYg"),
            ("fooba", "666f6f6261", "MZXW6YTB", "Zm9vYmE"), ("foobar", "666f6f626172", "MZXW6YTBOI", "Zm9vYmFy"),
        ])
    func vectors(text: String, hex: String, base32: String, base64: String) {
        let bytes = Array(text.utf8)
        #expect(Hex.encode(bytes) == hex && Hex.decode(hex) == bytes && Hex.decode(hex.uppercased()) == bytes)
        #expect(Base32.encode(bytes) == base32 && Base32.decode(base32.lowercased()) == bytes)
        #expect(Base64URL.encode(bytes) == base64 && Base64URL.decode(base64) == bytes)
    }

    @Test("Base32 with padding is read; URL letters are - and _")
    func variants() {
        #expect(Base32.decode("MZXW6YQ=") == Array("foob".utf8))
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }

    @Test("What no byte string encodes to is not read", arguments: ["6", "0", "6g", "666", "6 ", "６6", "=="])
    func wrongHex(text: String) { #expect(Hex.decode(text) == nil) }

    @Test(
        "Spare digits, spare bits, foreign letters and inner padding",
        arguments: ["M", "A", "MZ", "MZX", "AAA", "M1", "M=Y"])
    func wrongBase32(text: String) { #expect(Base32.decode(text) == nil) }

    @Test("Spare bits, padding and the other alphabet", arguments: ["Z", "A", "Zh", "Zg==", "+/8", "Zm9v\n"])
    func wrongBase64(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test("Any bytes come back", arguments: [1, 2, freshSeed])
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for length in 0...100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test("Equality in constant time is equality")
    func equality() {
        #expect(constantTimeEquals([], []) && constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 3]) && !constantTimeEquals([1], [1, 2]))
    }
}

@Suite struct RandomTests {
    @Test("Tokens are 43 letters for URLs, and differ")
    func tokens() {
        let tokens = Set((0..<100).map { _ in Random.token() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.count == 43 && Base64URL.decode($0)?.count == 32 })
    }

    @Test("First passwords are three groups of six without look-alikes, and use every letter left")
    func passwords() {
        let passwords = (0..<300).map { _ in Random.password() }
        #expect(Set(passwords).count == 300)
        #expect(passwords.allSatisfy { $0.split(separator: "-").map(\.count) == [6, 6, 6] })
        #expect(Set(passwords.joined()) == Set("abcdefghjkmnpqrstuvwxyz23456789-"))
    }

    @Test("As many bytes as asked for", arguments: [0, 1, 32, 1 << 20])
    func bytes(count: Int) {
        #expect(Random.bytes(count).count == count)
        #expect(count < 32 || Random.bytes(count) != Random.bytes(count))
    }
}
