public import Geo
import Kernel
public import Store
import Synchronization

/// The register's keeper: what acts and queries need beside the database. Acts and queries are its methods, one subject
/// a file; see `Acts/` and `Queries/`.
public final class Register: Sendable {
    /// The districts' outlines, against which coordinates are checked.
    public let outlines: PlaceOutlines
    /// The forms shipped with this version; where a city published its own, those are in force.
    let shippedForms: FormCatalogue
    /// Of this database alone, as what is published there.
    let memory = MapMemory()
    private let published = Mutex<[SurveySubject: SurveyForm]>([:])

    public init(outlines: PlaceOutlines, forms: FormCatalogue) {
        self.outlines = outlines
        self.shippedForms = forms
    }

    /// The form in force. Definitions are data: a newer version in the database replaces the cached one at once, and a
    /// city's own is never hidden by one of the same number that came with a release.
    public func form(_ subject: SurveySubject, in tx: Tx) throws -> SurveyForm {
        let newest: Int =
            try tx.value(
                "SELECT coalesce(max(version), 0) FROM survey_form WHERE subject = \(subject.rawValue)") ?? 0
        guard newest > 0 else { return shippedForms.form(subject) }
        if let cached = published.withLock({ $0[subject] }), cached.version == newest { return cached }
        let definition: String? = try tx.value(
            "SELECT definition FROM survey_form WHERE subject = \(subject.rawValue) AND version = \(newest)")
        guard let definition else { return shippedForms.form(subject) }
        let form = try SurveyForm.decode(Array(definition.utf8), file: "\(subject.rawValue) v\(newest)")
        published.withLock { $0[subject] = form }
        return form
    }

    /// The city of this database.
    /// - Throws: a refusal when the database is still empty.
    public func city(in tx: Tx) throws -> City {
        guard let row = try tx.first("SELECT * FROM city LIMIT 1") else {
            throw Refusal(
                .notFound, "city.none", zh: "数据库里还没有城市；请先运行 yiju demo 或 yiju serve。",
                en: "There is no city in this database yet; run yiju demo or yiju serve first.")
        }
        return City(
            code: try row["code"], name: Phrase(zh: try row["name"], en: try row["name_en"]), prefix: try row["prefix"],
            cutoffYear: try row["cutoff_year"], isGenerated: try row["generated"], asOf: try row["as_of"],
            notice: Phrase(zh: try row["notice_zh"], en: try row["notice_en"]))
    }
}
