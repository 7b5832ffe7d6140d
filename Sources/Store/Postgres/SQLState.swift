import Store

extension StoreError {
    /// The kinds of PostgreSQL's five-letter codes (its manual, appendix A) that the store tells apart.
    /// - Parameter origin: the server's function that raised it.
    init(sqlState state: String, message: String, origin: String? = nil) {
        let text = state.isEmpty ? message : "\(state) \(message)"
        switch state {
        case "40001", "40P01", "55P03": self = .transient(text)
        // A table changed under a prepared statement, or a pooler lost it: the next run prepares it anew.
        case "0A000" where origin == "RevalidateCachedQuery", "26000": self = .transient(text)
        case "57014", "53200", "53400": self = .timeout(text)
        case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "53300": self = .disconnected(text)
        case "53100": self = .full(text)
        default:
            switch state.prefix(2) {
            case "08": self = .disconnected(text)
            case "23": self = .constraint(text)
            default: self = .statement(text)
            }
        }
    }

    /// The statement came after another one had failed in the same transaction.
    var isAftermath: Bool {
        if case .statement(let text) = self { text.hasPrefix("25P02") } else { false }
    }

    /// A prepared statement that the server will not run any more.
    var isStaleStatement: Bool {
        if case .transient(let text) = self { text.hasPrefix("0A000") || text.hasPrefix("26000") } else { false }
    }

    /// Refused because the server, or the transaction, only reads.
    var isReadOnly: Bool {
        if case .statement(let text) = self { text.hasPrefix("25006") } else { false }
    }
}
