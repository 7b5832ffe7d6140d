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

/// Every route, tried by every role, against a table that people have read. A route that is added without a line in the
/// table fails, and so does a right that opens a route it should not.
@Suite struct RightsOfRoutesTests {
    /// The roles whose columns differ; the others hold no rights beyond the public's and share the last column.
    static let columns: [Role] = [
        .administrator, .cityOfficer, .districtOfficer, .subdistrictOfficer, .neighbourhoodWorker, .planner,
        .contractor,
        .financeOfficer, .auditor, .resident,
    ]

    private static var table: URL {
        URL(filePath: FileManager.default.currentDirectoryPath).appending(path: "Tests/SiteTests/routes.csv")
    }

    @Test("Every route answers every role as the table says", arguments: Engine.available)
    func followsTheTable(engine: Engine) async throws {
        let found = try await TestHall.with(engine) { try await Self.walk($0) }
        if ProcessInfo.processInfo.environment["YIJU_WRITE_TABLE"] != nil {
            try Data(found.joined(separator: "\n").utf8 + [10]).write(to: Self.table)
        }
        let expected = try String(contentsOf: Self.table, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
    }

    /// Lines of "GET /estates,y,y,…": y where the route serves the role, n where it refuses.
    private static func walk(_ test: TestHall) async throws -> [String] {
        for role in columns { try await test.addPerson(role, at: place(of: role)) }
        let app = Application(router: Site.router(test.hall))
        return try await app.test(.router) { client in
            var lines = ["route,visitor," + columns.map(\.rawValue).joined(separator: ",")]
            for route in Site.routes.sorted(by: { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }) {
                var cells = ["\(route.method.rawValue) \(route.path)"]
                cells.append(try await isServed(route, token: nil, client) ? "y" : "n")
                for role in columns {
                    // A session of its own for each try: some routes end it.
                    let token = try await test.signIn(role)
                    cells.append(try await isServed(route, token: token, client) ? "y" : "n")
                }
                lines.append(cells.joined(separator: ","))
            }
            return lines
        }
    }

    private static func place(of role: Role) -> String {
        switch role {
        case .administrator, .cityOfficer, .auditor, .financeOfficer: "4301"
        case .districtOfficer: "430111"
        case .neighbourhoodWorker: "430111002001"
        default: "430111002"
        }
    }

    /// Refused is 401, 403, or being sent to sign in; anything else is the handler's own answer.
    private static func isServed(
        _ route: Route, token: String?, _ client: any TestClientProtocol
    ) async throws -> Bool {
        var path = route.path
        for (name, value) in samples { path = path.replacing("{\(name)}", with: value) }
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        if let token { headers[.cookie] = "yiju_session=\(token)" }
        var body = "csrf=\(token.map { CSRF.token(for: $0) } ?? "")"
        if case .upload = route.handler {
            headers[.contentType] = "multipart/form-data; boundary=edge"
            body = "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(body.dropFirst(5))\r\n--edge--\r\n"
        }
        let answer = try await client.execute(
            uri: path, method: route.method, headers: headers,
            body: route.method == .post ? ByteBuffer(string: body) : nil)
        #expect(answer.status.code != 500 && answer.status != .serviceUnavailable, "\(route.method) \(route.path)")
        if answer.status == .unauthorized || answer.status == .forbidden { return false }
        let isSentAway = answer.headers[.location]?.hasPrefix("/sign-in?back=") ?? false
        return !(isSentAway && !route.path.hasPrefix("/sign-in"))
    }

    /// Something for every parameter: ids that exist nowhere, places that exist.
    private static let samples = [
        "id": "01900000-0000-7000-8000-000000000001", "building": "01900000-0000-7000-8000-000000000002",
        "post": "01900000-0000-7000-8000-000000000003", "code": "430111002", "role": "planner", "name": "yiju.css",
        "kind": "estates", "subject": "estate", "handle": "0011223344556677", "version": "1", "stage": "works",
    ]
}
