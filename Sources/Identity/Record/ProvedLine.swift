public import Cryptography
import Kernel
public import Store

/// A line of the record with the proof that it stands in the tree of a signed head: what a file carries, so that
/// anybody can check it without the database.
public struct ProvedLine: Sendable, Hashable {
    /// What the leaf's hash covers, as `RecordLine` writes it.
    public let content: [UInt8]
    /// Its place in the tree.
    public let index: Int
    /// The siblings on the way to the root, lowest first.
    public let path: [[UInt8]]
    public let head: TreeHead

    /// A line as it was read from a file.
    public init(content: [UInt8], index: Int, path: [[UInt8]], head: TreeHead) {
        (self.content, self.index, self.path, self.head) = (content, index, path, head)
    }

    /// The sealed line of this act with the greatest subject of this kind; nil where none is sealed.
    public static func last(_ act: String, on kind: String, tx: Tx) throws -> ProvedLine? {
        let row = try tx.first(
            """
            SELECT \(RecordLine.columns) FROM record_line r WHERE r.subject_kind = \(kind) AND r.act = \(act)
                AND r.leaf_index >= 0 ORDER BY r.subject_id DESC LIMIT 1
            """)
        guard let line = try row.map({ try RecordLine($0) }) else { return nil }
        let proof = try RecordProofs.inclusion(of: line.id, tx: tx)
        return ProvedLine(content: line.leafContent, index: proof.index, path: proof.path, head: proof.head)
    }

    /// Whether this key signed the head, and the line stands in its tree.
    public func isProved(by key: VerifyingKey) -> Bool {
        head.isSigned(by: key)
            && MerkleTree.verifyInclusion(
                of: MerkleTree.leafHash(content, suite: head.suite), index: index, size: head.size, root: head.root,
                proof: path, suite: head.suite)
    }

    /// Which act it tells of, and what it says of the time after; nil where the content is not that of a line.
    public var said: (act: String, after: String)? {
        guard let fields = LengthPrefixed.fields(content), fields.count == 13, let act = fields[6],
            let after = fields[11]
        else { return nil }
        return (String(decoding: act, as: UTF8.self), String(decoding: after, as: UTF8.self))
    }
}

extension LengthPrefixed {
    /// The fields again; nil where the bytes are no such encoding.
    static func fields(_ bytes: [UInt8]) -> [ArraySlice<UInt8>?]? {
        var (fields, rest): ([ArraySlice<UInt8>?], ArraySlice<UInt8>) = ([], bytes[...])
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(4)
            if length == .max {
                fields.append(nil)
            } else {
                guard length <= rest.count else { return nil }
                fields.append(rest.prefix(Int(length)))
                rest = rest.dropFirst(Int(length))
            }
        }
        return fields
    }
}
