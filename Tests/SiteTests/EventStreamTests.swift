import Foundation
import Frame
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import Registry
import Site
import Store
import TestSupport
import Testing

/// Streams of events over a real connection, at a pace that tests can wait for.
@Suite(.timeLimit(.minutes(5))) struct EventStreamTests {
    private static let path = "/wall/events"

    private static var quick: StreamRules {
        var rules = StreamRules()
        (rules.heartbeat, rules.lookEvery) = (.milliseconds(50), .milliseconds(50))
        return rules
    }

    /// Nothing comes by itself: neither a heartbeat nor a second look.
    private static var silent: StreamRules {
        var rules = StreamRules()
        (rules.heartbeat, rules.lookEvery) = (.seconds(86_400), .seconds(86_400))
        return rules
    }

    private static func serve<Value: Sendable>(
        _ engine: Engine, _ rules: StreamRules,
        _ body: @escaping @Sendable (TestHall, any TestClientProtocol, Int) async throws -> Value
    ) async throws -> Value {
        try await TestHall.with(engine, streaming: rules) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            return try await Application(router: Site.router(test.hall)).test(.live) { client in
                try await body(test, client, try #require(client.port))
            }
        }
    }

    @Test(
        "A stream begins with the version as it is, tells each change and beats between them; nothing on the way keeps it",
        arguments: Engine.available)
    func tells(engine: Engine) async throws {
        try await Self.serve(engine, Self.quick) { test, _, port in
            let reader = try await EventReader(Self.path, try await test.signIn(.districtOfficer), port: port)
            let head = await reader.heard.lowercased()
            for field in ["content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"] {
                #expect(head.contains(field + "\r\n"), "\(head)")
            }
            #expect(!head.contains("content-encoding") && !head.contains("content-length"))
            try await reader.wait { $0.contains("event: change") && $0.contains("event: beat") }
            let before = try await test.hall.database.read { try RecordQueries.version($0) }
            #expect(await reader.changes.last == "\(before)")
            _ = try await test.addEstate("新村", at: "430111002001")
            let after = try await test.hall.database.read { try RecordQueries.version($0) }
            #expect(after != before)
            try await reader.wait { $0.contains("data: \(after)\n") }
            let beats = await reader.count(of: "event: beat")
            try await reader.wait { $0.components(separatedBy: "event: beat").count - 1 > beats + 2 }
            await reader.close()
        }
    }

    @Test("A stream says its last word and ends when its reader signs out", arguments: Engine.available)
    func endsWithSignOut(engine: Engine) async throws {
        try await Self.serve(engine, Self.quick) { test, client, port in
            let token = try await test.signIn(.districtOfficer)
            let reader = try await EventReader(Self.path, token, port: port)
            try await reader.wait { $0.contains("event: beat") }
            #expect(try await client.post("/sign-out", token).status == .seeOther)
            try await reader.waitForEnd()
            #expect(await reader.heard.contains("event: end"))
        }
    }

    @Test("A stream ends when the session's time is over, or its person's right is", arguments: Engine.available)
    func endsWithTheSession(engine: Engine) async throws {
        try await Self.serve(engine, Self.quick) { test, _, port in
            let reader = try await EventReader(Self.path, try await test.signIn(.districtOfficer), port: port)
            _ = try await test.hall.database.write { try $0.run("UPDATE session SET expires_at = \(TestHall.now)") }
            try await reader.waitForEnd()
            #expect(await reader.heard.contains("event: end"))

            let other = try await EventReader(Self.path, try await test.signIn(.districtOfficer), port: port)
            try await test.act { try RightActs.set(.readEstates, of: .districtOfficer, reach: nil, deed: $0) }
            try await other.waitForEnd()
            #expect(await other.heard.contains("event: end"))
        }
    }

    @Test("One session has few streams, all together have so many, and one that was closed makes room")
    func limits() async throws {
        var rules = Self.quick
        (rules.inAll, rules.perSession) = (3, 2)
        try await Self.serve(.sqlite, rules) { test, _, port in
            let open = { (token: String) in try await EventReader(Self.path, token, port: port) }
            let (mine, theirs) = (
                try await test.signIn(.districtOfficer), try await test.signIn(.districtOfficer)
            )
            let (first, second) = (try await open(mine), try await open(mine))
            #expect(await [first.status, second.status] == [200, 200])
            let third = try await open(mine)
            #expect(await third.status == 429)
            #expect(await third.heard.contains("请先关闭其他大屏页面"))
            let other = try await open(theirs)
            #expect(await other.status == 200)
            let late = try await open(theirs)
            #expect(await late.status == 503)

            await first.close()
            var status: Int?
            while status != 200 { status = try await open(mine).status }
        }
    }

    @Test("A head takes no seat for long: its stream never begins")
    func heads() async throws {
        var rules = Self.silent
        rules.inAll = 1
        try await Self.serve(.sqlite, rules) { test, client, _ in
            let token = try await test.signIn(.districtOfficer)
            for _ in 0..<5 { #expect(try await client.head(Self.path, token).status == .ok) }
        }
    }

    @Test("A server that is shut down ends its streams at once", arguments: Engine.available)
    func endsWithTheServer(engine: Engine) async throws {
        let reader = try await Self.serve(engine, Self.silent) { test, _, port in
            let reader = try await EventReader(Self.path, try await test.signIn(.districtOfficer), port: port)
            try await reader.wait { $0.contains("event: change") }
            return reader
        }
        try await reader.waitForEnd()
        #expect(await !reader.heard.contains("event: end"))
    }
}
