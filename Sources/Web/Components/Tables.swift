public import Html
public import Kernel

/// The head of a column, and how its cells stand.
public struct TableColumn: Sendable {
    public enum Kind: Sendable {
        case text
        /// Aligned right, digits under digits; the unit belongs in the title.
        case number
        /// Names the row; carries the row's link.
        case heading
    }

    let title: String
    let kind: Kind
    /// The value of `?sort=` that orders by this column; nil when it cannot be ordered by.
    let sort: String?
    /// Small print under the title: the unit, the source.
    let note: String?

    public init(_ title: String, _ kind: Kind = .text, sort: String? = nil, note: String? = nil) {
        self.title = title
        self.kind = kind
        self.sort = sort
        self.note = note
    }
}

/// One line of a table.
public struct TableRow: Sendable {
    let cells: [Html]
    let link: Link?
    let id: String?
    let tone: Tone

    /// One cell for each column. `link` is opened from the heading cell and by Enter on the row.
    public init(_ cells: [Html], link: Link? = nil, id: String? = nil, tone: Tone = .neutral) {
        self.cells = cells
        self.link = link
        self.id = id
        self.tone = tone
    }
}

/// The order of a list as its address has it: `sort=households`, or `sort=-households` for the largest first.
public struct TableSort: Sendable, Hashable {
    public let key: String
    public let descending: Bool

    public init(_ key: String, descending: Bool) {
        self.key = key
        self.descending = descending
    }

    public init?(parameter: String) {
        let key = parameter.hasPrefix("-") ? String(parameter.dropFirst()) : parameter
        guard !key.isEmpty else { return nil }
        self.init(key, descending: parameter.hasPrefix("-"))
    }

    public var parameter: String { descending ? "-" + key : key }
}

/// A table with its caption, which screen readers announce first.
public struct DataTable: Sendable {
    /// What becomes of the rows on a phone.
    public enum Phone: Sendable {
        /// Each row a card that names its values: for lists of things.
        case cards
        /// The table scrolls sideways within its place: for figures to be compared.
        case scroll
    }

    let caption: String
    let columns: [TableColumn]
    let rows: [TableRow]
    let totals: [Html]?
    let sort: TableSort?
    let base: Link?
    let phone: Phone

    /// - Parameters:
    ///   - caption: What the table shows; read to those who do not see it.
    ///   - totals: The last row, one cell for each column.
    ///   - base: This list's own address with its filters; the head's sort links change `sort` in it.
    public init(
        caption: String, columns: [TableColumn], rows: [TableRow], totals: [Html]? = nil, sort: TableSort? = nil,
        base: Link? = nil, phone: Phone = .cards
    ) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.totals = totals
        self.sort = sort
        self.base = base
        self.phone = phone
    }
}

public func table(_ t: Language, _ table: DataTable) -> Html {
    let borders = cellBorders(table.columns)
    let headings = table.columns.map { $0.kind == .heading }
    var rows = Html.empty
    for row in table.rows { append(row, headings, borders, to: &rows) }
    var totals = Html.empty
    if let cells = table.totals { append(TableRow(cells), headings, borders, to: &totals) }
    let head = Html.each(table.columns) { headCell(t, $0, table) }
    let foot: Html = totals.isEmpty ? "" : "<tfoot>\(totals)</tfoot>"
    let body: Html = """
        <table data-rows><caption class="hidden">\(table.caption)</caption><thead><tr>\(head)</tr></thead>\
        <tbody>\(rows)</tbody>\(foot)</table>
        """
    switch table.phone {
    case .cards: return "<div class=\"table cards\">\(body)</div>"
    case .scroll:
        return
            "<div class=\"table scroll\" role=\"region\" aria-label=\"\(table.caption)\" tabindex=\"0\">\(body)</div>"
    }
}

/// The part of a cell that is the same in every row.
private func cellOpening(_ column: TableColumn) -> Html {
    switch column.kind {
    case .heading: "<th scope=\"row\">"
    case .text: "<td data-label=\"\(column.title)\">"
    case .number: "<td class=\"n\" data-label=\"\(column.title)\">"
    }
}

private let rowEnd: Html = "</tr>"

/// What stands before each cell and after the last, the end of the cell before included.
private func cellBorders(_ columns: [TableColumn]) -> [Html] {
    var borders = columns.map(cellOpening)
    borders.append("")
    for (index, column) in columns.enumerated() {
        borders[index + 1] = (column.kind == .heading ? "</th>" : "</td>") + borders[index + 1]
    }
    return borders
}

/// Straight into the table's buffer: a list is made of thousands of cells.
private func append(_ row: TableRow, _ headings: [Bool], _ borders: [Html], to html: inout Html) {
    precondition(row.cells.count == headings.count, "a row has one cell for each column")
    html += "<tr\(attribute: "class", row.tone == .neutral ? nil : "tone-\(row.tone.name)")\(attribute: "id", row.id)>"
    for index in row.cells.indices {
        html += borders[index]
        if headings[index], let link = row.link {
            html += "<a href=\"\(url: link)\" data-row-link>\(row.cells[index])</a>"
        } else {
            html += row.cells[index]
        }
    }
    html += borders[headings.count]
    html += rowEnd
}

private func headCell(_ t: Language, _ column: TableColumn, _ table: DataTable) -> Html {
    let align: Html = column.kind == .number ? " class=\"n\"" : ""
    let note: Html = column.note.map { " <small>\($0)</small>" } ?? ""
    guard let key = column.sort, let base = table.base else {
        return "<th scope=\"col\"\(align)>\(column.title)\(note)</th>"
    }
    let current = table.sort.flatMap { $0.key == key ? $0 : nil }
    // Figures are first asked for largest first, names from the beginning.
    let next = TableSort(key, descending: current.map { !$0.descending } ?? (column.kind == .number))
    let state = current.map { $0.descending ? "descending" : "ascending" }
    let link = base.with("sort", next.parameter).with("page", nil)
    return """
        <th scope="col"\(align)\(attribute: "aria-sort", state)><a class="sort" href="\(url: link)">\(column.title)\(note)\
        <span class="arrow" aria-hidden="true"></span></a></th>
        """
}

/// The page asked for, or the last one there is: lists shrink while somebody leafs through them.
public func shownPage(_ page: Int, of total: Int, size: Int) -> Int { min(page, max(1, (total + size - 1) / size)) }

/// Reads the page that is shown: the one asked for, and the last one there is where that lies beyond it.
/// - Parameter total: lines of all pages.
public func readPage<List>(
    _ asked: Int, size: Int, total: (List) -> Int, _ read: (_ page: Int) throws -> List
) rethrows -> (page: Int, list: List) {
    let list = try read(asked)
    let page = shownPage(asked, of: total(list), size: size)
    return (page, page == asked ? list : try read(page))
}

/// `page` counts from 1; the address of a page is `base` with `?page=`.
public func pager(_ t: Language, page: Int, size: Int, total: Int, base: Link) -> Html {
    let last = max(1, (total + size - 1) / max(1, size))
    let page = min(max(1, page), last)
    let range: Html =
        total == 0
        ? "\(t("共 0 条", "0 in all"))"
        : """
        \(t("第 ", ""))<b>\(grouped((page - 1) * size + 1))–\(grouped(min(total, page * size)))</b>\(t(" 条，共 ", " of "))\
        <b>\(grouped(total))</b>\(t(" 条", ""))
        """
    guard last > 1 else { return "<p class=\"pager\"><span>\(range)</span></p>" }
    let steps = Html.each(pageNumbers(page, last)) { number in
        guard let number else { return "<li class=\"gap\" aria-hidden=\"true\">…</li>" }
        let current = number == page ? "page" : nil
        let label = t("第 \(number) 页", "Page \(number)")
        return """
            <li><a href="\(url: base.with("page", number))" aria-label="\(label)"\(attribute: "aria-current", current)>\
            \(grouped(number))</a></li>
            """
    }
    let previous = pagerStep(t("上一页", "Previous"), "prev", page > 1 ? base.with("page", page - 1) : nil)
    let next = pagerStep(t("下一页", "Next"), "next", page < last ? base.with("page", page + 1) : nil)
    return """
        <nav class="pager no-print" aria-label="\(t("翻页", "Pages"))"><span>\(range)</span>\
        <ul>\(previous)\(steps)\(next)</ul></nav>
        """
}

private func pagerStep(_ title: String, _ relation: String, _ link: Link?) -> Html {
    guard let link else { return "" }
    return "<li class=\"step\"><a rel=\"\(relation)\" href=\"\(url: link)\">\(title)</a></li>"
}

/// The first, the last and the neighbours of `page`; nil for what is left out between them.
private func pageNumbers(_ page: Int, _ last: Int) -> [Int?] {
    var numbers: [Int?] = []
    for number in [1, page - 1, page, page + 1, last] where (1...last).contains(number) {
        if let before = numbers.last.flatMap({ $0 }), number <= before { continue }
        if let before = numbers.last.flatMap({ $0 }), number > before + 1 { numbers.append(nil) }
        numbers.append(number)
    }
    return numbers
}
