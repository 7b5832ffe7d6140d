import Frame

/// The city's money: what arrived, what was used, where it flows.
enum MoneyRoutes {
    static let all: [Route] = []
}
