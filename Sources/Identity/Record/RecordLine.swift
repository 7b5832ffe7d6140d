import Cryptography
public import Kernel
import Store

/// One line of the record as it is stored: who, when, which act, on what, before and after. Personal values are sealed.
public struct RecordLine: Sendable, Hashable {
    public let id: ID<RecordLine>
    public let at: Instant
    public let actorKind: String
    public let person: ID<PersonTag>?
    /// The person's sealed name; the plain label of an actor who is no person.
    let label: [UInt8]
    public let act: String
    public let subject: Subject
    /// Digits of the place's code.
    public let place: String
    let before: String?
    let after: String?
    public let requestID: String
    /// The keyed hash that whoever wrote the line put under it; see `lineWitness`.
    private(set) var witness: [UInt8]
    /// Nil until sealed; negative when the sealer refused the line.
    public let leafIndex: Int?
    var isRefused: Bool { leafIndex.map { $0 < 0 } ?? false }

    static let columns: SQL = """
        r.id, r.at, r.actor_kind, r.person, r.label, r.act, r.subject_kind, r.subject_id, r.place, r.value_before, \
        r.value_after, r.request_id, r.witness, r.leaf_index
        """

    /// Reads `columns`, which begin at `first` of the row.
    init(_ row: Row, from first: Int = 0) throws {
        id = try row[first]
        at = try row[first + 1]
        actorKind = try row[first + 2]
        person = try row[first + 3]
        label = try row[first + 4]
        act = try row[first + 5]
        subject = Subject(try row[first + 6] as String, try row[first + 7] as String)
        place = try row[first + 8]
        before = try row[first + 9]
        after = try row[first + 10]
        requestID = try row[first + 11]
        witness = try row[first + 12]
        leafIndex = try row[first + 13]
    }

    /// A new line, under the witness of whoever holds the signet.
    init(_ entry: RecordEntry, label: [UInt8], deed: Deed, signet: [UInt8]) {
        id = Pen.lineID(at: deed.now)
        at = deed.now
        actorKind = deed.actor.kind.rawValue
        person = deed.actor.person
        self.label = label
        act = entry.act
        subject = entry.subject
        place = entry.place.digits
        before = entry.before
        after = entry.after
        requestID = deed.actor.requestID
        leafIndex = nil
        witness = []
        witness = lineWitness(leafContent, key: signet)
    }

    /// Whether the line was written by one who holds the signet, and is still as it was written.
    func isWritten(with signet: [UInt8]) -> Bool {
        constantTimeEquals(lineWitness(leafContent, key: signet), witness)
    }

    /// What the leaf's hash covers: everything but the leaf's place in the tree. The first byte is the version of this
    /// form.
    var leafContent: [UInt8] {
        var encoding = LengthPrefixed(
            reserving: 320 + label.count + (before?.utf8.count ?? 0) + (after?.utf8.count ?? 0))
        encoding.append([1])
        encoding.append(id.bytes)
        encoding.append(at.milliseconds)
        encoding.append(actorKind)
        encoding.append(optional: person?.bytes)
        encoding.append(label)
        encoding.append(act)
        encoding.append(subject.kind)
        encoding.append(subject.id)
        encoding.append(place)
        encoding.append(optional: before)
        encoding.append(optional: after)
        encoding.append(requestID)
        return encoding.bytes
    }

    func leafHash(_ suite: DigestSuite) -> [UInt8] { MerkleTree.leafHash(leafContent, suite: suite) }
}

/// What an act writes about itself; the actor and the time come from its deed.
public struct RecordEntry: Sendable {
    public let act: String
    public let subject: Subject
    public let place: PlaceCode
    /// JSON objects of the changed fields only.
    public let before: String?
    public let after: String?

    public init(_ act: String, on subject: Subject, at place: PlaceCode, before: String? = nil, after: String? = nil) {
        self.act = act
        self.subject = subject
        self.place = place
        self.before = before
        self.after = after
    }
}
