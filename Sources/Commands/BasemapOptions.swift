import ArgumentParser
import Components
import Foundation

/// A raster map of somebody else below our own, such as Tianditu's. None unless asked for.
struct BasemapOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "底图瓦片网址模板，可多次给出，由下到上 Address of raster tiles with {z}, {x}, {y}, key included; again for more layers.")
    var basemap: [String] = []

    @Option(name: .long, help: "底图署名 who made the base map.")
    var basemapAttribution = ""

    @Option(name: .long, help: "底图审图号 the base map's approval number, such as GS(2024)0650号.")
    var basemapApproval = ""

    var chosen: Basemap? {
        if basemap.isEmpty { return nil }
        return Basemap(templates: basemap, attribution: basemapAttribution, approval: basemapApproval)
    }

    func validate() throws {
        for template in basemap {
            let isWhole = URL(string: template.replacing("{", with: "").replacing("}", with: ""))?.host != nil
            let isComplete = ["{z}", "{x}", "{y}"].allSatisfy(template.contains)
            let isPlain = !template.contains { $0.isWhitespace || $0 == "\"" || $0 == ";" || $0 == "," }
            guard template.hasPrefix("https://"), isWhole, isComplete, isPlain else {
                throw ValidationError("--basemap: https://host/…{z}…{x}…{y}…")
            }
        }
        guard basemap.isEmpty || !basemapAttribution.isEmpty && !basemapApproval.isEmpty else {
            throw ValidationError("--basemap: --basemap-attribution, --basemap-approval (审图号)")
        }
    }
}
