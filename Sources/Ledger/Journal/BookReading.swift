import Kernel
import Store

/// Fills a book with what is stored.
struct BookReading {
    let tx: Tx
    let classes: [String: String]

    init(_ tx: Tx, classes: [String: String]) {
        (self.tx, self.classes) = (tx, classes)
    }

    func whole() throws -> Book {
        let book = Book(classes: classes)
        try readSlices(book)
        try readCells(book, areNew: false)
        try readTerms(book)
        return book
    }

    /// What others posted after the entry with this number.
    func catchUp(_ book: Book, from last: Int64) throws {
        try readSlices(book)
        try readCells(book, areNew: true)
        try tx.each(
            """
            SELECT line, cell, slice, amount, held, move FROM posting WHERE entry > \(last) ORDER BY entry, line
            """
        ) { row in
            let line: Int = try row[0]
            book.takeIn(try Self.posting(row, of: book), isDebit: line % 2 == 1)
        }
        book.settle()
    }

    /// From the columns line, cell, slice, amount, held, move.
    static func posting(_ row: Row, of book: Book) throws -> BookPosting {
        let (cell, slice): (Int, Int) = (try row[1], try row[2])
        guard let move = Move(code: try row[5]), cell >= 1, cell <= book.cells.count, slice >= 1,
            slice <= book.slices.count
        else { throw LedgerFault.unreadable("posting") }
        return BookPosting(
            move: move, cell: Int32(cell - 1), slice: Int32(slice - 1), amount: try row[3], held: try row[4])
    }

    private func readSlices(_ book: Book) throws {
        let first = book.slices.count
        try tx.each(
            """
            SELECT source, project, area, item, party, contract, year, id FROM slice WHERE id > \(first) ORDER BY id
            """
        ) { row in
            guard try row[7] as Int == book.slices.count + 1 else { throw LedgerFault.unreadable("slice") }
            book.addSlice(try Self.slice(row, from: 0))
        }
    }

    static let sliceColumns: SQL = "s.source, s.project, s.area, s.item, s.party, s.contract, s.year"

    static func slice(_ row: Row, from first: Int) throws -> Slice {
        Slice(
            source: try row[first], project: try row[first + 1], area: try row[first + 2], item: try row[first + 3],
            party: try row[first + 4], contract: try row[first + 5], year: try row[first + 6])
    }

    /// - Parameter areNew: their balances are still to be taken in from the postings.
    private func readCells(_ book: Book, areNew: Bool) throws {
        let first = book.cells.count
        try tx.each(
            """
            SELECT stage, measure, is_total, slice, debit, credit, held, id FROM cell WHERE id > \(first) ORDER BY id
            """
        ) { row in
            let slice: Int = try row[3]
            guard let stage = LedgerStage(code: try row[0]), let measure = LedgerMeasure(rawValue: try row[1]),
                slice >= 1, slice <= book.slices.count, try row[7] as Int == book.cells.count + 1
            else { throw LedgerFault.unreadable("cell") }
            var cell = Book.Cell(stage: stage, measure: measure, isTotal: try row[2], slice: Int32(slice - 1))
            if !areNew { (cell.debit, cell.credit, cell.held) = (try row[4], try row[5], try row[6]) }
            book.addCell(cell)
        }
    }

    // MARK: terms

    /// Sources, contracts and periods as they hold now, or as they held after the entry `since`.
    func readTerms(_ book: Book, since: Int64 = .max) throws {
        book.sources = [:]
        try tx.each("SELECT \(TermColumns.source) FROM fund_source WHERE since <= \(since) ORDER BY code, version") {
            let source = try TermColumns.source($0)
            book.sources[source.code] = source
        }
        book.contracts = [:]
        try tx.each("SELECT \(TermColumns.contract) FROM contract WHERE since <= \(since) ORDER BY code, version") {
            let contract = try TermColumns.contract($0)
            book.contracts[contract.code] = contract
        }
        let until: Day?? = try tx.value("SELECT max(until) FROM period WHERE since <= \(since)")
        book.openFrom = (until ?? nil)?.adding(days: 1) ?? Day(number: 0)
    }
}

/// What is stored cannot be read as a ledger: somebody else wrote it.
enum LedgerFault {
    static func unreadable(_ what: String) -> Refusal {
        Refusal(
            .unavailable, "ledger.unreadable", zh: "台账数据（\(what)）不完整或被改动；请运行 yiju ledger verify。",
            en: "The ledger's data (\(what)) is not whole or was altered; run yiju ledger verify.")
    }
}
