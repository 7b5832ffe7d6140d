import CLibPQ
import Store

/// The rows of a running statement, one at a time as they arrive, so that memory stays bounded.
final class RowStream: Occupant {
    /// How many rows are kept at most when a body runs another statement while it reads.
    static let keptRows = 1_000_000

    private let link: Link
    private let statement: PreparedStatement
    private var kept: ArraySlice<Row> = []
    /// Why the rows after those kept are missing: told where they would have come, lest the result looks complete.
    private var gap: (any Error)?
    private var isFinished = false
    /// How many rows an INSERT, UPDATE, DELETE or MERGE changed.
    private(set) var changed = 0

    init(link: Link, statement: PreparedStatement) {
        self.link = link
        self.statement = statement
        PQsetSingleRowMode(link.connection)
    }

    func next() throws -> Row? {
        if let row = kept.popFirst() { return row }
        if let gap { throw gap }
        return try receive()
    }

    /// Takes the remaining rows into memory, so that another statement can run.
    func vacate() throws {
        var rows = Array(kept)
        defer { kept = rows[...] }
        do {
            while let row = try receive() {
                rows.append(row)
                if rows.count > RowStream.keptRows {
                    throw StoreError.statement(
                        "a statement was run while another still had more than \(RowStream.keptRows) rows to read")
                }
            }
        } catch {
            gap = error
            throw error
        }
    }

    /// Reads to the end without handing anything out. The statement is not cancelled: that would fail the transaction.
    func drop() {
        kept = []
        if !isFinished { link.drain() }
        isFinished = true
    }

    private func receive() throws -> Row? {
        if isFinished { return nil }
        guard let result = PQgetResult(link.connection) else {
            isFinished = true
            if link.isBroken { throw link.error(nil) }
            return nil
        }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_SINGLE_TUPLE:
            return statement.shape(of: result).row(result)
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            changed = RowStream.changes(result)
            link.drain()
            isFinished = true
            return nil
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            // Nothing but a new connection gets out of this.
            throw StoreError.statement("COPY is not a statement to run; use insert")
        default:
            let error = link.error(result)
            link.drain()
            isFinished = true
            throw error
        }
    }

    private static func changes(_ result: OpaquePointer) -> Int {
        guard let tag = PQcmdStatus(result) else { return 0 }
        switch UInt8(bitPattern: tag.pointee) {
        case UInt8(ascii: "I"), UInt8(ascii: "U"), UInt8(ascii: "D"), UInt8(ascii: "M"):
            return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        default: return 0
        }
    }
}
