import Foundation
public import Html
public import Kernel

// Drawings of points: SVG of our own with plain attributes, as in Charts.swift.

/// Things by two distances, those `marked` told apart, with a ray from the origin that divides them. Distances are not
/// negative; the longest of each axis is its end.
public func planeChart(
    _ t: Language, title: String, across: String, up: String, dots: [(across: Double, up: Double, isMarked: Bool)],
    line: (across: Double, up: Double), marked: String, lineWord: String
) -> Html {
    let (width, height) = (dots.map(\.across).max() ?? 0, dots.map(\.up).max() ?? 0)
    func x(_ value: Double) -> Int { permille(share(value, width)) }
    func y(_ value: Double) -> Int { 600 - permille(share(value, height)) * 6 / 10 }
    // The marked ones last, so that they are not covered.
    let drawn = Html.each(dots.filter { !$0.isMarked } + dots.filter(\.isMarked)) { dot in
        """
        <circle class="\(dot.isMarked ? "marked" : "other")" cx="\(x(dot.across))" cy="\(y(dot.up))" r="6"/>
        """
    }
    return """
        <figure class="chart plane"><figcaption>\(title)</figcaption>\
        <svg viewBox="-10 -10 1020 620" role="img" aria-label="\(title)"><rect class="ground" width="1000" height="600"/>\
        \(drawn)<line class="limit" x1="0" y1="600" x2="\(x(line.across))" y2="\(y(line.up))"/></svg>\
        <p class="axes"><span>\(up)</span><span>\(across)</span></p>\
        <ul class="legend"><li class="marked">\(marked)</li><li class="limit">\(lineWord)</li></ul></figure>
        """
}

/// A spoke of a radar: values 0…1, `usual` is what it is held against.
public struct RadarSpoke: Sendable {
    let label: String
    let value: Double
    let usual: Double

    public init(_ label: String, value: Double, usual: Double) {
        self.label = label
        self.value = value
        self.usual = usual
    }
}

/// Several scores of one thing at a glance, over the outline of what is usual. Exact figures belong beside it.
public func radarChart(
    _ t: Language, title: String, _ spokes: [RadarSpoke], own: String, usual: String
) -> Html {
    guard spokes.count >= 3 else { return "" }
    func point(_ index: Int, _ value: Double) -> (x: Int, y: Int) {
        let angle = 2 * Double.pi * Double(index) / Double(spokes.count)
        let length = 110 * value
        return (200 + Int((length * sin(angle)).rounded()), 150 - Int((length * cos(angle)).rounded()))
    }
    func outline(_ value: (RadarSpoke) -> Double) -> String {
        spokes.enumerated().map { index, spoke in
            let place = point(index, share(value(spoke), 1))
            return "\(place.x),\(place.y)"
        }.joined(separator: " ")
    }
    let rings = Html.each([0.25, 0.5, 0.75, 1]) { ring in
        "<polygon class=\"ring\" points=\"\(outline { _ in ring })\"/>"
    }
    let labels = Html.each(spokes.enumerated()) { index, spoke in
        let (end, place) = (point(index, 1), point(index, 1.14))
        let side = place.x < 190 ? "end" : place.x > 210 ? "start" : "middle"
        return """
            <line class="ring" x1="200" y1="150" x2="\(end.x)" y2="\(end.y)"/>\
            <text x="\(place.x)" y="\(place.y + 4)" text-anchor="\(side)">\(spoke.label)</text>
            """
    }
    return """
        <figure class="chart radar"><figcaption>\(title)</figcaption>\
        <svg viewBox="0 0 400 290" role="img" aria-label="\(title)">\(rings)\(labels)\
        <polygon class="usual" points="\(outline { $0.usual })"/><polygon class="own" points="\(outline { $0.value })"/></svg>\
        <ul class="legend"><li class="own">\(own)</li><li class="usual">\(usual)</li></ul></figure>
        """
}
