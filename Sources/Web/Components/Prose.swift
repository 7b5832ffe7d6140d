public import Html

/// What to do, one step after another.
public func steps(_ items: [Html]) -> Html { "<ol class=\"prose\">\(Html.each(items) { "<li>\($0)</li>" })</ol>" }

/// The same, in plain sentences.
public func steps(_ sentences: [String]) -> Html { steps(sentences.map { "\($0)" as Html }) }

/// Things said side by side.
public func points(_ items: [Html]) -> Html { "<ul class=\"prose\">\(Html.each(items) { "<li>\($0)</li>" })</ul>" }

/// A paragraph.
public func paragraph(_ sentence: String) -> Html { "<p>\(sentence)</p>" }

/// A key of the keyboard.
public func key(_ name: String) -> Html { "<kbd>\(name)</kbd>" }
