import Store

/// Stores the balances that changed.
enum CellWriter {
    private static let columns: [StaticString] = [
        "id", "stage", "measure", "is_total", "slice", "debit", "credit", "held",
    ]

    static func write(_ book: Book, _ tx: Tx) throws {
        try tx.upsert(
            into: "cell", columns: columns,
            rows: book.touched.sorted().map { index in
                let cell = book.cells[Int(index)]
                return [
                    .integer(Int64(index) + 1), .text(cell.stage.code), .text(cell.measure.rawValue),
                    cell.isTotal.sqlValue, .integer(Int64(cell.slice) + 1), .integer(cell.debit),
                    .integer(cell.credit), .integer(cell.held),
                ]
            })
        book.settle()
    }
}
