import Common
import Foundation
import Frame
import HTTPTypes
import Identity
import Kernel
import Registry
import Store
import TestSupport

/// Which district things lie in: that of the officers who ask, or another.
enum Side { case own, foreign }

/// One of everything that an address can name, in one district.
struct Things {
    /// The parameters that name a thing with a place of its own.
    static let names = [
        "id", "building", "post", "code", "token", "feature", "estate", "session", "appeal", "publication", "job",
        "saved", "import", "entry", "number", "line",
    ]

    private let (subdistrict, neighbourhood, heir): (String, String, String)
    private let (estate, building, project): (ID<Estate>, ID<Building>, ID<Project>)
    private let (person, post, login): (ID<PersonTag>, ID<PostTag>, String)
    private let token: ID<TokenTag>
    private let batch: ID<ImportBatch>
    private let checklist: ID<Checklist>
    private let photo: ID<Photo>
    private let line: ID<RecordLine>
    private let conflict: ID<FieldItem>
    private let judged: JudgedThings
    private let ledger: LedgerThings
    private let money: MoneyThings

    init(_ side: Side, _ test: TestHall) async throws {
        let district = side == .own ? "430111" : "430102"
        (subdistrict, heir) = side == .own ? ("430111002", "430111003") : ("430102001", "430102002")
        neighbourhood = subdistrict + "001"
        let login = "t\(UInt32.random(in: 0...UInt32.max))"
        self.login = login
        (person, post) = try await test.addPerson(.planner, at: neighbourhood, login: login)
        _ = try await test.issueToken(of: login, .read, [neighbourhood])
        let estate = try await test.addEstate(login, at: neighbourhood)
        self.estate = estate
        let street = side == .own ? "左家塘街道" : "文艺路街道"
        let sheet = "小区名称,街道,户数\n\(login)园,\(street),120\n\(login)苑,火星街道,80\n"
        let content = try await test.hall.files.add(Array(sheet.utf8))
        let picture = try await test.hall.files.add(Array(login.utf8)).digest.hex
        let (register, place) = (test.hall.register, try TestHall.code(subdistrict))
        let (list, home) = (try TestHall.code(district), subdistrict)
        (building, project, batch, checklist, photo) = try await test.act { deed in
            try StoredFile(content, mediaType: "text/csv", originalName: "list.csv", addedAt: deed.now).insert(deed.tx)
            return (
                try register.registerBuilding(BuildingChange(name: "1栋"), of: estate, in: deed),
                try register.createProject(ProjectDraft(name: login, estates: [estate]), in: deed),
                try register.keepBatch(
                    ImportOptions(place: home), file: content.digest.hex, fileName: "list.csv", at: place, in: deed),
                try register.importChecklist(.demolition, source: login, day: deed.today, at: list, [], in: deed),
                try register.addPhoto(
                    PhotoDraft(digest: picture, thumbDigest: picture, bytes: 1, width: 4, height: 3), to: estate,
                    in: deed
                ).id
            )
        }
        conflict = try await test.act { deed in
            let item = FieldItem(
                id: ID(at: deed.now), estate: estate, at: deed.now, taken: deed.now,
                answers: [FieldAnswer(CoreFact.households, "120", seen: ["80"])])
            return try register.takeFieldItem(item, sentAt: deed.now, in: deed).id
        }
        try await Sealer(database: test.hall.database, vault: test.hall.vault, clock: test.hall.clock).sealAll()
        let line = try await test.hall.database.read { tx in
            try RecordQueries.history(
                of: Subject("estate", estate), reader: .machineOwner(requestID: "test"), vault: test.hall.vault, tx: tx)
        }.last?.id
        let person = person
        let token = try await test.hall.database.read { try Tokens.list(of: person, tx: $0) }.first?.id
        guard let line, let token else { throw Visit.notFound }
        (self.line, self.token) = (line, token)
        judged = try await JudgedThings(estate, at: try TestHall.code(district), test)
        ledger = try await LedgerThings(at: try TestHall.code(district), test)
        money = try await MoneyThings(project, source: login, evidence: content.digest.hex, test)
    }

    /// Some 100 m wide, in Yuhua.
    static let square = """
        {"type":"Polygon","coordinates":[[[113.01,28.17],[113.011,28.17],[113.011,28.171],[113.01,28.171],[113.01,28.17]]]}
        """

    /// The route's path with this district's things in it.
    func address(of route: Route) -> String {
        let room = route.path.split(separator: "/").first { $0 != "api" && $0 != "v1" }
        let id: [Substring: String] = [
            "estates": "\(estate)", "projects": "\(project)", "people": "\(person)", "imports": "\(batch)",
            "checklists": "\(checklist)", "record": "\(line)", "photos": "\(photo)", "field": "\(conflict)",
            "map": "\(estate)", "buildings": "\(building)", "evaluation": "\(judged.run)",
        ]
        let values = [
            "id": room.flatMap { id[$0] } ?? "", "building": "\(building)", "post": "\(post)", "token": "\(token)",
            "code": route.path.hasSuffix("/confirm") ? neighbourhood : subdistrict, "role": "planner",
            "collection": "estates", "feature": "\(estate)", "name": "yiju.css", "kind": "estates", "subject": "estate",
            "stage": "works", "z": "10", "x": "833", "y": "428.mvt", "estate": "\(estate)",
            "draft": "\(judged.draft)", "session": "\(judged.session)", "residents": "\(judged.residents)",
            "publication": "\(judged.publication)", "appeal": "\(judged.appeal)", "job": "\(judged.job)",
            "question": "arrival", "saved": "\(ledger.saved)", "import": "\(ledger.brought)",
            "entry": "\(money.entry)", "number": money.number, "source": money.source, "party": money.party,
            "digest": money.digest, "line": money.line, "statement": "\(money.statement)",
        ]
        return values.reduce(route.path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// The same for a program's act.
    func body(of route: Route) -> String {
        if route.path == "/field/answers" { return #"{"sentAt":0,"items":[]}"# }
        return route.method == .post
            ? #"{"name":"\#(login)里","place":"\#(neighbourhood)"}"# : #"{"name":"\#(login)坊"}"#
    }

    /// What a form must hold to come as far as the thing itself.
    func fields(of route: Route) -> [(String, String)] {
        switch route.path {
        case "/estates/{id}/outline", "/buildings/{id}/footprint": [("geometry", Self.square), ("version", "1")]
        case "/projects/{id}/buildings": [("polygon", Self.square), ("version", "1")]
        case "/estates/new": [("name", "\(login)新村"), ("place", neighbourhood)]
        case "/estates/{id}/edit", "/estates/{id}/buildings/{building}/edit": [("version", "1")]
        case "/estates/{id}/buildings/new": [("name", "2栋")]
        case "/estates/{id}/buildings/{building}/entrances": [("name", "1单元"), ("dwellings", "101")]
        case "/field/conflicts/{id}": [("version", "1"), ("choice.\(conflict).households", "theirs")]
        case "/projects/{id}/stage": [("stage", "evaluated"), ("day", "2026-06-01")]
        case "/people/{id}/appoint": [("role", "designer"), ("place", neighbourhood), ("from", "2026-07-01")]
        case "/people/{id}/edit": [("name", "改名")]
        case "/photos/{id}": [("caption", "围墙")]
        case "/people/{id}/erase": [("login", login)]
        case "/people/{id}/posts/{post}/deputy":
            [("person", login), ("from", "2026-07-01"), ("to", "2026-07-02")]
        case "/people/{id}/posts/{post}/hand-over": [("person", login), ("day", "2026-07-01")]
        case "/people/{id}/posts/{post}/end": [("lastDay", "2026-07-01")]
        case "/evaluation/drafts/{draft}/issue": [("seen", "1")]
        case "/evaluation/runs/{id}/publish": [("title", login)]
        case "/evaluation/new": [("scheme", "1"), ("asOf", "2026-06-01")]
        case "/public/evaluations/{publication}/withdraw": [("reason", login)]
        case "/evaluation/appeals/{appeal}": [("decision", login), ("verdict", "dismissed")]
        case "/evaluation/weighting": [("title", login), ("subject", "groups:need"), ("method", "pairwise")]
        case "/evaluation/weighting/{session}/invite": [("person", "\(person)")]
        case "/ledger/bank/lines/{line}/take-back": [("reason", login)]
        case "/places/{code}/confirm": [("name.\(neighbourhood)", "社区")]
        case "/places/{code}/merge": [("into", heir), ("day", "2026-06-01")]
        case "/places/{code}/split":
            [("neighbourhoods", neighbourhood), ("heir", heir), ("splitDay", "2026-06-01")]
        default: []
        }
    }
}
