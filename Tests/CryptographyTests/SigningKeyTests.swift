import Cryptography
import Foundation
import Kernel
import Testing

@Suite struct SigningKeyTests {
    private let message = Array("宜居 tree head 42".utf8)

    @Test(
        "RFC 8032 section 7.1, tests 1 to 3",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                    + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
                    + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
                    + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func ed25519(secret: String, publicKey: String, message: String, signature: String) throws {
        let key = try SigningKey(pem: pem("302e020100300506032b657004220420" + secret, "PRIVATE KEY"))
        let message = try #require(Hex.decode(message))
        #expect(key.suite == .ed25519)
        #expect(Hex.encode(key.sign(message)) == signature)
        #expect(key.publicKey.pem == pem("302a300506032b6570032100" + publicKey, "PUBLIC KEY"))
        #expect(key.publicKey.verify(message, signature: try #require(Hex.decode(signature))))
    }

    @Test("GB/T 32918.5 appendix A.2: the standard's SM2 signature is accepted, altered it is not")
    func sm2() throws {
        let point =
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
            + "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        let curve = "301306072a8648ce3d020106082a811ccf5501822d"
        let publicKey = try VerifyingKey(pem: pem("3059" + curve + "034200" + point, "PUBLIC KEY"))
        let signature = try #require(
            Hex.decode(
                "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
                    + "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"))
        #expect(publicKey.suite == .sm2)
        #expect(publicKey.verify(Array("message digest".utf8), signature: signature))
        #expect(!publicKey.verify(Array("message digesT".utf8), signature: signature))

        let secret = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
        let key = try SigningKey(
            pem: pem(
                "308187020100" + curve + "046d306b0201010420" + secret + "a144034200" + point, "PRIVATE KEY"))
        #expect(key.publicKey == publicKey)
        #expect(publicKey.verify(message, signature: key.sign(message)))
    }

    @Test(
        "A key written and read back is the same; its signature holds for its message",
        arguments: SignatureSuite.allCases)
    func roundTrip(suite: SignatureSuite) throws {
        let key = SigningKey(suite)
        let again = try SigningKey(pem: key.pem)
        #expect(again == key && again.suite == suite && key != SigningKey(suite))
        let reader = try VerifyingKey(pem: key.publicKey.pem)
        #expect(reader == key.publicKey)
        for message in [[], message, [UInt8](repeating: 1, count: 100_000)] {
            #expect(reader.verify(message, signature: again.sign(message)))
        }
    }

    @Test(
        "Every flipped bit of message and signature, and another's key, is noticed", arguments: SignatureSuite.allCases)
    func tampering(suite: SignatureSuite) {
        let key = SigningKey(suite)
        let signature = key.sign(message)
        for bit in 0..<message.count * 8 {
            #expect(!key.publicKey.verify(flipped(message, bit), signature: signature), "message bit \(bit)")
        }
        for bit in 0..<signature.count * 8 {
            #expect(!key.publicKey.verify(message, signature: flipped(signature, bit)), "signature bit \(bit)")
        }
        #expect(
            !key.publicKey.verify(message, signature: []) && !key.publicKey.verify(message, signature: signature + [0]))
        #expect(!key.publicKey.verify(message, signature: Array(signature.dropLast())))
        #expect(!key.publicKey.verify(message, signature: [UInt8](repeating: 0, count: 1000)))
        #expect(!SigningKey(suite).publicKey.verify(message, signature: signature))
        let other = SigningKey(suite == .sm2 ? .ed25519 : .sm2)
        #expect(!other.publicKey.verify(message, signature: signature))
    }

    @Test("What is no Ed25519 or SM2 key is refused, and no passphrase is asked for")
    func unreadable() {
        let key = SigningKey()
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw
            -----END ENCRYPTED PRIVATE KEY-----
            """
        let p256 = pem(
            "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
                + "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", "PUBLIC KEY")
        for text in ["", "key", encrypted, p256, key.publicKey.pem, String(repeating: "A", count: 10_000)] {
            #expect { try SigningKey(pem: text) } throws: { ($0 as? Refusal)?.code == "key.unreadable" }
        }
        for text in ["", p256, key.pem] {
            #expect { try VerifyingKey(pem: text) } throws: { ($0 as? Refusal)?.code == "key.unreadable" }
        }
    }

    @Test("The secret is never printed")
    func printing() {
        let key = SigningKey()
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)\(String(reflecting: key))" == "SigningKey(ed25519)SigningKey(ed25519)")
        #expect(!dumped.contains("PRIVATE"))
    }

    private func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }

    /// PEM (RFC 7468) of DER given in hexadecimal.
    private func pem(_ hex: String, _ label: String) -> String {
        let base64 = Data(Hex.decode(hex) ?? []).base64EncodedString(options: [
            .lineLength64Characters, .endLineWithLineFeed,
        ])
        return "-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n"
    }
}
