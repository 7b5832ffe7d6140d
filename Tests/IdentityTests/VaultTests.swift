import Cryptography
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct VaultTests {
    @Test func aVaultIsMadeOnceAndOpenedAgain() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "keys").path
            #expect(await refusal { _ = try Vault.open(path) } == "vault.absent")
            let made = try Vault.open(path, creating: .national)
            let again = try Vault.open(path)
            #expect(made.marks == again.marks && again.digest == .sm3)
            // A second first run keeps what is there.
            #expect(try Vault.open(path, creating: .standard).marks == made.marks)
            try again.require(.national, at: path)
            #expect(await refusal { try again.require(.standard, at: path) } == "vault.suites")
            for name in ["master.key", "signing.pem"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 2)
        }
    }

    @Test func keysThatOthersCanReadAreRefused() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "keys").path
            _ = try Vault.open(path, creating: .standard)
            let set = { (mode: Int, name: String) in
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path + name)
            }
            try set(0o640, "/master.key")
            #expect(await refusal { _ = try Vault.open(path) } == "vault.permissions")
            try set(0o600, "/master.key")
            try set(0o755, "")
            #expect(await refusal { _ = try Vault.open(path) } == "vault.permissions")
            try set(0o700, "")
            _ = try Vault.open(path)

            try FileManager.default.moveItem(atPath: "\(path)/master.key", toPath: "\(path)/elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/master.key", withDestinationPath: "\(path)/elsewhere")
            #expect(await refusal { _ = try Vault.open(path) } == "vault.unreadable")
            try FileManager.default.removeItem(atPath: "\(path)/master.key")
            try Data("nonsense".utf8).write(to: URL(filePath: "\(path)/master.key"))
            try set(0o600, "/master.key")
            #expect(await refusal { _ = try Vault.open(path) } == "vault.unreadable")
        }
    }

    @Test func manyProcessesThatStartAtOnceShareOneVault() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "keys").path
            let marks = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try Vault.open(path, creating: .standard).marks.master } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(marks.count == 1)
        }
    }

    @Test(arguments: Engine.available)
    func aDatabaseIsTiedToItsVault(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.database.write { [vault = world.vault] in try vault.bind($0) }
            let answer = await refusal { try await world.database.write { try Vault.ephemeral().bind($0) } }
            #expect(answer == "vault.other")
        }
    }
}
