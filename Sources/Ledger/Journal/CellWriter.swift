import Store

/// Stores the balances that changed, many rows a statement: on both engines a fraction of single updates.
enum CellWriter {
    private static let rowsAtOnce = 200

    static func write(_ book: Book, _ tx: Tx) throws {
        for chunk in book.touched.sorted().chunks(of: rowsAtOnce) { try tx.run(statement(chunk, book)) }
        book.settle()
    }

    /// Built in one pass: joining pieces would copy the statement for every row.
    private static func statement(_ cells: ArraySlice<Int32>, _ book: Book) -> SQL {
        var text = SQL.StringInterpolation(literalCapacity: 32 * cells.count + 200, interpolationCount: 8 * cells.count)
        text.appendLiteral("INSERT INTO cell (id, stage, measure, is_total, slice, debit, credit, held) VALUES ")
        for (position, index) in cells.enumerated() {
            let cell = book.cells[Int(index)]
            text.appendLiteral(position == 0 ? "(" : ", (")
            text.appendInterpolation(Int64(index) + 1)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.stage.code)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.measure.rawValue)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.isTotal)
            text.appendLiteral(", ")
            text.appendInterpolation(Int64(cell.slice) + 1)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.debit)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.credit)
            text.appendLiteral(", ")
            text.appendInterpolation(cell.held)
            text.appendLiteral(")")
        }
        text.appendLiteral(
            """
             ON CONFLICT (id) DO UPDATE SET debit = excluded.debit, credit = excluded.credit, held = excluded.held
            """)
        return SQL(stringInterpolation: text)
    }
}
