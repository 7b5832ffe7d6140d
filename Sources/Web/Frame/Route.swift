public import HTTPTypes
public import Kernel
public import Store

/// One address of the site with who may use it. Routes are values in a list, so that a test can walk every route with
/// every role; the door checks `access` before the handler runs, and the acts check place.
public struct Route: Sendable {
    public enum Access: Sendable, Hashable {
        /// Signing in, the style guide.
        case anyone
        /// The own account.
        case signedIn
        /// Somewhere; where exactly, acts and queries check.
        case right(Right)
        /// One of the two.
        case either(Right, Right)
        /// Programs on the machine itself, without saying who they are; else this right, at the city.
        case machine(or: Right)
    }

    public enum Handler: Sendable {
        /// Reads one snapshot and answers. The reader's session is looked up in the same snapshot.
        case page(@Sendable (Visit, Tx) throws -> Answer)
        /// Reads on, without a transaction held: long exports, static answers.
        case look(@Sendable (Visit) async throws -> Answer)
        /// Changes something: the form's token has been checked.
        case act(@Sendable (Visit, FormData) async throws -> Answer)
        /// Changes something for a script or a program: a JSON body of this media type. With a session, the form's
        /// token comes in the header `X-CSRF-Token`; with a token for programs none is needed. Errors are problem
        /// details.
        case json(type: String, @Sendable (Visit, JSON) async throws -> Answer)
        /// Answers without looking up who asks, so that it answers while the database is away.
        case bare(@Sendable (Hall) async throws -> Answer)
        /// Takes files: right and origin are checked before they are read, the form's token before the handler runs.
        /// `limit` is that of all bytes together.
        case upload(@Sendable (Visit, Upload) async throws -> Answer, limit: Int)
        /// Goes on telling what happens, as server-sent events, for as long as the reader may come in here.
        case stream(@Sendable (Visit) async throws -> any AsyncSequence<ServerEvent, Never> & Sendable)
    }

    /// Whether an address is asked by programs: they may come with a token, and errors are problem details. `/api`
    /// itself is a page to read.
    static func isForPrograms(_ path: String) -> Bool {
        path.hasPrefix("/api/") || ["/ogc", "/tiles", "/metrics"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    public let method: HTTPRequest.Method
    /// "/estates/{id}/edit".
    public let path: String
    public let access: Access
    public let handler: Handler

    /// Takes what a page's form sends.
    var isForm: Bool {
        switch handler {
        case .act, .upload: true
        case .page, .look, .json, .bare, .stream: false
        }
    }

    /// A page to read.
    public static func page(
        _ path: String, _ access: Access, _ handler: @escaping @Sendable (Visit, Tx) throws -> Answer
    ) -> Route {
        Route(method: .get, path: path, access: access, handler: .page(handler))
    }

    /// A page that reads for long, or not from the database: no transaction is held.
    public static func look(
        _ path: String, _ access: Access, _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) -> Route {
        Route(method: .get, path: path, access: access, handler: .look(handler))
    }

    /// A form that changes something.
    public static func act(
        _ path: String, _ access: Access, _ handler: @escaping @Sendable (Visit, FormData) async throws -> Answer
    ) -> Route {
        Route(method: .post, path: path, access: access, handler: .act(handler))
    }

    /// A program's act with a JSON body of the media type.
    public static func json(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, type: String,
        _ handler: @escaping @Sendable (Visit, JSON) async throws -> Answer
    ) -> Route {
        Route(method: method, path: path, access: access, handler: .json(type: type, handler))
    }

    /// An answer that needs neither database nor reader.
    public static func bare(
        _ path: String, _ access: Access, _ handler: @escaping @Sendable (Hall) async throws -> Answer
    ) -> Route {
        Route(method: .get, path: path, access: access, handler: .bare(handler))
    }

    /// A form that brings files, of `limit` bytes all together.
    public static func upload(
        _ path: String, _ access: Access, limit: Int = Upload.usualLimit,
        _ handler: @escaping @Sendable (Visit, Upload) async throws -> Answer
    ) -> Route {
        Route(method: .post, path: path, access: access, handler: .upload(handler, limit: limit))
    }

    /// Server-sent events, with heartbeats between them: a page listens with `EventSource`.
    public static func stream(
        _ path: String, _ access: Access,
        _ handler: @escaping @Sendable (Visit) async throws -> any AsyncSequence<ServerEvent, Never> & Sendable
    ) -> Route {
        Route(method: .get, path: path, access: access, handler: .stream(handler))
    }
}
