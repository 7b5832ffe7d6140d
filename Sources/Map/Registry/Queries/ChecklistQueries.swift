public import Kernel
public import Store

extension Register {
    /// One list, as far as the reader may see its area.
    public func checklist(_ id: ID<Checklist>, for actor: Actor, in tx: Tx) throws -> Checklist {
        guard let list = try checklists(for: actor, in: tx).first(where: { $0.id == id }) else {
            throw Refusal(
                .notFound, "checklist.none", zh: "没有这份名单，或不在您的管辖范围。", en: "There is no such list, or not in your area.")
        }
        return list
    }

    /// The names on a list in the order of its file, found or not.
    /// - Parameters:
    ///   - isFound: only those that are estates of the register, or only those that are not; all when nil.
    ///   - page: from 1.
    ///   - size: at most `pageLimit`.
    public func checklistEntries(
        of id: ID<Checklist>, isFound: Bool? = nil, page: Int = 1, size: Int = 100, in tx: Tx
    ) throws -> [ChecklistEntry] {
        let found: SQL = isFound.map { $0 ? "estate IS NOT NULL" : "estate IS NULL" } ?? "TRUE"
        return try tx.map(
            """
            SELECT row_number, name, place, note, estate FROM checklist_entry WHERE checklist = \(id) AND \(found)
            ORDER BY row_number, id \(Self.window(page, size))
            """
        ) {
            ChecklistEntry(
                row: try $0["row_number"], name: try $0["name"], place: try $0["place"], note: try $0["note"],
                estate: try $0["estate"])
        }
    }
}
