import Identity
import Kernel
import Sheets
import Store

extension Export {
    /// Lines of the record in one file; more are read off a backup.
    private static let recordLimit = 100_000

    /// Accounts and their posts. Telephone numbers stay in the house.
    func people(_ place: PlaceCode?, _ accepts: (Person, [Post]) -> Bool) throws -> Int {
        let words = try ExportWords(self)
        let file = try file(
            .people,
            [
                ListColumn("login", zh: "登录名", en: "Login", .text), ListColumn("name", zh: "姓名", en: "Name", .text),
            ] + ExportWords.columns + [
                ListColumn("posts", zh: "岗位", en: "Posts", .text),
                ListColumn("secondFactor", zh: "第二步验证", en: "Second step"),
                ListColumn("signedInOn", zh: "最近登录", en: "Last sign-in", .date),
                ListColumn("disabled", zh: "已停用", en: "Disabled"),
            ])
        let managed = reader.scope(.managePeople)
        let managers = Actor(
            kind: reader.kind, person: reader.person, label: reader.label,
            grants: reader.holding(.readPeople, onlyWhere: .managePeople).grants, requestID: reader.requestID)
        var last: Person?
        repeat {
            let people = try PersonQueries.list(
                reader: managers, after: last, limit: Register.pageLimit, vault: vault, tx: tx)
            for person in people where managed.contains(person.place) && place?.contains(person.place) ?? true {
                let posts = try PostQueries.posts(of: person.id, from: today, tx: tx).map(\.post)
                guard accepts(person, posts) else { continue }
                let told = posts.map { post in
                    "\(post.role.name(language)) · \(words.places[post.place]?.title(language) ?? post.place.digits)"
                }
                let head: [OutputCell] = [.text(person.login), .text(person.name)]
                try file.append(
                    head + words.cells(person.place) + [
                        .text(told.joined(separator: "、")), .mark(person.hasSecondFactor, language),
                        OutputCell(person.signedInAt?.dayInChina), .mark(person.isDisabled, language),
                    ])
            }
            last = people.count < Register.pageLimit ? nil : people.last
        } while last != nil
        try file.finish()
        return file.rows
    }

    /// The newest lines first. Personal values that the record seals stay sealed.
    func record(_ filter: RecordFilter, kind: String, _ act: (String) -> Phrase) throws -> Int {
        let words = try ExportWords(self)
        let file = try file(
            .record,
            [
                ListColumn("at", zh: "时间", en: "Time", .text), ListColumn("who", zh: "操作人", en: "Who", .text),
                ListColumn("act", zh: "操作", en: "Act", .text), ListColumn("code", zh: "操作代码", en: "Code", .text),
                ListColumn("subject", zh: "对象类别", en: "Kind of thing", .text),
                ListColumn("subjectID", zh: "对象编号", en: "Thing", .text),
            ] + ExportWords.columns + [
                ListColumn("before", zh: "之前", en: "Before", .text), ListColumn("after", zh: "之后", en: "After", .text),
                ListColumn("request", zh: "请求编号", en: "Request", .text), ListColumn("leaf", zh: "封存序号", en: "Leaf"),
            ], limit: Self.recordLimit)
        let blind = Actor(
            kind: reader.kind, person: reader.person, label: reader.label,
            grants: reader.grants.filter { $0.right == .readRecord }, requestID: reader.requestID)
        var last: ID<RecordLine>?
        repeat {
            let lines = try RecordQueries.lines(
                filter, reader: blind, before: last, limit: Limits.recordPage, vault: vault, tx: tx)
            for line in lines where kind.isEmpty || line.subject.kind == kind {
                let head: [OutputCell] = [
                    .text("\(line.at.dayInChina) \(line.at.timeInChina)"), .text(line.label),
                    .text(act(line.act)(language)), .text(line.act), .text(line.subject.kind), .text(line.subject.id),
                ]
                try file.append(
                    head + words.cells(line.place) + [
                        .text(line.before.json.clipped), .text(line.after.json.clipped), .text(line.requestID),
                        OutputCell(line.leafIndex),
                    ])
            }
            last = lines.count < Limits.recordPage ? nil : lines.last?.id
        } while last != nil
        try file.finish()
        return file.rows
    }
}

extension String {
    /// What a cell can hold; the line's own page has the rest.
    fileprivate var clipped: String { utf16.count <= 32_000 ? self : String(prefix(16_000)) + " …" }
}
