public import Html
public import Kernel

/// One field that two people changed at the same time.
public struct ConflictField: Sendable {
    let name: String
    let label: String
    let base: Html
    let theirs: Html
    let mine: Html

    public init(name: String, label: String, base: Html, theirs: Html, mine: Html) {
        self.name = name
        self.label = label
        self.base = base
        self.theirs = theirs
        self.mine = mine
    }
}

/// For each field that both changed, what it was, what the other made of it, what I typed, and a choice. To stand
/// inside a form; the choice is sent as `choice.<name>` with the value `mine` or `theirs`. Nothing is chosen
/// beforehand.
public func conflictView(_ t: Language, who: String, when: Html, _ fields: [ConflictField]) -> Html {
    let intro = notice(
        .amber, title: t("您编辑期间，数据已被他人更改", "Someone changed this while you were editing"),
        """
        \(who) · \(when)\(t("。请逐项选择保留哪一个；您填写的内容没有丢失。", ". Choose for each field which to keep; nothing you typed is lost."))
        """)
    return "<div class=\"conflicts\">\(intro)\(Html.each(fields) { conflict(t, who: who, $0) })</div>"
}

private func conflict(_ t: Language, who: String, _ field: ConflictField) -> Html {
    """
    <fieldset class="conflict" id="f-choice.\(field.name)"><legend>\(field.label)</legend>\
    <p class="help">\(t("原值：", "Before: "))\(field.base)</p><div class="sides">\
    \(side(field, "theirs", t("对方 · \(who)", "Theirs · \(who)"), field.theirs))\
    \(side(field, "mine", t("我填写的", "Mine"), field.mine))</div></fieldset>
    """
}

private func side(_ field: ConflictField, _ value: String, _ title: String, _ shown: Html) -> Html {
    """
    <label class="side"><input type="radio" name="choice.\(field.name)" value="\(value)" required>\
    <span><span class="side-title">\(title)</span> <b>\(shown)</b></span></label>
    """
}

/// One value that changes; nil stands for unknown or absent.
public struct ChangeLine: Sendable {
    let label: String
    let from: Html?
    let to: Html?

    public init(_ label: String, from: Html?, to: Html?) {
        self.label = label
        self.from = from
        self.to = to
    }
}

/// What changes, field by field: the preview of an import or of a correction.
public func changeTable(_ t: Language, caption: String, _ changes: [ChangeLine]) -> Html {
    let rows = changes.map { change in
        TableRow([
            "\(change.label)", change.from.map { "<del>\($0)</del>" } ?? unknown(t),
            change.to.map { "<ins>\($0)</ins>" } ?? unknown(t),
        ])
    }
    let columns = [
        TableColumn(t("项目", "Field"), .heading), TableColumn(t("原值", "Before")), TableColumn(t("新值", "After")),
    ]
    return table(t, DataTable(caption: caption, columns: columns, rows: rows))
}

/// One measure of several things side by side.
public struct ComparisonRow: Sendable {
    let label: String
    let values: [Html]
    let unit: String
    let differs: Bool

    /// One value for each side. `differs` marks the row that matters.
    public init(_ label: String, _ values: [Html], unit: String = "", differs: Bool = false) {
        self.label = label
        self.values = values
        self.unit = unit
        self.differs = differs
    }
}

/// The same figures of several things side by side.
public func comparison(_ t: Language, caption: String, sides: [String], rows: [ComparisonRow]) -> Html {
    let columns = [TableColumn(t("指标", "Measure"), .heading)] + sides.map { TableColumn($0, .number) }
    let lines = rows.map { row in
        let unit: Html = row.unit.isEmpty ? "" : " <small>\(row.unit)</small>"
        return TableRow(["\(row.label)\(unit)"] + row.values, tone: row.differs ? .amber : .neutral)
    }
    return table(t, DataTable(caption: caption, columns: columns, rows: lines, phone: .scroll))
}
