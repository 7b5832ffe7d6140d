public import HTTPTypes
public import Html
public import Kernel

/// What a handler answers; the door turns it into a response.
public struct Answer: Sendable {
    public typealias Status = HTTPResponse.Status

    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Sent from disk in pieces, then removed.
        case file(path: String, removeAfter: Bool)
        /// Sent piece by piece as they come, until the closure returns; its task is cancelled when the reader goes.
        case stream(StreamBody)
    }

    public typealias StreamBody =
        @Sendable (_ send: @concurrent ([UInt8]) async throws -> Void) async throws -> Void

    public var status: Status
    public var headers: HTTPFields
    public var body: Body
    /// Of what was refused, for the log; empty when nothing was.
    public var codes: [String] = []

    public init(_ status: Status = .ok, headers: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public init(_ status: Status = .ok, html: Html) {
        self.init(status, headers: [.contentType: "text/html; charset=utf-8"], body: .bytes(html.bytes))
    }

    public init(_ status: Status = .ok, json: String, type: String = "application/json") {
        self.init(status, headers: [.contentType: type], body: .bytes(Array(json.utf8)))
    }

    /// To another page of this site, after an act (303: the browser asks with GET).
    public static func see(_ link: Link) -> Answer {
        Answer(.seeOther, headers: [.location: link.text])
    }

    /// A file to keep. `name` may be Chinese (RFC 6266).
    public static func download(_ body: Body, name: String, type: String) -> Answer {
        let ascii = String(name.unicodeScalars.map { $0.isASCII && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
        let encoded = name.utf8.map { byte -> String in
            let isPlain =
                byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
            return isPlain || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                ? String(Unicode.Scalar(byte)) : "%" + hex(byte)
        }.joined()
        return Answer(
            headers: [
                .contentType: type,
                .contentDisposition: "attachment; filename=\"\(ascii)\"; filename*=UTF-8''\(encoded)",
            ], body: body)
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// This answer with one more cookie, for the whole site and never sent from other sites. `isHidden` keeps scripts
    /// from it; without `days` it ends with the browser.
    public func cookie(
        _ name: String, _ value: String, isSecure: Bool, isHidden: Bool = true, days: Int? = nil
    ) -> Answer {
        var answer = self
        var cookie = "\(name)=\(value); Path=/; SameSite=Lax"
        if isHidden { cookie += "; HttpOnly" }
        if isSecure { cookie += "; Secure" }
        if let days { cookie += "; Max-Age=\(days * 86_400)" }
        answer.headers.append(HTTPField(name: .setCookie, value: cookie))
        return answer
    }
}

extension Refusal.Kind {
    public var status: HTTPResponse.Status {
        switch self {
        case .invalid: .unprocessableContent
        case .malformed: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .wrongMethod: .methodNotAllowed
        case .conflict: .conflict
        case .outdated: .preconditionFailed
        case .unconditional: .preconditionRequired
        case .unsupported: .unsupportedMediaType
        case .tooLarge: .contentTooLarge
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }
}
