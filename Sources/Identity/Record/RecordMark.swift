public import Kernel
public import Store

/// How far somebody has read the record.
public struct RecordMark: Sendable, Hashable {
    /// The lines that were sealed: of these the first so many.
    let sealed: Int
    /// Those that waited to be.
    let waiting: Set<ID<RecordLine>>

    /// `RecordQueries.version` where the mark was set.
    public var version: Int { sealed + waiting.count }
}

/// What a line of the record says about where to look again.
public struct RecordTrace: Sendable, Hashable {
    /// `Subject.kind`.
    public let kind: String
    public let place: PlaceCode
}

extension RecordQueries {
    /// Where the record stands; nil while so many lines wait to be sealed that they are not told apart.
    public static func mark(_ tx: Tx) throws -> RecordMark? {
        let sealed: Int = try tx.value("SELECT coalesce(max(idx) + 1, 0) FROM record_leaf") ?? 0
        let waiting = try tx.map(
            "SELECT id FROM record_line WHERE leaf_index IS NULL LIMIT \(literal: Limits.sealBatch)"
        ) { try $0[0] as ID<RecordLine> }
        return waiting.count < Limits.sealBatch ? RecordMark(sealed: sealed, waiting: Set(waiting)) : nil
    }

    /// What was done between two marks, each kind and place once; nil when those are more lines than `limit`.
    public static func traces(
        from old: RecordMark, to new: RecordMark, limit: Int = 1_000, _ tx: Tx
    ) throws -> Set<RecordTrace>? {
        guard new.sealed >= old.sealed, new.sealed - old.sealed <= limit + old.waiting.count else { return nil }
        var lines = new.waiting.subtracting(old.waiting)
        try tx.each("SELECT line FROM record_leaf WHERE idx >= \(old.sealed) AND idx < \(new.sealed)") { row in
            let line: ID<RecordLine> = try row[0]
            if !old.waiting.contains(line) { lines.insert(line) }
        }
        guard lines.count <= limit else { return nil }
        return Set(
            try tx.map("SELECT subject_kind, place FROM record_line WHERE id IN \(list: lines.sorted())") {
                RecordTrace(kind: try $0[0], place: try $0[1])
            })
    }
}
