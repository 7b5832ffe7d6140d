import Cryptography
import Testing

@Suite struct DigestTests {
    @Test(
        "FIPS 180-4 and GB/T 32905 appendix A",
        arguments: [
            (DigestSuite.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (.sm3, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (
                .sm3, String(repeating: "abcd", count: 16),
                "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
            ),
            (.sm3, "", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
        ])
    func vectors(suite: DigestSuite, text: String, digest: String) {
        #expect(Hex.encode(suite.hash(Array(text.utf8))) == digest)
        #expect(Hex.encode(suite.hash(text.utf8.lazy.map { $0 })) == digest, "bytes that do not lie side by side")
    }

    @Test("A million letters a")
    func long() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            Hex.encode(DigestSuite.sha256.hash(letters))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("HMAC-SHA-256: RFC 4231 case 2; HMAC-SM3 of the same, as Python computes it")
    func hmac() {
        let (key, data) = (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(
            Hex.encode(DigestSuite.sha256.hmac(key: key, data))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Hex.encode(DigestSuite.sm3.hmac(key: key, data))
                == "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882")
    }
}
