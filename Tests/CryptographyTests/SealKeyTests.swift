import Cryptography
import Kernel
import Testing

@Suite struct SealKeyTests {
    private let phone = Array("13800138000 李华".utf8)
    private let place = Array("people.phone/7".utf8)

    @Test(
        "A sealed value opens under its key and context, and is different every time", arguments: CipherSuite.allCases)
    func roundTrip(suite: CipherSuite) throws {
        let key = SealKey(suite)
        for plain in [[], [0], phone, [UInt8](repeating: 7, count: 100_000)] {
            let sealed = key.seal(plain, context: place)
            #expect(try key.open(sealed, context: place) == plain)
            #expect(key.seal(plain, context: place) != sealed)
            #expect(try key.open(key.seal(plain, context: []), context: []) == plain)
        }
    }

    @Test("Values sealed by Python's cryptography and by the openssl command open: the form is the documented one")
    func knownForms() throws {
        let bytes = Array(UInt8(0)..<32)
        let gcm = "6465666768696a6b6c6d6e6f7928e65649d865a60e526fc83cf8e418cf4c329a08600906f2e6000eb66c61d206b4"
        let sm4 =
            "6465666768696a6b6c6d6e6f70717273336d83f8632aff108815fdc30c8d29f06c6a1afb"
            + "2274f4eed9eb5635beb334dd164e5390e7f42f53c6c381d3b7882429d1e2"
        #expect(try SealKey(bytes: bytes, .aes256gcm).open(#require(Hex.decode(gcm)), context: place) == phone)
        #expect(try SealKey(bytes: bytes, .sm4ctr).open(#require(Hex.decode(sm4)), context: place) == phone)
    }

    @Test("Every flipped bit, cut, context and key is noticed", arguments: CipherSuite.allCases)
    func tampering(suite: CipherSuite) throws {
        let key = SealKey(suite)
        let sealed = key.seal(phone, context: place)
        func isBroken(_ key: SealKey, _ sealed: [UInt8], _ context: [UInt8]) -> Bool {
            do {
                _ = try key.open(sealed, context: context)
                return false
            } catch {
                return (error as? Refusal)?.code == "seal.broken"
            }
        }
        for bit in 0..<sealed.count * 8 {
            var altered = sealed
            altered[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(isBroken(key, altered, place), "bit \(bit)")
        }
        for count in 0..<sealed.count { #expect(isBroken(key, Array(sealed.prefix(count)), place), "\(count) bytes") }
        #expect(isBroken(key, sealed + [0], place))
        #expect(isBroken(key, sealed, Array("people.phone/8".utf8)) && isBroken(key, sealed, []))
        #expect(isBroken(SealKey(suite), sealed, place))
        #expect(isBroken(try SealKey(bytes: key.bytes, suite == .sm4ctr ? .aes256gcm : .sm4ctr), sealed, place))
    }

    @Test("Keys have 32 bytes and are never printed")
    func keys() throws {
        let key = SealKey()
        #expect(key.bytes.count == SealKey.length && key != SealKey())
        #expect(try SealKey(bytes: key.bytes) == key)
        #expect(throws: Refusal.self) { try SealKey(bytes: Array(key.bytes.dropLast())) }
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)\(String(reflecting: key))" == "SealKey(aes256gcm)SealKey(aes256gcm)")
        #expect(!dumped.contains("bytes"))
    }
}
