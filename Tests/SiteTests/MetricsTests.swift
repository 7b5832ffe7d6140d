import Common
import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import NIOCore
import Site
import Store
import TestSupport
import Testing

/// What a node says of itself to operators.
@Suite("Health and metrics")
struct MetricsTests {
    @Test("A node is ready once the migrations of all rooms are done, and lives before", arguments: Engine.available)
    func readiness(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            let later = Schema(
                room: "later", migrations: [Schema.Migration("001-later", "CREATE TABLE later (id BIGINT)")],
                tables: [.init("later", key: "id")])
            for (schemas, status) in [(TestHall.schemas, HTTPResponse.Status.ok), ([later], .serviceUnavailable)] {
                let (hall, schemas) = (test.hall, TestHall.schemas + schemas.filter { $0.room == "later" })
                let node = Hall(
                    database: hall.database, register: hall.register, evaluations: hall.evaluations, city: hall.city,
                    vault: hall.vault, files: hall.files, menu: hall.menu,
                    ledgerTables: hall.ledgerTables, clock: hall.clock,
                    passwordRules: hall.passwordRules, publicFiles: hall.publicFiles, log: hall.log, schemas: schemas)
                try await Application(router: Site.router(node)).test(.router) { client in
                    let ready = try await client.execute(uri: "/readyz", method: .get)
                    let alive = try await client.execute(uri: "/healthz", method: .get)
                    #expect(ready.status == status && alive.status == .ok)
                }
            }
        }
    }

    @Test("Metrics count requests by route and class, and tell no address, name or id", arguments: Engine.available)
    func counts(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.administrator, at: "4301")
            try await test.addPerson(.districtOfficer, at: "430111")
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let administrator = try await test.issueToken(.administrator, .read, ["4301"])
            let officer = try await test.issueToken(.districtOfficer, .read, ["430111"])
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                let reader = Program(client: client, token: administrator)
                for _ in 0..<3 { _ = try await reader.ask("/api/v1/estates/\(estate)") }
                _ = try await reader.ask("/api/v1/estates/unknown")
                _ = try await reader.ask("/nowhere")
                let answer = try await reader.ask("/metrics")
                #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                let lines = String(buffer: answer.body).split(separator: "\n").map(String.init)
                let route = #"method="GET",route="/api/v1/estates/{id}""#
                #expect(lines.contains("yiju_http_requests_total{\(route),status=\"2xx\"} 3"))
                #expect(lines.contains("yiju_http_requests_total{\(route),status=\"4xx\"} 1"))
                #expect(lines.contains("yiju_http_request_duration_seconds_bucket{\(route),le=\"+Inf\"} 4"))
                #expect(lines.contains("yiju_http_request_duration_seconds_count{\(route)} 4"))
                #expect(lines.contains { $0.hasPrefix(#"yiju_http_requests_total{method="GET",route="other""#) })
                for name in ["yiju_write_acts_total", "yiju_database_sessions_busy", "process_cpu_seconds_total"] {
                    #expect(lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
                }
                #expect(!lines.contains { $0.contains("\(estate)") || $0.contains("公交") })
                // Every sample has its family above it, told once.
                let families = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
                #expect(families.count == Set(families).count)
                let samples = lines.filter { !$0.hasPrefix("#") }
                #expect(samples.allSatisfy { line in families.contains { line.hasPrefix($0) } })

                // From elsewhere, without the right for the whole city: nothing.
                #expect(try await client.execute(uri: "/metrics", method: .get).status == .unauthorized)
                #expect(try await Program(client: client, token: officer).ask("/metrics").status == .forbidden)
            }
        }
    }
}
