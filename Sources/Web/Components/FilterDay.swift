public import Html

/// A day among the filters: "2026-06-30", or empty for any.
public func filterDay(label: String, name: String, value: String) -> Html {
    "<label class=\"filter\"><span>\(label)</span><input type=\"date\" name=\"\(name)\" value=\"\(value)\"></label>"
}
