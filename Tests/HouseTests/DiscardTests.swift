import Common
import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Discarded uploads")
struct DiscardTests {
    @Test("The bytes of a discarded upload go with the last batch that names them", arguments: Engine.available)
    func discarded(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            try await engine.withDatabase(schemas: Premises.schemas, now: Premises.start) { database in
                let house = try await Premises(found: database, vault: .ephemeral())
                let (register, files) = (house.register, try FileStore(folder: folder.path))
                let content = try await files.add(Array("小区名称\n".utf8))
                let batches = try await house.act { deed in
                    try StoredFile(content, mediaType: "text/csv", originalName: "a.csv", addedAt: deed.now)
                        .insert(deed.tx)
                    return try (0..<2).map { _ in
                        try register.keepBatch(
                            ImportOptions(place: "430111"), file: content.digest.hex, fileName: "a.csv",
                            at: Premises.place("430111"), in: deed)
                    }
                }
                let first = try await house.act { try register.discardBatch(batches[0], in: $0) }
                #expect(first == nil)
                let second = try await house.act { try register.discardBatch(batches[1], in: $0) }
                #expect(second == content.digest.hex)

                let later = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 2 * 86_400_000)
                #expect(try await files.sweep(database, now: later) == 0)
                try await house.act { try StoredFile.delete(content.digest, $0.tx) }
                #expect(try await files.sweep(database, now: later) == 1)
            }
        }
    }
}
