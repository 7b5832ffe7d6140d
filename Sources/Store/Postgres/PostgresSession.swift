import CLibPQ
import Logging
import Store

/// The store's session over one connection, which may be replaced between two uses.
final class PostgresSession: Session {
    enum Use { case reading, writing }

    var dialect: Dialect { .postgres }

    private let address: Address
    private let logger: Logger
    private var link: Link?
    private var statements = StatementCache()
    private var use = Use.reading
    /// Nothing has been sent in this use: a lost connection can be replaced without anybody noticing.
    private var isFresh = true
    /// What made the open transaction fail. The server answers every later statement with the same empty excuse, and a
    /// COMMIT with a silent rollback.
    private var failure: StoreError?
    /// A RELEASE that travels with the next statement of a script: a group of small acts needs a savepoint for each,
    /// and every message costs as much as an act's own statement.
    private var release: String?
    /// The rows or the COPY that occupy the connection.
    private var occupant: (any Occupant)?
    /// Writes that were sent and whose answers nobody has read yet.
    private var posted: [PreparedStatement] = []
    /// How many answers may wait: the server holds them in memory.
    private static let postedLimit = 64

    init(address: Address, logger: Logger) {
        self.address = address
        self.logger = logger
    }

    // MARK: Connection

    func isAlive() -> Bool { link?.isAlive() ?? false }

    func connect() throws {
        disconnect()
        link = try Link(address: address, logger: logger)
    }

    func disconnect() {
        link = nil
        statements = StatementCache()
        failure = nil
    }

    func begin(_ use: Use) {
        self.use = use
        isFresh = true
        failure = nil
        release = nil
        occupant = nil
        posted = []
    }

    var isInTransaction: Bool { link.map { $0.transaction != PQTRANS_IDLE } ?? false }

    func commitWithoutWaiting() {
        if let link, !link.isBroken { link.commitWithoutWaiting() }
    }

    /// Leaves the connection outside any transaction, or closes it.
    func rollBack() {
        occupant = nil
        release = nil
        try? settle()
        guard let link, link.transaction != PQTRANS_IDLE else { return }
        let isOpen = link.transaction == PQTRANS_INTRANS || link.transaction == PQTRANS_INERROR
        if !isOpen || (try? link.execute("ROLLBACK")) == nil { disconnect() }
    }

    // MARK: Session

    func run(_ sql: SQL, _ body: (Row) throws -> Void) throws -> Int {
        let link = try clear()
        let statement = try prepare(sql, on: link)
        let parameters = try Parameters(sql.values, as: statement.kinds)
        isFresh = false
        guard parameters.send(statement, on: link.connection) else { throw noted(link.error(nil)) }
        if !posted.isEmpty { try receivePosted(on: link) }
        let rows = RowStream(link: link, statement: statement)
        occupant = rows
        do {
            while let row = try rows.next() { try body(row) }
        } catch {
            rows.drop()
            occupant = nil
            let error = noted(error)
            if (error as? StoreError)?.isStaleStatement == true { statements.forget(statement) }
            throw error
        }
        occupant = nil
        return rows.changed
    }

    func post(_ sql: SQL) throws {
        let link = try clear()
        if posted.count >= Self.postedLimit { try settle() }
        let statement = try prepare(sql, on: link)
        let parameters = try Parameters(sql.values, as: statement.kinds)
        try link.beginPipeline()
        isFresh = false
        guard parameters.send(statement, on: link.connection) else {
            if posted.isEmpty { link.endPipeline() }
            throw noted(link.error(nil))
        }
        posted.append(statement)
    }

    func settle() throws {
        guard let link else { return }
        if !posted.isEmpty {
            try receivePosted(on: link)
            link.drain()
        }
        if link.transaction == PQTRANS_INERROR, let failure { throw failure }
    }

    func script(_ text: String) throws {
        if text.hasPrefix("RELEASE SAVEPOINT"), release == nil, try vacate().transaction == PQTRANS_INTRANS {
            release = text
            return
        }
        let text = TextCollation.added(to: text)
        let wasFresh = isFresh
        do {
            try execute(text)
        } catch StoreError.disconnected where wasFresh && text.hasPrefix("BEGIN") {
            // The connection had died unnoticed, and an unanswered BEGIN changes nothing.
            logger.debug("database connection was stale")
            try connect()
            try execute(text)
        }
    }

    func insert(into table: StaticString, columns: [String], rows: () throws -> [SQLValue]?) throws {
        let link = try clear()
        if !posted.isEmpty { try settle() }
        let list = columns.joined(separator: ", ")
        let copy = CopyWriter(link: link, statement: "COPY \(table) (\(list)) FROM STDIN", width: columns.count)
        isFresh = false
        do {
            while let row = try rows() {
                if !copy.isOpen { try clear() }
                occupant = copy
                try copy.append(row)
            }
            try copy.vacate()
            occupant = nil
        } catch {
            copy.abandon()
            occupant = nil
            throw noted(error)
        }
    }

    // MARK: Pieces

    private func execute(_ text: String) throws {
        let link = try vacate()
        // What is undone anyway may have failed.
        do {
            if !posted.isEmpty { try settle() }
        } catch {
            guard text == "ROLLBACK" else { throw error }
        }
        // The server has ended a transaction whose COMMIT failed; to roll it back as well would earn a warning.
        if text == "ROLLBACK", link.transaction == PQTRANS_IDLE { return }
        isFresh = false
        do {
            let sent = release.map { "\($0); \(text)" } ?? text
            release = nil
            let tag = try link.execute(sent)
            if tag == "ROLLBACK", let failure, text.hasPrefix("COMMIT") {
                self.failure = nil
                throw failure
            }
            if link.transaction != PQTRANS_INERROR { failure = nil }
        } catch {
            throw noted(error)
        }
    }

    /// The connection, ready for the next statement.
    @discardableResult
    private func clear() throws -> Link {
        let link = try vacate()
        if let text = release {
            release = nil
            do { try link.execute(text) } catch { throw noted(error) }
        }
        return link
    }

    /// Makes the connection free: a body may run a statement while it reads another's rows.
    private func vacate() throws -> Link {
        guard let link else { throw StoreError.disconnected("the connection is closed") }
        if let occupant {
            self.occupant = nil
            do { try occupant.vacate() } catch { throw noted(error) }
        }
        return link
    }

    private func prepare(_ sql: SQL, on link: Link) throws -> PreparedStatement {
        switch statements.find(sql.template, sql.values) {
        case .ready(let statement): return statement
        case .once(let statement): return statement
        case .new(let statement, let evicted):
            isFresh = false
            do {
                if !posted.isEmpty { try settle() }
                if let evicted { try link.execute("DEALLOCATE \(evicted.name)") }
                try statement.prepare(on: link)
            } catch {
                statements.forget(statement)
                throw noted(error)
            }
            return statement
        }
    }

    /// Reads the answers to what was posted; those to what was sent since come next.
    private func receivePosted(on link: Link) throws {
        defer { posted = [] }
        do {
            try link.synchronize()
            for statement in posted {
                do { try link.receive() } catch {
                    if error.isStaleStatement { statements.forget(statement) }
                    throw error
                }
            }
        } catch {
            link.drain()
            throw noted(error)
        }
    }

    /// Remembers what made a transaction fail, and tells that instead of its aftermath.
    private func noted(_ error: any Error) -> any Error {
        guard let error = error as? StoreError, let link else { return error }
        if error.isAftermath, let failure { return failure }
        if use == .writing, error.isReadOnly {
            // After a failover the old primary may come back as a replica.
            disconnect()
            return StoreError.disconnected("the server only reads")
        }
        if link.transaction == PQTRANS_INERROR, failure == nil { failure = error }
        return error
    }
}

/// What holds the connection until it is complete.
protocol Occupant: AnyObject {
    /// Makes room for another statement and can go on afterwards.
    func vacate() throws
}
