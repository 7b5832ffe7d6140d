public import Geo
import Kernel
public import Store
import Synchronization

/// The register's keeper: what acts and queries need beside the database. Acts and queries are its methods, one subject
/// a file; see `Acts/` and `Queries/`.
public final class Register: Sendable {
    /// The districts' outlines, against which coordinates are checked.
    public let outlines: PlaceOutlines
    /// The forms shipped with this version; a database's own versions come after them.
    let shippedForms: FormCatalogue
    private let forms: Mutex<[SurveySubject: SurveyForm]>

    public init(outlines: PlaceOutlines, forms: FormCatalogue) {
        self.outlines = outlines
        self.shippedForms = forms
        self.forms = Mutex([.estate: forms.form(.estate), .building: forms.form(.building)])
    }

    /// The form in force. Definitions are data: a newer version in the database replaces the cached one at once.
    public func form(_ subject: SurveySubject, in tx: Tx) throws -> SurveyForm {
        let newest: Int =
            try tx.value(
                "SELECT coalesce(max(version), 0) FROM survey_form WHERE subject = \(subject.rawValue)") ?? 0
        if let cached = forms.withLock({ $0[subject] }), cached.version >= newest { return cached }
        let definition: String? = try tx.value(
            "SELECT definition FROM survey_form WHERE subject = \(subject.rawValue) AND version = \(newest)")
        guard let definition else { return shippedForms.form(subject) }
        let form = try SurveyForm.decode(Array(definition.utf8), file: "\(subject.rawValue) v\(newest)")
        forms.withLock { $0[subject] = form }
        return form
    }

    /// The city of this database.
    /// - Throws: a refusal when the database is still empty.
    public func city(in tx: Tx) throws -> City {
        guard let row = try tx.first("SELECT * FROM city LIMIT 1") else {
            throw Refusal(
                .notFound, "city.none", zh: "数据库里还没有城市;请先运行 yiju demo 或 yiju serve。",
                en: "There is no city in this database yet; run yiju demo or yiju serve first.")
        }
        return City(
            code: try row["code"], name: Phrase(zh: try row["name"], en: try row["name_en"]), prefix: try row["prefix"],
            cutoffYear: try row["cutoff_year"], isGenerated: try row["generated"], asOf: try row["as_of"],
            notice: Phrase(zh: try row["notice_zh"], en: try row["notice_en"]))
    }
}
