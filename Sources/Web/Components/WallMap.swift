import Html
import Kernel

/// The districts by the share of their estates that is completed: a colour, and the figure itself.
func wallMap(_ t: Language, _ wall: Wall) -> Html {
    let title = t("改造完成率 · 分区县", "Completed, by district")
    guard let map = wall.map else {
        let none = t("还没有区县轮廓；数字见表格。", "There are no outlines; the figures are in the table.")
        return "<section class=\"wall-card wall-map\"><h2>\(title)</h2><p class=\"note\">\(none)</p></section>"
    }
    return """
        <section class="wall-card wall-map"><h2>\(title)</h2><svg viewBox="0 0 \(map.size.width) \(map.size.height)" \
        aria-hidden="true" focusable="false">\(shapes(map.city, wall))\(spot(map))\(labels(map.city, wall))\
        \(core(map, wall))\(key(t, map))</svg></section>
        """
}

private func shapes(_ shapes: [Wall.Shape], _ wall: Wall) -> Html {
    Html.each(shapes) { shape in
        "<path class=\"\(wall.districts[shape.district].css)\" fill-rule=\"evenodd\" d=\"\(shape.path)\"/>"
    }
}

private func labels(_ shapes: [Wall.Shape], _ wall: Wall) -> Html {
    Html.each(shapes) { shape in
        guard let at = shape.label else { return "" }
        let district = wall.districts[shape.district]
        let share = district.share.map { percent($0, 0) + "%" } ?? "—"
        return """
            <text x="\(at.x)" y="\(at.y - 4)">\(district.title)</text>\
            <text class="share" x="\(at.x)" y="\(at.y + 22)">\(share)</text>
            """
    }
}

private func spot(_ map: Wall.Map) -> Html {
    guard let spot = map.spot else { return "" }
    return """
        <rect class="spot" x="\(spot.x)" y="\(spot.y)" width="\(spot.width)" height="\(spot.height)"/>
        """
}

private func core(_ map: Wall.Map, _ wall: Wall) -> Html {
    guard let frame = map.frame else { return "" }
    let edges: Html = "x=\"\(frame.x)\" y=\"\(frame.y)\" width=\"\(frame.width)\" height=\"\(frame.height)\""
    return """
        <clipPath id="wall-core"><rect \(edges)/></clipPath><g clip-path="url(#wall-core)"><rect class="ground" \(edges)/>\
        \(shapes(map.core, wall))\(labels(map.core, wall))</g><rect class="spot" \(edges)/>
        """
}

/// The five steps of the colour, where the drawing leaves room.
private func key(_ t: Language, _ map: Wall.Map) -> Html {
    let steps = Wall.District.steps.enumerated().map { index, from in
        let to = index + 1 < Wall.District.steps.count ? Wall.District.steps[index + 1] : 100
        return (css: Html("share-\(index)"), words: "\(from)–\(to) %")
    }
    let left = (map.frame.map { $0.x + $0.width } ?? 0) + 36
    let top = map.size.height - steps.count * 38
    return Html.each(Array(steps.reversed().enumerated())) { index, step in
        """
        <rect class="\(step.css)" x="\(left)" y="\(top + index * 38)" width="34" height="24"/>\
        <text class="key" x="\(left + 46)" y="\(top + index * 38 + 20)">\(step.words)</text>
        """
    }
}

extension Wall.District {
    /// Where each step of the colour begins, per cent.
    fileprivate static let steps = [0, 20, 40, 60, 80]

    fileprivate var css: Html {
        guard let share else { return "share-none" }
        let step = Self.steps.lastIndex { share * 100 >= Double($0) } ?? 0
        return "share-\(step)"
    }
}
