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

/// Every route, tried by every role on things of its own district and of another, against a table that people have
/// read. A route that is added without a line in the table fails, and so does a right that opens a route it should not.
@Suite struct RightsOfRoutesTests {
    private static var table: URL {
        URL(filePath: FileManager.default.currentDirectoryPath).appending(path: "Tests/SiteTests/routes.csv")
    }

    @Test("Every route answers every role as the table says", arguments: Engine.available)
    func followsTheTable(engine: Engine) async throws {
        let found = try await TestHall.with(engine) { test in
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                var walk = try await Walk(test, client)
                return try await walk.lines()
            }
        }
        if ProcessInfo.processInfo.environment["YIJU_WRITE_TABLE"] != nil {
            try Data(found.joined(separator: "\n").utf8 + [10]).write(to: Self.table)
        }
        let expected = try String(contentsOf: Self.table, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
    }
}

/// Goes through all routes with a session of each role.
private struct Walk {
    static let header = "route,served,served in the own district only"
    static let roles = Role.allCases.filter { $0 != .public }

    let test: TestHall
    let client: any TestClientProtocol
    var tokens: [Role: String] = [:]
    var (own, foreign): (Things, Things)

    init(_ test: TestHall, _ client: any TestClientProtocol) async throws {
        (self.test, self.client) = (test, client)
        for role in Self.roles {
            try await test.addPerson(role, at: Self.place(of: role))
            tokens[role] = try await test.signIn(role)
        }
        (own, foreign) = (try await Things(.own, test), try await Things(.foreign, test))
    }

    /// The district where the role may sit there, the city where it only sits above, the place below it else.
    private static func place(of role: Role) -> String {
        switch role.levels.first(where: { $0 >= .district }) ?? .city {
        case .district: "430111"
        case .subdistrict: "430111002"
        case .neighbourhood: "430111002001"
        default: "4301"
        }
    }

    /// "GET /estates/{id},administrator cityOfficer,all others but resident": by whom it is served wherever the thing
    /// lies, and by whom where it lies in the own district alone.
    mutating func lines() async throws -> [String] {
        var lines = [Self.header]
        for route in Site.routes.sorted(by: { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }) {
            let isForAll = try await isServed(route, nil, .own)
            var (everywhere, atHome): ([Role], [Role]) = ([], [])
            for role in Self.roles {
                let inOwn = try await isServed(route, role, .own)
                let inForeign = route.names(anyOf: Things.names) ? try await isServed(route, role, .foreign) : inOwn
                #expect(inOwn || !inForeign, "\(role.rawValue) is served elsewhere alone: \(route.path)")
                if inForeign { everywhere.append(role) } else if inOwn { atHome.append(role) }
            }
            let isForSignedIn = everywhere.count == Self.roles.count
            #expect(!isForAll || isForSignedIn, "a visitor is served where somebody signed in is not: \(route.path)")
            let others = Self.roles.filter { !everywhere.contains($0) }
            lines.append(
                [
                    "\(route.method.rawValue) \(route.path)",
                    isForAll ? "everybody" : Self.said(everywhere, of: Self.roles, all: "everybody signed in"),
                    Self.said(atHome, of: others, all: "all others"),
                ].joined(separator: ","))
        }
        return lines
    }

    /// The shorter of who is and who is not.
    private static func said(_ served: [Role], of candidates: [Role], all: String) -> String {
        let refused = candidates.filter { !served.contains($0) }
        let names = { (roles: [Role]) in roles.map(\.rawValue).joined(separator: " ") }
        if served.isEmpty { return "" }
        if refused.isEmpty { return all }
        return served.count <= refused.count ? names(served) : "\(all) but \(names(refused))"
    }

    private mutating func isServed(_ route: Route, _ role: Role?, _ side: Side) async throws -> Bool {
        let things = side == .own ? own : foreign
        let answer = try await send(route, role.flatMap { tokens[$0] }, things)
        #expect(answer.status.code != 500 && answer.status != .serviceUnavailable, "\(route.method) \(route.path)")
        let isServed = isServed(route, answer)
        if route.method == .post { try await mend(role, side, isChanged: isServed && answer.status.code < 400) }
        return isServed
    }

    /// Some routes end the session or use the thing up: the next role finds everything as it was.
    private mutating func mend(_ role: Role?, _ side: Side, isChanged: Bool) async throws {
        guard isChanged, let role else { return }
        tokens[role] = try await test.signIn(role)
        if side == .own { own = try await Things(.own, test) } else { foreign = try await Things(.foreign, test) }
    }

    private func send(_ route: Route, _ token: String?, _ things: Things) async throws -> TestResponse {
        let path = things.address(of: route)
        let fields = things.fields(of: route)
        switch route.handler {
        case .page, .look, .bare: return try await client.get(path, token ?? "")
        // Whose head is sent away or not; its body would not end.
        case .stream: return try await client.head(path, token ?? "")
        case .act: return try await client.post(path, token ?? "", fields)
        case .json(let type, _):
            return try await client.send(route.method, path, token ?? "", type: type, things.body(of: route))
        case .upload: return try await client.upload(path, token ?? "", fields)
        }
    }

    /// Refused is 401, 403, being sent to sign in, and for a thing not to be found; anything else is the handler's own
    /// answer.
    private func isServed(_ route: Route, _ answer: TestResponse) -> Bool {
        if answer.status == .unauthorized || answer.status == .forbidden { return false }
        if answer.status == .notFound, route.names(anyOf: Things.names) { return false }
        let isSentAway = answer.headers[.location]?.hasPrefix("/sign-in?back=") ?? false
        return !(isSentAway && !route.path.hasPrefix("/sign-in"))
    }
}

extension Route {
    fileprivate func names(anyOf names: [String]) -> Bool { names.contains { path.contains("{\($0)}") } }
}
