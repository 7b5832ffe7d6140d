import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// One message of a stream: its name and one line or more of text (HTML Living Standard, 9.2).
public struct ServerEvent: Sendable, Hashable {
    let name: StaticString
    let data: String

    public init(_ name: StaticString, _ data: String) {
        self.name = name
        self.data = data
    }

    var bytes: [UInt8] {
        let lines = data.split(omittingEmptySubsequences: false) { $0.isNewline }.map { "data: \($0)\n" }
        return Array("event: \(name)\n\(lines.joined())\n".utf8)
    }

    public static func == (left: ServerEvent, right: ServerEvent) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Events on their way to one reader. Between them `beat` says that the line still stands, and `end` is the last word
/// when the reader may no longer listen. Ends at once when the server shuts down or the reader goes.
struct EventStream: Sendable {
    private enum Part: Sendable {
        case event(ServerEvent)
        case beat
    }

    private let events: any AsyncSequence<ServerEvent, Never> & Sendable
    private let seat: StreamDesk.Seat
    private let mayGoOn: @Sendable () async throws -> Bool

    /// - Parameter mayGoOn: asked at each heartbeat; when it throws, nobody knows, and the stream breaks off.
    init(
        _ events: any AsyncSequence<ServerEvent, Never> & Sendable, seat: StreamDesk.Seat,
        _ mayGoOn: @escaping @Sendable () async throws -> Bool
    ) {
        self.events = events
        self.seat = seat
        self.mayGoOn = mayGoOn
    }

    /// Proxies keep nothing back and store nothing.
    var answer: Answer {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        headers[Self.buffering] = "no"
        return Answer(headers: headers, body: .stream(write))
    }

    private static let buffering = HTTPField.Name("X-Accel-Buffering").unsafelyUnwrapped

    @Sendable private func write(_ send: @concurrent ([UInt8]) async throws -> Void) async throws {
        // Slow readers miss events, never the newest.
        let (parts, feed) = AsyncStream.makeStream(of: Part.self, bufferingPolicy: .bufferingNewest(8))
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [events] in
                    for await event in events { feed.yield(.event(event)) }
                    feed.finish()
                }
                group.addTask { [pause = seat.heartbeat] in
                    while (try? await Task.sleep(for: pause)) != nil { feed.yield(.beat) }
                }
                defer { group.cancelAll() }
                try await send(ServerEvent("beat", "").bytes)
                for await part in parts {
                    switch part {
                    case .event(let event): try await send(event.bytes)
                    case .beat:
                        guard try await mayGoOn() else { return try await send(ServerEvent("end", "").bytes) }
                        try await send(ServerEvent("beat", "").bytes)
                    }
                }
            }
        } onGracefulShutdown: {
            feed.finish()
        }
    }
}

extension ResponseBody {
    /// Pieces as they come. A reader who hangs up cancels the body.
    static func stream(_ body: @escaping Answer.StreamBody, to request: Request) -> ResponseBody {
        ResponseBody { writer in
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await body { try await writer.write(ByteBuffer(bytes: $0)) }
            }
            try await writer.finish(nil)
        }
    }
}
