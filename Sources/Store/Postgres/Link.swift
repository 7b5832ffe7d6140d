import CLibPQ
import Glibc
import Logging
import Store

/// One open connection. Never shared: it lives and dies on its seat's queue.
final class Link {
    let connection: OpaquePointer
    private let notices: NoticeLog
    /// A COMMIT was sent whose answer nobody has read yet.
    private var owesAnswer = false
    /// Statements may be sent before those ahead of them are answered.
    private var isPipelined = false

    /// - Throws: `StoreError.disconnected`
    init(address: Address, logger: Logger) throws {
        guard let connection = address.connect() else { throw StoreError.disconnected("libpq has no memory") }
        self.connection = connection
        notices = NoticeLog(logger)
        guard PQstatus(connection) == CONNECTION_OK else {
            // libpq names host, port and user here, never the password.
            throw StoreError.disconnected(Link.message(PQerrorMessage(connection)))
        }
        PQsetNoticeReceiver(
            connection, { context, result in NoticeLog.receive(context, result) },
            Unmanaged.passUnretained(notices).toOpaque())
        do {
            try execute(address.greeting)
        } catch {
            throw StoreError.disconnected("the server refuses Yiju's settings: \(error)")
        }
    }

    deinit {
        PQfinish(connection)
    }

    var isBroken: Bool { PQstatus(connection) != CONNECTION_OK }

    var transaction: PGTransactionStatusType { PQtransactionStatus(connection) }

    /// Runs one or several statements by the simple protocol; rows are dropped. Returns the last one's tag: "COMMIT".
    @discardableResult
    func execute(_ text: String) throws -> String {
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return Link.message(PQcmdStatus(result))
        default: throw error(result)
        }
    }

    /// Sends COMMIT and leaves its answer for the next use: a reader need not wait for it.
    func commitWithoutWaiting() {
        owesAnswer = PQsendQuery(connection, "COMMIT") == 1
    }

    /// False when the server has gone since the last use: it then left a goodbye or an end of file in the socket.
    func isAlive() -> Bool {
        if owesAnswer {
            owesAnswer = false
            drain()
        }
        guard !isBroken, transaction == PQTRANS_IDLE else { return false }
        var socket = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        for _ in 0..<16 {
            if poll(&socket, 1, 0) == 0 { return true }
            if PQconsumeInput(connection) == 0 || isBroken { return false }
            _ = PQisBusy(connection)  // handles what is no answer: notices, changed settings
        }
        return false
    }

    /// From now on statements may be sent before those ahead of them are answered, up to `synchronize`.
    func beginPipeline() throws(StoreError) {
        if isPipelined { return }
        guard PQenterPipelineMode(connection) == 1 else { throw error(nil) }
        isPipelined = true
    }

    /// Ends a pipeline in which nothing was sent.
    func endPipeline() {
        if isPipelined { isPipelined = PQexitPipelineMode(connection) == 0 }
    }

    /// Asks for the answers to everything sent. What follows a statement that failed is not run.
    func synchronize() throws(StoreError) {
        guard PQpipelineSync(connection) == 1 else { throw error(nil) }
    }

    /// Reads the answer to one statement of a pipeline, whose rows nobody wants.
    func receive() throws(StoreError) {
        var failure: StoreError?
        while let result = PQgetResult(connection) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: break
            default: failure = failure ?? error(result)
            }
            if isBroken { break }
        }
        if let failure { throw failure }
    }

    /// Reads what is left of the answer to a statement, and ends the pipeline it was in.
    func drain() {
        var isComplete = !isPipelined
        // Between two statements there is nothing once; more often there is nothing to come.
        var silences = 0
        repeat {
            silences += 1
            while let result = PQgetResult(connection) {
                silences = 0
                let status = PQresultStatus(result)
                PQclear(result)
                if status == PGRES_PIPELINE_SYNC { isComplete = true }
                if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || isBroken { return }
            }
        } while !isComplete && !isBroken && silences < 3
        endPipeline()
    }

    /// What a result, or with nil the connection, says went wrong.
    func error(_ result: OpaquePointer?) -> StoreError {
        let field = { (code: Int32) in PQresultErrorField(result, code).map { Link.message($0) } }
        let state = field(Diagnostic.sqlState) ?? ""
        var message = field(Diagnostic.primary) ?? Link.message(PQresultErrorMessage(result))
        if message.isEmpty { message = Link.message(PQerrorMessage(connection)) }
        if isBroken { return .disconnected(state.isEmpty ? message : "\(state) \(message)") }
        // The detail is left out: it repeats the row's values, which may be somebody's name or phone.
        for (name, code) in [("constraint", Diagnostic.constraint), ("position", Diagnostic.position)] {
            if let value = field(code) { message += " (\(name) \(value))" }
        }
        return StoreError(sqlState: state, message: message, origin: field(Diagnostic.function))
    }

    static func message(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        var message = String(cString: text)
        while message.last?.isNewline == true { message.removeLast() }
        return message
    }
}

/// The letters by which libpq names an error's fields (`PG_DIAG_…` are macros that Swift cannot see).
enum Diagnostic {
    static let severity = Int32(UInt8(ascii: "S"))
    static let sqlState = Int32(UInt8(ascii: "C"))
    static let primary = Int32(UInt8(ascii: "M"))
    static let position = Int32(UInt8(ascii: "P"))
    static let constraint = Int32(UInt8(ascii: "n"))
    static let function = Int32(UInt8(ascii: "R"))
}

/// Takes the server's notices to the log; libpq would print them.
private final class NoticeLog {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    static func receive(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
        guard let context else { return }
        let log = Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue()
        let field = { (code: Int32) in Link.message(PQresultErrorField(result, code)) }
        let text = field(Diagnostic.primary)
        log.logger.notice(
            "\(text.isEmpty ? Link.message(PQresultErrorMessage(result)) : text)",
            metadata: ["severity": "\(field(Diagnostic.severity))", "sqlstate": "\(field(Diagnostic.sqlState))"])
    }
}
