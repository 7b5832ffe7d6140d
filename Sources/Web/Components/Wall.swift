public import Html
public import Kernel

/// What hangs on the wall of the command room: the city at a glance, as plain values in the reader's language.
public struct Wall: Sendable {
    /// One stage of the stock.
    public struct Stage: Sendable {
        let look: StageLook
        let title: String
        let counts: [Int]

        /// - Parameter counts: estates at the end of last year, at the end of each month since, and now.
        public init(_ look: StageLook, _ title: String, counts: [Int]) {
            self.look = look
            self.title = title
            self.counts = counts
        }

        var now: Int { counts.last ?? 0 }
        var change: Int { now - (counts.first ?? 0) }
    }

    /// One district: its stock, and what its part of the year's programme has come to.
    public struct District: Sendable {
        let title: String
        let stock: Int
        let completed: Int
        let programmed: Int
        let inWorks: Int
        let accepted: Int

        public init(
            _ title: String, stock: Int, completed: Int, programmed: Int, inWorks: Int, accepted: Int
        ) {
            self.title = title
            self.stock = stock
            self.completed = completed
            self.programmed = programmed
            self.inWorks = inWorks
            self.accepted = accepted
        }

        /// Completed of the stock; nil where there is none.
        var share: Double? { stock > 0 ? Double(completed) / Double(stock) : nil }
    }

    /// A district's outline as the path of a drawing; `label` is where its name stands, nil for none.
    public struct Shape: Sendable {
        let district: Int
        let path: String
        let label: (x: Int, y: Int)?

        /// - Parameter district: its place in `Wall.districts`.
        public init(district: Int, path: String, label: (x: Int, y: Int)?) {
            self.district = district
            self.path = path
            self.label = label
        }
    }

    /// The districts on a drawing; small ones once more, larger, in a frame of their own.
    public struct Map: Sendable {
        /// Upright rectangles: left, top, width, height.
        public typealias Box = (x: Int, y: Int, width: Int, height: Int)

        let size: (width: Int, height: Int)
        let city: [Shape]
        let core: [Shape]
        let frame: Box?
        let spot: Box?

        /// - Parameters:
        ///   - frame: where `core` is drawn; nil when no district is too small for its name.
        ///   - spot: what of the city's drawing `core` shows.
        public init(size: (width: Int, height: Int), city: [Shape], core: [Shape], frame: Box?, spot: Box?) {
            self.size = size
            self.city = city
            self.core = core
            self.frame = frame
            self.spot = spot
        }
    }

    /// Something done today.
    public struct Act: Sendable {
        let id: String
        let time: String
        let place: String
        let subject: String
        let what: Html

        public init(id: String, time: String, place: String, subject: String, _ what: Html) {
            self.id = id
            self.time = time
            self.place = place
            self.subject = subject
            self.what = what
        }
    }

    public var title: String
    /// Another number whenever something was done.
    public var version: Int
    public var now: Instant
    /// "数据截至 …".
    public var asOf: Html
    public var year: Int
    public var total: Int
    public var stages: [Stage]
    public var districts: [District]
    /// Nil when there are no outlines.
    public var map: Map?
    public var acts: [Act]
    /// Where the reader sees acts, unless it is the whole city; empty otherwise.
    public var scopeNote: Html

    public init(
        title: String, version: Int, now: Instant, asOf: Html, year: Int, total: Int, stages: [Stage],
        districts: [District], map: Map?, acts: [Act], scopeNote: Html = ""
    ) {
        self.title = title
        self.version = version
        self.now = now
        self.asOf = asOf
        self.year = year
        self.total = total
        self.stages = stages
        self.districts = districts
        self.map = map
        self.acts = acts
        self.scopeNote = scopeNote
    }
}

/// The whole wall, for a page whose layout is `.wall`. Its script fetches `parts` anew whenever `events` tells of
/// something.
public func wall(_ t: Language, _ wall: Wall, parts: Link, events: Link) -> Html {
    """
    <div class="wall" data-wall\(attribute: "data-parts", parts)\(attribute: "data-events", events) \
    data-now="\(wall.now.milliseconds)" data-live="\(t("实时更新", "Live"))" data-broken="\(t("实时连接中断", "Live connection lost"))" \
    data-since="\(t("{time} 起", "since {time}"))" data-ended="\(t("登录已结束，请重新登录", "Signed out; please sign in again"))">\
    <header class="wall-head"><h1>\(wall.title)</h1>\
    <p class="wall-state" role="status" data-wall-state>\(t("显示打开时的数据", "As of the moment it was opened"))</p>\
    <p class="wall-tools"><button class="button quiet" type="button" data-wall-full hidden>\(t("全屏", "Full screen")) \
    <kbd aria-hidden="true">F</kbd></button>\(linkButton(t("返回总览", "Back to the city"), "/"))</p>\
    <p class="wall-clock"><time data-wall-clock>\(wall.now.timeInChina)</time></p></header>\(wallParts(t, wall))</div>
    """
}

/// What changes on the wall.
public func wallParts(_ t: Language, _ wall: Wall) -> Html {
    """
    <div class="wall-parts" data-wall-parts data-version="\(wall.version)"><p class="wall-asof">\(wall.asOf)</p>\
    \(stageTiles(t, wall))\(wallMap(t, wall))\(programmeBars(t, wall))\(today(t, wall))\(twin(t, wall))</div>
    """
}

private func stageTiles(_ t: Language, _ wall: Wall) -> Html {
    let tiles = Html.each(wall.stages) { stage in
        """
        <div class="wall-tile"><dt>\(stageMark(stage.look))\(stage.title)</dt><dd class="wall-number">\(grouped(stage.now))</dd>\
        <dd class="wall-trend"><span>\(t("今年 ", ""))\(signed(stage.change))\(t("", " this year"))</span>\
        \(sparkline(stage))</dd></div>
        """
    }
    return """
        <section class="wall-tiles" aria-label="\(t("按阶段的小区数", "Estates by stage"))"><dl>\
        <div class="wall-tile all"><dt>\(t("登记在册", "On the register"))</dt><dd class="wall-number">\(grouped(wall.total))</dd>\
        <dd class="wall-trend"><span>\(t("个小区", "estates"))</span></dd></div>\(tiles)</dl></section>
        """
}

/// "+12", "−8", "±0": with the signs of typography.
private func signed(_ number: Int) -> String {
    number == 0 ? "±0" : (number > 0 ? "+" : "−") + grouped(abs(number))
}

/// The year's course in one line; its height is its own, its ends are the figures beside it.
private func sparkline(_ stage: Wall.Stage) -> Html {
    guard let low = stage.counts.min(), let high = stage.counts.max(), stage.counts.count > 1 else { return "" }
    let points = stage.counts.enumerated().map { index, count in
        let x = index * 200 / (stage.counts.count - 1)
        let y = high == low ? 20 : 36 - (count - low) * 32 / (high - low)
        return "\(x),\(y)"
    }
    return """
        <svg class="wall-spark stage-\(stage.look.key)" viewBox="-4 0 208 40" aria-hidden="true" focusable="false">\
        <polyline points="\(points.joined(separator: " "))"/></svg>
        """
}

private func programmeBars(_ t: Language, _ wall: Wall) -> Html {
    let title = t("\(wall.year) 年计划 · 分区县", "Programme of \(wall.year) by district")
    let districts = wall.districts.filter { $0.programmed > 0 }
    guard let most = districts.map(\.programmed).max() else {
        let none = t("今年的计划里还没有小区。", "No estate is in this year's programme yet.")
        return "<section class=\"wall-card wall-programme\"><h2>\(title)</h2><p class=\"note\">\(none)</p></section>"
    }
    let sums: [(StageLook, String, Int)] = [
        (.programmed, t("列入", "Programmed"), districts.reduce(0) { $0 + $1.programmed }),
        (.works, t("施工", "In works"), districts.reduce(0) { $0 + $1.inWorks }),
        (.accepted, t("验收", "Accepted"), districts.reduce(0) { $0 + $1.accepted }),
    ]
    let head = Html.each(sums) { look, word, sum in "<li>\(stageMark(look))\(word) <b>\(grouped(sum))</b></li>" }
    let rows = Html.each(districts) { district in
        """
        <li><span class="name">\(district.title)</span><span class="figures">\(figure(sums[0].1, district.programmed))\
        \(figure(sums[1].1, district.inWorks))\(figure(sums[2].1, district.accepted))</span>\(bar(district, of: most))</li>
        """
    }
    return """
        <section class="wall-card wall-programme"><h2>\(title)</h2><ul class="wall-key">\(head)</ul>\
        <ul class="wall-bars">\(rows)</ul></section>
        """
}

private func figure(_ word: String, _ number: Int) -> Html {
    "<span><span class=\"hidden\">\(word) </span>\(grouped(number))</span>"
}

/// Accepted, in works and the rest, one after the other; together what was programmed, as long as the most is.
private func bar(_ district: Wall.District, of most: Int) -> Html {
    let (whole, accepted) = (district.programmed * 1000 / most, district.accepted * 1000 / most)
    let works = accepted + district.inWorks * 1000 / most
    return """
        <svg class="wall-bar" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">\
        <rect class="stage-programmed" width="\(whole)" height="20"/><rect class="stage-works" width="\(works)" height="20"/>\
        <rect class="stage-accepted" width="\(accepted)" height="20"/></svg>
        """
}

private func today(_ t: Language, _ wall: Wall) -> Html {
    let title = t("今天的变化", "Changed today")
    let note: Html = wall.scopeNote.isEmpty ? "" : "<p class=\"note\">\(wall.scopeNote)</p>"
    guard !wall.acts.isEmpty else {
        let none = t("今天还没有变化；更正、登记和阶段变更会列在这里。", "Nothing yet; corrections and changes of stage will appear here.")
        return "<section class=\"wall-card wall-today\"><h2>\(title)</h2>\(note)<p class=\"note\">\(none)</p></section>"
    }
    let acts = Html.each(wall.acts) { act in
        """
        <li data-act="\(act.id)"><p class="where"><time>\(act.time)</time> \(act.place)</p>\
        <p><b>\(act.subject)</b> \(act.what)</p></li>
        """
    }
    return """
        <section class="wall-card wall-today"><h2>\(title)</h2>\(note)<ol class="wall-acts">\(acts)</ol></section>
        """
}

/// The figures of the drawings as tables: for screen readers at the wall, for everybody on a phone.
private func twin(_ t: Language, _ wall: Wall) -> Html {
    let stages = DataTable(
        caption: t("各阶段的小区数：年初与现在", "Estates by stage: at the start of the year and now"),
        columns: [
            TableColumn(t("阶段", "Stage"), .heading), TableColumn(t("年初", "Start of the year"), .number),
            TableColumn(t("现在", "Now"), .number), TableColumn(t("今年变化", "Change"), .number),
        ],
        rows: wall.stages.map {
            TableRow(["\($0.title)", "\(grouped($0.counts.first ?? 0))", "\(grouped($0.now))", "\(signed($0.change))"])
        }, phone: .scroll)
    let districts = DataTable(
        caption: t("各区县的完成情况与 \(wall.year) 年计划", "Districts: completed, and the programme of \(wall.year)"),
        columns: [
            TableColumn(t("区县", "District"), .heading), TableColumn(t("在册", "Register"), .number),
            TableColumn(t("完成", "Completed"), .number), TableColumn(t("完成率", "Share"), .number),
            TableColumn(t("列入", "Programmed"), .number), TableColumn(t("施工", "In works"), .number),
            TableColumn(t("验收", "Accepted"), .number),
        ],
        rows: wall.districts.map { district in
            let share: Html = district.share.map { "\(percent($0, 0)) %" } ?? "—"
            return TableRow([
                "\(district.title)", "\(grouped(district.stock))", "\(grouped(district.completed))", share,
                "\(grouped(district.programmed))", "\(grouped(district.inWorks))", "\(grouped(district.accepted))",
            ])
        }, phone: .scroll)
    return """
        <section class="wall-twin"><h2>\(t("以表格查看", "The same as tables"))</h2>\(table(t, stages))\(table(t, districts))</section>
        """
}
