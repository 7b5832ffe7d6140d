public import Kernel
public import Store

/// Marks the ids of posts, so that no other id is taken for one.
public enum PostTag {}

/// A seat: a role at a place for a time. It stays the same while its holders come and go, so that what hangs on it
/// (duties, tasks, drafts) changes hands without loss.
public struct Post: Sendable, Hashable {
    public let id: ID<PostTag>
    public let role: Role
    public let place: PlaceCode
    public let from: Day
    /// The last day; nil while open.
    public let to: Day?
}

/// Who sits in a post, or stands in for its holder, and when.
public struct Holding: Sendable, Hashable {
    public enum Kind: String, Sendable, SQLConvertible {
        case holder, deputy
    }

    public let person: ID<PersonTag>
    public let kind: Kind
    public let from: Day
    /// The last day; nil while open. A holding handed over on its first day ends the day before and never counted.
    public let to: Day?

    /// The first and the last day are within.
    public func covers(_ day: Day) -> Bool { from <= day && (to.map { day <= $0 } ?? true) }

    func overlaps(from: Day, to: Day?) -> Bool {
        guard self.to.map({ self.from <= $0 }) ?? true else { return false }
        return (self.to.map { from <= $0 } ?? true) && (to.map { self.from <= $0 } ?? true)
    }
}

/// A post in which a signed-in person acts today.
public struct ActingPost: Sendable, Hashable {
    public let post: ID<PostTag>
    public let role: Role
    public let place: PlaceCode
    public let kind: Holding.Kind
}
