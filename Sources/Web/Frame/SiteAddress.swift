/// How this site is reached: "https://yiju.example". For links that are read elsewhere; pages need none.
public struct SiteAddress: Sendable, Hashable {
    private static let limit = 260
    private static let loopback = ["127.0.0.1", "[::1]", "localhost"]

    /// Scheme, host and perhaps a port.
    public let text: String

    /// Nil unless it is http or https, a host and perhaps a port.
    public init?(_ text: String) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard text.utf8.count <= Self.limit, text.wholeMatch(of: Self.form) != nil else { return nil }
        self.text = text
    }

    /// As an operator told, else the loopback address that was asked. Any other `Host` is whatever a stranger wrote,
    /// and behind a proxy loopback is the proxy's way to us, not the reader's.
    init?(of authority: String, _ settings: Hall.Settings) {
        if let told = settings.address {
            self = told
            return
        }
        guard !settings.trustsProxy, !settings.isSecure,
            let host = Self.loopback.first(where: { authority == $0 || authority.hasPrefix($0 + ":") }),
            case let port = authority.utf8.dropFirst(host.utf8.count), port.count <= 6,
            port.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        text = "http://" + authority
    }

    private static var form: Regex<Substring> { /https?:\/\/(?:[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/ }
}
