import FoundationEssentials
public import Kernel

/// The works menu (改造菜单): what a project may consist of, in classes. Versioned data, so that a city's own menu needs no
/// release; the one shipped is the system's default and says so.
public struct WorksMenu: Decodable, Sendable {
    /// Basic, completion, upgrade: what must be done where lacking, what should be, what is encouraged.
    public struct Class: Decodable, Sendable {
        public let code: String
        public let zh: String
        public let en: String
        /// When its items are done, in a sentence.
        public let rule: Wording

        public var name: Phrase { Phrase(zh: zh, en: en) }
    }

    public struct Item: Decodable, Sendable {
        /// What `Measure.item` stores: "roof".
        public let code: String
        public let zh: String
        public let en: String
        public let `class`: String
        /// Where it is usually done.
        public let target: Measure.Target

        public var name: Phrase { Phrase(zh: zh, en: en) }
    }

    public let version: Int
    /// From when on this version is used: "2026-06-30".
    public let date: String
    /// Who set it up: "系统默认 system default".
    public let source: String
    public let classes: [Class]
    public let items: [Item]

    /// Bytes; larger files are no menus.
    private static let largestFile = 1_000_000

    /// Reads a menu as shipped in `Resources/menu`.
    /// - Throws: a refusal that names the file when it cannot be read, is no menu, or names a code twice.
    public static func load(file: String) throws(Refusal) -> WorksMenu {
        guard let data = FileManager.default.contents(atPath: file), data.count <= largestFile else {
            throw fault(file, "文件不能读取或超过 1 MB", "it cannot be read or is over 1 MB")
        }
        let menu: WorksMenu
        do {
            menu = try JSONDecoder().decode(WorksMenu.self, from: data)
        } catch {
            throw fault(file, "内容不符合菜单格式：\(error)", "it is not in the menu's form: \(error)")
        }
        let classes = Set(menu.classes.map(\.code))
        guard classes.count == menu.classes.count, Set(menu.items.map(\.code)).count == menu.items.count else {
            throw fault(file, "有代码出现两次", "a code appears twice")
        }
        if let stray = menu.items.first(where: { !classes.contains($0.class) }) {
            throw fault(file, "“\(stray.code)”的类别不存在", "the class of “\(stray.code)” does not exist")
        }
        return menu
    }

    private static func fault(_ file: String, _ zh: String, _ en: String) -> Refusal {
        Refusal("menu.file", zh: "改造菜单“\(file)”：\(zh)。", en: "Works menu “\(file)”: \(en).", field: file)
    }

    /// Nil where this menu does not know the code.
    public func item(_ code: String) -> Item? { items.first { $0.code == code } }

    /// In the menu's order; none for a class it does not know.
    public func items(of class: String) -> [Item] { items.filter { $0.class == `class` } }

    /// What a measure's item is called; its code where this menu does not know it.
    public func name(_ code: String) -> Phrase { item(code)?.name ?? Phrase(zh: code, en: code) }
}

extension Measure.Target: Decodable {
    public var name: Phrase {
        switch self {
        case .building: Phrase(zh: "楼栋", en: "Buildings")
        case .grounds: Phrase(zh: "室外", en: "Grounds")
        case .facility: Phrase(zh: "新建设施", en: "New facility")
        }
    }
}
