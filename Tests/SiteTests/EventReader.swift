import Foundation
import Glibc

/// A browser that listens to a stream: one connection, whose text is read as it comes.
actor EventReader {
    private var bytes: [UInt8] = []
    private(set) var hasEnded = false
    private let socket: Int32

    /// Asks for `path` and waits for the head of the answer.
    init(_ path: String, _ token: String, port: Int) async throws {
        let socket = try Self.connect(port)
        self.socket = socket
        let request = "GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nCookie: yiju_session=\(token)\r\n\r\n"
        _ = request.withCString { Glibc.send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self)
        Thread.detachNewThread {
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(socket, &piece, piece.count, 0)
                guard count > 0 else { break }
                feed.yield(Array(piece[..<count]))
            }
            feed.finish()
        }
        Task {
            for await piece in pieces { take(piece) }
            hasEnded = true
        }
        try await wait { $0.contains("\r\n\r\n") }
    }

    private static func connect(_ port: Int) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, size) }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
        return socket
    }

    private func take(_ piece: [UInt8]) { bytes += piece }

    /// Everything so far, the head included.
    var heard: String { String(decoding: bytes, as: UTF8.self) }

    var status: Int? { Int(heard.dropFirst("HTTP/1.1 ".count).prefix(3)) }

    func count(of word: String) -> Int { heard.components(separatedBy: word).count - 1 }

    /// The versions that were told, in order.
    var changes: [String] { heard.matches(of: /event: change\ndata: (\d+)\n/).map { String($0.1) } }

    /// Waits until something holds; the test's time limit ends what never does.
    func wait(until holds: (String) -> Bool) async throws {
        while !holds(heard) { try await Task.sleep(for: .milliseconds(10)) }
    }

    func waitForEnd() async throws {
        while !hasEnded { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Hangs up, as a closed page does.
    func close() { shutdown(socket, Int32(SHUT_RDWR)) }

    deinit { Glibc.close(socket) }
}
