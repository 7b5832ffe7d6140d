public import Kernel

/// What can go wrong below the acts. Refusals are the acts' own; these are the store's.
public enum StoreError: Error, Sendable {
    /// Two writers met (40001, 40P01, SQLITE_BUSY); running the same body again may succeed.
    case transient(String)
    /// A uniqueness, foreign key or check constraint refused the write. Carries the engine's message.
    case constraint(String)
    /// The connection is gone or cannot be made. What had not returned was not acknowledged.
    case disconnected(String)
    /// The connection or the disk failed at the commit itself: it is stored, or it is not.
    case uncertain(String)
    /// The disk is full, the quota reached.
    case full(String)
    /// The disk or its permissions failed.
    case disk(String)
    /// A statement ran longer than the limit, or the server had no room for it.
    case timeout(String)
    /// The engine refused the statement: a mistake of ours.
    case statement(String)
    /// A row held something else than the reader expected.
    case wrongColumn(String)
    /// The database is of a newer Yiju, or an old migration was changed, or it is not Yiju's.
    case schema(Refusal)

    /// What people are told; details go to the log.
    public var refusal: Refusal {
        switch self {
        case .schema(let refusal): refusal
        case .transient, .timeout:
            Refusal(
                .unavailable, "store.busy", zh: "数据库正忙，没有保存；请再试一次。",
                en: "The database is busy; nothing was saved. Please try again.")
        case .disconnected:
            Refusal(
                .unavailable, "store.disconnected", zh: "数据库暂时连不上，没有保存；请稍后再试。",
                en: "The database cannot be reached; nothing was saved. Please try again soon.")
        case .uncertain:
            Refusal(
                .unavailable, "store.uncertain", zh: "保存时数据库断开，不知道是否已保存；请先查看结果，不要直接重做。",
                en: """
                    The database was lost while saving: it is not known whether this was saved. Look before repeating it.
                    """)
        case .disk:
            Refusal(
                .unavailable, "store.disk", zh: "数据库所在的磁盘无法读写，没有保存；请管理员检查磁盘和目录权限。",
                en: """
                    The disk under the database cannot be read or written; nothing was saved. An administrator must check \
                    the disk and the permissions of its folder.
                    """)
        case .full:
            Refusal(
                .unavailable, "store.full", zh: "磁盘已满，没有保存；请管理员腾出空间。",
                en: "The disk is full; nothing was saved. An administrator must free space.")
        case .constraint:
            Refusal(
                .conflict, "store.constraint", zh: "与已有数据冲突，没有保存。",
                en: "This contradicts data already stored; nothing was saved.")
        case .statement, .wrongColumn:
            Refusal(
                .unavailable, "store.fault", zh: "系统内部出错，没有保存；请把请求编号告诉管理员。",
                en: "Something is wrong inside Yiju; nothing was saved. Tell an administrator the request id.")
        }
    }
}
