import Foundation
import Frame
import Geo
import Kernel
import Registry

/// A drawn shape as a form brings it: GeoJSON in a field, or in a file where it is long.
struct DrawnForm: Sendable {
    /// A little more than the register reads, so that it refuses what is longer.
    private static let readLimit = 2_000_001

    let bytes: [UInt8]
    /// As typed; empty for CGCS2000.
    let datum: String
    /// Of the thing as it was shown.
    let version: Int
    let evidence: String
    let removes: Bool
    /// The name of the field with the shape.
    private let field: String

    init(_ upload: Upload, field: String = "geometry") throws {
        self.field = field
        let file = [field, "file"].lazy.compactMap { upload.files[$0] }.first { $0.size > 0 }
        if let file {
            let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
            defer { try? handle.close() }
            bytes = [UInt8](try handle.read(upToCount: Self.readLimit) ?? Data())
        } else {
            bytes = Array(upload.form.text(field).utf8)
        }
        datum = upload.form.text("datum")
        version = upload.form.number("version") ?? 0
        evidence = upload.form.text("evidence")
        removes = upload.form["remove"] == "1"
    }

    /// Nil when the shape is to be taken away.
    /// - Throws: a `Refusal` when there is none, or it cannot be read.
    func area() throws -> MultiPolygon? { removes ? nil : try shape() }

    /// - Throws: a `Refusal` when there is none, or it cannot be read.
    func shape() throws -> MultiPolygon {
        guard !bytes.isEmpty else {
            throw Refusal(
                "outline.missing", zh: "请粘贴图形的 GeoJSON，或选择文件。", en: "Paste the shape's GeoJSON, or choose a file.",
                field: field)
        }
        return try Register.drawnArea(from: bytes)
    }

    /// - Throws: a `Refusal` when it is none of ours.
    func statedDatum() throws -> Datum {
        if datum.isEmpty { return .cgcs2000 }
        guard let known = Datum(rawValue: datum) ?? Datum(named: datum) else {
            throw Refusal("outline.datum.unknown", zh: "请选择坐标系。", en: "Choose the datum.", field: "datum")
        }
        return known
    }
}
