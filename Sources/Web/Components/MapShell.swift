public import Html
public import Kernel

/// A stage on the map, with how many estates stand there.
public struct LegendEntry: Sendable {
    let look: StageLook
    let title: String
    let count: Int

    public init(_ look: StageLook, _ title: String, count: Int) {
        self.look = look
        self.title = title
        self.count = count
    }
}

/// The map of the city: full height, a panel floating over it, and a list as its twin for those who do not use the map.
public struct MapShell: Sendable {
    let outlines: Link
    let estates: Link
    let filters: Html
    let legend: [LegendEntry]
    let summary: Html
    let list: Link

    /// - Parameters:
    ///   - outlines: GeoJSON of the districts; features carry `name`.
    ///   - estates: GeoJSON of the estates as points, already filtered; features carry `id`, `name`, `stage`
    ///     (`StageLook.key`), `households`, `href`, and where known `stageName`, `place`, `year`, `buildings`, `area`.
    ///   - filters: Controls within the panel, usually `filterSelect`s.
    ///   - summary: The totals of what is shown.
    ///   - list: The list with the same filters.
    public init(
        outlines: Link, estates: Link, filters: Html = "", legend: [LegendEntry], summary: Html = "", list: Link
    ) {
        self.outlines = outlines
        self.estates = estates
        self.filters = filters
        self.legend = legend
        self.summary = summary
        self.list = list
    }
}

/// For a page whose layout is `.map`.
public func mapShell(_ t: Language, title: String, _ shell: MapShell) -> Html {
    let legend = Html.each(shell.legend) { entry in
        """
        <li><label class="legend-item"><input type="checkbox" value="\(entry.look.key)" checked data-map-stage disabled>\
        \(entry.look.dot)<span>\(entry.title)</span><b>\(grouped(entry.count))</b></label></li>
        """
    }
    let panelTitle = t("图层与筛选", "Layers and filters")
    let wide = t("地图。方向键平移，加减号缩放。", "Map. Arrow keys pan, plus and minus zoom.")
    return """
        <div class="map-shell"><h1 class="hidden">\(title)</h1>\(canvas(t, shell, wide))\
        <details class="map-panel" open><summary><h2>\(panelTitle)</h2></summary><div class="panel-body">\(shell.filters)\
        <h3>\(t("图例", "Legend"))</h3><ul class="legend">\(legend)</ul>\
        <div class="map-summary" role="status">\(shell.summary)</div>\
        <p><a href="\(url: shell.list)">\(t("以列表查看同样的小区", "The same estates as a list"))</a></p></div></details>\
        \(state(t, shell.list))</div>
        """
}

/// The map in a card of a page: no panel, the legend above.
public func mapCard(_ t: Language, title: String, more: LinkText, _ shell: MapShell) -> Html {
    let legend = Html.each(shell.legend) { "<li>\($0.look.dot)<span>\($0.title)</span></li>" }
    let label = t("地图缩略", "Map")
    return card(
        title, more: more,
        """
        <ul class="legend-line">\(legend)</ul><div class="map-small">\(canvas(t, shell, label))\
        \(state(t, shell.list))</div>
        """)
}

/// What stands in the map's place until it is drawn. Without scripts the list serves.
private func state(_ t: Language, _ list: Link) -> Html {
    """
    <p class="map-hint" data-map-state role="status" hidden>\(t("正在载入地图……", "Loading the map…"))</p>\
    <noscript><p class="map-hint"><a href="\(url: list)">\(t("地图需要脚本，请用列表查看", "The map needs scripts; see the list"))</a></p></noscript>
    """
}

private func canvas(_ t: Language, _ shell: MapShell, _ label: String) -> Html {
    """
    <div class="map-canvas" data-map\(attribute: "data-outlines", shell.outlines)\(attribute: "data-estates", shell.estates) \
    data-label="\(label)" data-open="\(t("打开小区", "Open"))" data-close="\(t("关闭", "Close"))" \
    data-buildings="\(t("楼栋", "Buildings"))" data-households="\(t("户数", "Households"))" data-area="\(t("面积", "Area"))" \
    data-failed="\(t("地图未能载入，请用列表查看。", "The map could not be loaded; please use the list."))" \
    data-plus="\(t("放大", "Zoom in"))" data-minus="\(t("缩小", "Zoom out"))"></div>
    """
}
