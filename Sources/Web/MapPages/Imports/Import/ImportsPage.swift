import Common
import Frame
import Geo
import Html
import Identity
import Kernel
import Registry
import Shapefile
import Sheets
import Store

/// What was imported, and the form that brings the next file.
struct ImportsPage {
    let batches: [ImportBatch]
    let names: PlaceNames
    let people: PersonNames
    let city: Phrase
    let choices: FilePlaces
    /// Where a file's rows lie when no place is chosen; nil when one must be.
    let home: (code: PlaceCode, name: Phrase)?
    let kinds: [ImportKind]
    let mayExport: Bool
    let mayImport: Bool
    let csrf: String
    var draft: ImportDraft
    var refusals: [Refusal] = []

    init(_ visit: Visit, _ draft: ImportDraft, in tx: Tx) throws {
        let register = visit.hall.register
        batches = try register.batches(for: visit.actor, in: tx)
        names = PlaceNames(try register.placeNames(batches.map(\.place), in: tx))
        people = try PersonNames(
            of: Set(batches.compactMap(\.person)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        city = visit.hall.city.name
        let right = draft.kind.right
        choices = try FilePlaces(within: visit.actor.scope(right), register: register, in: tx)
        home = try Self.home(visit, right).map { code in
            (code, try register.place(code, in: tx)?.title ?? visit.hall.city.name)
        }
        kinds = ImportKind.allCases.filter { visit.actor.may($0.right) }
        mayImport = visit.actor.may(.importEstates)
        mayExport = visit.actor.may(.exportLists)
        csrf = visit.csrf
        self.draft = draft
    }

    private static func home(_ visit: Visit, _ right: Right) -> PlaceCode? {
        let scope = visit.actor.scope(right)
        let city = visit.hall.city.code
        if scope.contains(city) { return city }
        return scope.places.count == 1 ? scope.places[0] : nil
    }

    static let routes: [Route] = [
        .page("/imports", .either(.importEstates, .readRecord)) { visit, tx in
            let kind = visit.query["kind"].flatMap(ImportKind.init) ?? .estates
            return try ImportsPage(visit, ImportDraft(kind: kind), in: tx).answer(visit)
        },
        .upload("/imports", .right(.importEstates)) { visit, upload in
            let draft = ImportDraft(upload.form)
            do {
                return .see(try await take(upload, draft, visit))
            } catch {
                guard let refusals = error.refusals else { throw error }
                return try await visit.hall.database.read { tx in
                    var page = try ImportsPage(visit, draft, in: tx)
                    page.refusals = refusals
                    return page.answer(visit)
                }
            }
        },
    ]

    /// Keeps the file with its options and tells where its preview is.
    private static func take(_ upload: Upload, _ draft: ImportDraft, _ visit: Visit) async throws -> Link {
        let file = upload.files["file"]
        let (hall, actor, today) = (visit.hall, visit.actor, visit.today)
        let (asked, place) = try await hall.database.read { tx in
            let choices = try FilePlaces(within: actor.scope(draft.kind.right), register: hall.register, in: tx)
            return try draft.options(choices, fallback: home(visit, draft.kind.right), today: today)
        }
        guard let file, file.size > 0 else {
            throw Refusal(
                "import.file", zh: "请选择要导入的文件（\(draft.kind.accepted)）。",
                en: "Choose the file to import (\(draft.kind.accepted)).", field: "file")
        }
        var options = asked
        if options.kind.isSheet { options.mapping = try await savedMapping(for: file.path, options, place, visit) }
        let content = try await keep(file, draft.kind, visit)
        let name = String(file.name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(200))
        let settled = options
        let id = try await hall.database.act(as: actor, clock: hall.clock) { deed in
            try StoredFile(content, mediaType: mediaType(name, draft.kind), originalName: name, addedAt: deed.now)
                .insert(deed.tx)
            return try hall.register.keepBatch(settled, file: content.digest.hex, fileName: name, at: place, in: deed)
        }
        return "/imports/\(id)"
    }

    /// The district's saved columns, where this file has them all; else the header is read anew.
    private static func savedMapping(
        for path: String, _ options: ImportOptions, _ place: PlaceCode, _ visit: Visit
    ) async throws -> HeaderMapping? {
        guard let district = place.ancestor(.district) else { return nil }
        let register = visit.hall.register
        return try await visit.hall.database.read { tx in
            guard let saved = try register.savedMapping(of: district, options.kind, in: tx) else { return nil }
            do throws(any Error) {
                let reader = try SheetFile.open(path: path)
                if let sheet = options.sheet { try reader.choose(sheet: sheet) }
                var head: [[String]] = []
                while head.count < 30, let row = try reader.nextRow() { head.append(row.cells.map(\.text)) }
                return try saved.applied(to: head)
            } catch {
                // What is wrong with the file is told by its preview, in full.
                guard error.refusals != nil else { throw error }
                return nil
            }
        }
    }

    /// The file's bytes; of a shapefile the GeoJSON that it becomes.
    private static func keep(_ file: Upload.File, _ kind: ImportKind, _ visit: Visit) async throws -> FileStore.Content
    {
        guard kind == .outlines, Shapefile.isArchive(file.path) else {
            return try await visit.hall.files.add(try Scratch.pieces(of: file.path))
        }
        let target = Scratch.path()
        defer { Scratch.remove(target) }
        try await Shapefile.convert(file.path, toGeoJSON: target)
        return try await visit.hall.files.add(try Scratch.pieces(of: target))
    }

    private static func mediaType(_ name: String, _ kind: ImportKind) -> String {
        if !kind.isSheet { return ExportFormat.geojson.mediaType }
        return name.lowercased().hasSuffix(".csv") ? ExportFormat.csv.mediaType : ExportFormat.xlsx.mediaType
    }
}

extension ImportKind {
    var right: Right { self == .checklist ? .importChecklists : .importEstates }

    /// How its files' names end.
    var accepted: String { isSheet ? ".xlsx,.csv" : ".geojson,.json,.zip" }

    /// What a file holds many of.
    func row(_ t: Language) -> String { isSheet ? t("行", "Row") : t("图形", "Shape") }
}
