import Foundation
import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import Site
import TestSupport
import Testing

@Suite struct DoorTests {
    private static func withClient<Value: Sendable>(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            return try await Application(router: Site.router(test.hall)).test(.router) { try await body(test, $0) }
        }
    }

    @Test("Every answer forbids inline scripts, framing and guessing of types", arguments: Engine.available)
    func guards(engine: Engine) async throws {
        try await Self.withClient(engine) { _, client in
            for path in ["/", "/sign-in", "/nowhere", "/assets/yiju.css"] {
                let answer = try await client.execute(uri: path, method: .get)
                let policy = HTTPField.Name("Content-Security-Policy").flatMap { answer.headers[$0] } ?? ""
                #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
                #expect(HTTPField.Name("X-Content-Type-Options").flatMap { answer.headers[$0] } == "nosniff")
            }
        }
    }

    @Test("A form without its token, or from another site, is refused and does nothing", arguments: Engine.available)
    func refusesForeignForms(engine: Engine) async throws {
        try await Self.withClient(engine) { test, client in
            let token = try await test.signIn(.districtOfficer)
            var headers: HTTPFields = [
                .cookie: "yiju_session=\(token)", .contentType: "application/x-www-form-urlencoded",
            ]
            let without = try await client.execute(
                uri: "/sign-out", method: .post, headers: headers, body: ByteBuffer(string: "csrf=wrong"))
            #expect(without.status == .forbidden)
            headers[.origin] = "https://evil.example"
            let foreign = try await client.execute(
                uri: "/sign-out", method: .post, headers: headers,
                body: ByteBuffer(string: "csrf=\(CSRF.token(for: token))"))
            #expect(foreign.status == .forbidden)
            headers[.origin] = nil
            let still = try await client.execute(uri: "/account", method: .get, headers: headers)
            #expect(still.status == .ok)
        }
    }

    @Test("Hostile requests get a clear answer and the server lives on", arguments: Engine.available)
    func survives(engine: Engine) async throws {
        let long = String(repeating: "x", count: 100_000)
        let requests: [(String, HTTPRequest.Method, HTTPFields, String)] = [
            ("/assets/..%2f..%2fetc%2fpasswd", .get, [:], ""), ("/estates/not-an-id", .get, [:], ""),
            ("/?q=%ff%fe", .get, [:], ""), ("/estates?page=-1&sort=%27", .get, [:], ""),
            ("/", .get, [.cookie: "yiju_session=\(long.prefix(4000))"], ""), ("/", .get, [.cookie: ";;=;a"], ""),
            ("/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"], "name=%zz"),
            ("/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"], "name=\(long)&password=\(long)"),
            (
                "/sign-in", .post, [.contentType: "application/x-www-form-urlencoded"],
                String(repeating: "a=b&", count: 5000)
            ),
            ("/imports", .post, [.contentType: "multipart/form-data; boundary="], "--\r\n"),
        ]
        try await Self.withClient(engine) { _, client in
            for (path, method, headers, body) in requests {
                let answer = try await client.execute(
                    uri: path, method: method, headers: headers, body: method == .post ? ByteBuffer(string: body) : nil)
                #expect(
                    (200..<500).contains(answer.status.code), "\(method) \(path.prefix(60)) → \(answer.status.code)")
            }
            let after = try await client.execute(uri: "/healthz", method: .get)
            #expect(after.status == .ok)
        }
    }
}
