import Cryptography
import Foundation
import HTTPTypes
import Kernel

/// Our own style sheets and scripts, and the third-party files fetched at set-up, read once and served from memory.
public struct PublicFiles: Sendable {
    struct File: Sendable {
        let bytes: [UInt8]
        let type: String
        let tag: String
    }

    private static let sizeLimit = 8 << 20

    private let files: [String: File]
    /// Changes when any file changes, so that browsers may keep them for ever.
    public let version: String

    /// - Parameter folders: later ones do not replace files of earlier ones. A folder that is missing is passed over.
    public init(folders: [String]) throws {
        var files: [String: File] = [:]
        for folder in folders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where files[name] == nil {
                guard let type = Self.types[String(name.split(separator: ".").last ?? "")],
                    let data = FileManager.default.contents(atPath: folder + "/" + name), data.count <= Self.sizeLimit
                else { continue }
                let bytes = [UInt8](data)
                let tag = Hex.encode(DigestSuite.sha256.hash(bytes).prefix(8))
                files[name] = File(bytes: bytes, type: type, tag: "\"\(tag)\"")
            }
        }
        self.files = files
        let tags = files.sorted { $0.key < $1.key }.map { $0.key + $0.value.tag }.joined()
        version = Hex.encode(DigestSuite.sha256.hash(Array(tags.utf8)).prefix(6))
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "json": "application/json", "geojson": "application/geo+json",
    ]

    /// One file for the browser, or "not modified".
    /// - Parameters:
    ///   - isVersioned: the address carries `v`, so that the browser need never ask again.
    ///   - known: the tag the browser has.
    public func answer(_ name: String, isVersioned: Bool, known: String?) throws -> Answer {
        guard let file = files[name] else { throw Visit.notFound }
        let headers: HTTPFields = [
            .contentType: file.type, .eTag: file.tag,
            .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if known == file.tag { return Answer(.notModified, headers: headers) }
        return Answer(headers: headers, body: .bytes(file.bytes))
    }
}
