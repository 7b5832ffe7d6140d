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

/// A rectangle in degrees: where a map begins.
public struct MapFrame: Sendable, Hashable {
    let west: Double
    let south: Double
    let east: Double
    let north: Double

    public init(west: Double, south: Double, east: Double, north: Double) {
        self.west = west
        self.south = south
        self.east = east
        self.north = north
    }

    /// A quarter of a kilometre around the places; nil when there is none.
    public init?(around places: [Coordinate]) {
        let (longitudes, latitudes) = (places.map(\.longitude), places.map(\.latitude))
        guard let west = longitudes.min(), let east = longitudes.max(), let south = latitudes.min(),
            let north = latitudes.max()
        else { return nil }
        self.init(west: west - 0.003, south: south - 0.002, east: east + 0.003, north: north + 0.002)
    }
}

/// What every map draws: the tiles, and the names upon them.
public struct MapSource: Sendable {
    /// A name that stands on the map, usually a district's.
    public struct Name: Sendable {
        let title: String
        let place: Coordinate

        public init(_ title: String, _ place: Coordinate) {
            self.title = title
            self.place = place
        }
    }

    let tiles: Link
    let years: ClosedRange<Int>
    let names: [Name]
    let frame: MapFrame?

    /// - Parameters:
    ///   - tiles: Vector tiles with `{z}`, `{x}` and `{y}` in the path, and the filters.
    ///   - years: Of which the tiles tell the stages, a letter each.
    ///   - frame: What is shown first; nil for where the names are.
    public init(tiles: Link, years: ClosedRange<Int>, names: [Name], frame: MapFrame?) {
        self.tiles = tiles
        self.years = years
        self.names = names
        self.frame = frame
    }
}

/// A raster map of somebody else's below our own, off until the reader asks for it.
public struct Basemap: Sendable, Hashable {
    let templates: [String]
    let attribution: String
    let approval: String

    /// - Parameters:
    ///   - templates: Addresses of 256-pixel tiles in Web Mercator with `{z}`, `{x}` and `{y}`, the lowest layer first.
    ///   - approval: The map's approval number (审图号), which must stand on every map shown in public.
    public init(templates: [String], attribution: String, approval: String) {
        self.templates = templates
        self.attribution = attribution
        self.approval = approval
    }

    /// What a content security policy must let the map connect to: "https://t0.tianditu.gov.cn".
    public var origins: Set<String> {
        Set(
            templates.map { template in
                template.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
                    .joined(separator: "/")
            })
    }
}

/// What the estates in view add up to.
public struct MapTotals: Sendable {
    let estates: Int
    let buildings: Int
    let households: Int
    let area: Area

    public init(estates: Int, buildings: Int, households: Int, area: Area) {
        self.estates = estates
        self.buildings = buildings
        self.households = households
        self.area = area
    }
}

/// The map of the city: full height, a panel floating over it, and a list as its twin for those who do not use the map.
public struct MapShell: Sendable {
    let source: MapSource
    let totalsLink: Link
    let filters: Html
    let legend: [LegendEntry]
    let totals: MapTotals
    let notes: Html
    let list: Link
    let basemap: Basemap?
    let csrf: String?
    let project: LinkText?
    let events: Link?

    /// - Parameters:
    ///   - totalsLink: JSON of what a `bbox` adds up to, with the filters of the tiles.
    ///   - filters: Controls within the panel.
    ///   - totals: Of everything that the filters let through, until those of the view are there.
    ///   - notes: What the totals do not tell.
    ///   - list: The list with the same filters.
    ///   - csrf: The form token of a reader who may draw; nil for who only looks.
    ///   - project: A project whose buildings are to be chosen, its name and its page; they are encircled at once.
    ///   - events: A stream of server-sent events: at each the tiles are asked for again.
    public init(
        source: MapSource, totalsLink: Link, filters: Html = "", legend: [LegendEntry], totals: MapTotals,
        notes: Html = "", list: Link, basemap: Basemap? = nil, csrf: String? = nil, project: LinkText? = nil,
        events: Link? = nil
    ) {
        self.source = source
        self.totalsLink = totalsLink
        self.filters = filters
        self.legend = legend
        self.totals = totals
        self.notes = notes
        self.list = list
        self.basemap = basemap
        self.csrf = csrf
        self.project = project
        self.events = events
    }
}

/// For a page whose layout is `.map`.
public func mapShell(_ t: Language, title: String, _ shell: MapShell) -> Html {
    let label = t(
        "地图。方向键平移，加减号缩放，回车打开最近的小区。",
        "Map. Arrow keys pan, plus and minus zoom, Enter opens the nearest estate.")
    let twin = t("以列表查看同样的小区", "The same estates as a list")
    return """
        <div class="map-shell"><h1 class="hidden">\(title)</h1>\
        <div class="map-canvas" data-map data-totals="\(url: shell.totalsLink)"\(attribute: "data-csrf", shell.csrf)\
        \(attribute: "data-project", shell.project?.link)\(attribute: "data-project-name", shell.project?.title)\
        \(attribute: "data-events", shell.events)\(base(t, shell.source, label))\(basemap(shell.basemap))></div>\
        <details class="map-panel" open><summary><h2>\(t("图层与筛选", "Layers and filters"))</h2></summary>\
        <div class="panel-body"><div data-map-filters>\(shell.filters)</div>\(colours(t))\
        <h3 id="map-legend">\(t("图例", "Legend"))</h3>\(legend(shell.legend))\(layers(t, shell.basemap))\
        \(totals(t, shell.totals))<div role="status" data-map-notes>\(shell.notes)</div>\
        <p><a href="\(url: shell.list)" data-map-list>\(twin)</a></p></div></details>\
        \(years(t, shell.source.years))\(shell.csrf == nil ? "" : drawing(t))\(credit(shell.basemap))\(state(t, shell.list))</div>
        """
}

/// The map in a card of a page: no panel, the legend above.
public func mapCard(
    _ t: Language, title: String, more: LinkText, _ source: MapSource, legend: [LegendEntry], list: Link
) -> Html {
    let entries = Html.each(legend) {
        "<li data-stage=\"\($0.look.key)\">\($0.look.dot)<span>\($0.title)</span></li>"
    }
    return card(
        title, more: more,
        """
        <ul class="legend-line">\(entries)</ul><div class="map-small">\
        <div class="map-canvas" data-map\(base(t, source, t("地图缩略", "Map")))></div>\(state(t, list))</div>
        """)
}

/// What the script reads of every map.
private func base(_ t: Language, _ source: MapSource, _ label: String) -> Html {
    let names = source.names.map { name in
        JSON.array([.string(name.title), .number(name.place.longitude), .number(name.place.latitude)])
    }
    let frame = source.frame.map { "\($0.west),\($0.south),\($0.east),\($0.north)" }
    return """
         data-label="\(label)" data-tiles="\(url: source.tiles)" data-first-year="\(source.years.lowerBound)" \
        data-last-year="\(source.years.upperBound)" data-names="\(JSON.array(names).text)"\(attribute: "data-frame", frame)
        """
}

private func basemap(_ basemap: Basemap?) -> Html {
    guard let basemap else { return "" }
    return " data-basemap=\"\(basemap.templates.joined(separator: " "))\""
}

/// What must stand on a map shown in public.
private func credit(_ basemap: Basemap?) -> Html {
    guard let basemap else { return "" }
    let words = [basemap.attribution, basemap.approval].filter { !$0.isEmpty }.joined(separator: " · ")
    return "<p class=\"map-credit\" data-map-credit hidden>\(words)</p>"
}

/// What stands in the map's place until it is drawn. Without scripts the list serves.
private func state(_ t: Language, _ list: Link) -> Html {
    """
    <p class="map-hint" data-map-state role="status" hidden>\(t("正在载入地图……", "Loading the map…"))</p>\
    <noscript><p class="map-hint"><a href="\(url: list)">\(t("地图需要脚本，请用列表查看", "The map needs scripts; see the list"))</a></p></noscript>
    """
}

// MARK: the panel

/// By what the estates are coloured; the survey's questions join when the script has them.
private func colours(_ t: Language) -> Html {
    """
    <label class="filter"><span>\(t("着色", "Colour by"))</span><select data-map-colour disabled>\
    <option value="stage">\(t("改造阶段", "Stage"))</option><option value="built">\(t("建成年代", "Year built"))</option>\
    </select></label>
    """
}

private func legend(_ entries: [LegendEntry]) -> Html {
    let items = Html.each(entries) { entry in
        """
        <li data-stage="\(entry.look.key)"><label class="legend-item"><input type="checkbox" checked disabled>\
        \(entry.look.dot)<span>\(entry.title)</span><b>\(grouped(entry.count))</b></label></li>
        """
    }
    return "<ul class=\"legend\" aria-labelledby=\"map-legend\" data-map-legend>\(items)</ul>"
}

private func layers(_ t: Language, _ basemap: Basemap?) -> Html {
    func layer(_ key: StaticString, _ title: String, isOn: Bool) -> Html {
        """
        <label class="legend-item"><input type="checkbox" data-map-layer="\(Html(stringLiteral: key))"\(flag: "checked", isOn)\
         disabled><span>\(title)</span></label>
        """
    }
    var items = layer("districts", t("区县界与名称", "Districts and their names"), isOn: true)
    items += layer("buildings", t("楼栋（放大后）", "Buildings, when near"), isOn: true)
    items += layer("projects", t("项目", "Projects"), isOn: false)
    items += layer("photos", t("照片（放大后）", "Photos, when near"), isOn: false)
    if basemap != nil { items += layer("basemap", t("底图", "Base map"), isOn: false) }
    return disclosure(t("图层", "Layers"), items)
}

private func totals(_ t: Language, _ totals: MapTotals) -> Html {
    let areaUnit: Html = """
        data-unit="m²" data-large="\(t("万\u{A0}m²", "million\u{A0}m²"))" data-scale="\(t("10000", "1000000"))"
        """
    let m2 = totals.area.m2
    let large = t(short(m2 / 10_000) + "\u{A0}万", short(m2 / 1_000_000, places: 2) + "\u{A0}million")
    let area = m2 < 100_000 ? decimal(m2, 0) : large
    func figure(_ key: StaticString, _ value: Int, _ unit: String) -> Html {
        """
        <span data-total="\(Html(stringLiteral: key))" data-unit="\(unit)">\(grouped(value))\u{A0}\(unit)</span>
        """
    }
    return """
        <div class="map-summary" role="status" data-map-totals>\
        <p data-total-title data-in-view="\(t("视野内", "In view"))">\(t("合计", "In all"))</p>\
        <b>\(figure("estates", totals.estates, t("个小区", "estates")))</b>\
        <p>\(figure("buildings", totals.buildings, t("栋", "buildings"))) · \
        \(figure("households", totals.households, t("户", "households"))) · \
        <span data-total="area" \(areaUnit)>\(area)\u{A0}m²</span></p></div>
        """
}

// MARK: the years and drawing

private func years(_ t: Language, _ years: ClosedRange<Int>) -> Html {
    let ticks = Html.each(Array(years)) { "<span>\($0)</span>" }
    return """
        <div class="map-years no-print" data-map-years hidden><button class="button quiet" type="button" data-play \
        data-stop="\(t("停止", "Stop"))" aria-label="\(t("逐年播放", "Play the years"))">\(playIcon)\(pauseIcon)</button>\
        <div class="map-years-line"><label class="hidden" for="map-year">\(t("看哪一年的阶段", "Stages as of the year"))</label>\
        <input type="range" id="map-year" min="\(years.lowerBound)" max="\(years.upperBound)" value="\(years.upperBound)" \
        step="1" autocomplete="off"><div class="map-ticks" aria-hidden="true">\(ticks)</div></div></div>
        """
}

/// The tools for an outline, a footprint or a project's buildings: empty until the script fills and shows it.
private func drawing(_ t: Language) -> Html {
    func tool(_ key: StaticString, _ title: String, _ style: ButtonStyle = .quiet) -> Html {
        """
        <button class="button \(style.css)" type="button" data-draw="\(Html(stringLiteral: key))">\(title)</button>
        """
    }
    let hands = t(
        "点击放角点，点回第一个角点合拢；拖动角点移动它，点边的中点插入一个。",
        "Click to set corners, the first one again to close; drag a corner to move it, click a middle to insert one.")
    let keys = t(
        "键盘：方向键移图，空格在十字处放角点，回车合拢；在角点上方向键移动它，退格删除；Esc 取消。",
        "Keys: arrows move the map, Space sets a corner at the cross, Enter closes; on a corner arrows move it, "
            + "Backspace deletes it; Esc cancels.")
    return """
        <section class="map-draw no-print" data-map-draw aria-labelledby="map-draw" hidden>\
        <h2 id="map-draw" data-draw-title></h2><p class="note">\(hands)</p>\
        <p class="note map-keys">\(keys)</p><p data-draw-area role="status"></p>\
        <p class="map-draw-tools">\(tool("undo", t("撤销", "Undo")))\(tool("redo", t("重做", "Redo")))\
        \(tool("remove", t("删角点", "Delete corner")))\(tool("clear", t("重画", "Start anew")))</p>\
        <label class="filter"><span>\(t("依据", "Evidence"))</span><input type="text" data-draw-evidence maxlength="200" \
        placeholder="\(t("如 现场核对、规划图", "e.g. seen on site, site plan"))" autocomplete="off"></label>\
        <div data-draw-words role="alert"></div>\
        <p class="map-draw-tools">\(tool("save", t("保存", "Save"), .primary))\(tool("cancel", t("取消", "Cancel")))</p></section>
        """
}
