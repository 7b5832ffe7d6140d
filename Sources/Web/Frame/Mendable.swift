public import Kernel

/// What the reader can mend on the form; everything else goes on to the door.
public func mendable(_ error: any Error) throws -> [Refusal] {
    let refusals = (error as? Refusals)?.all ?? (error as? Refusal).map { [$0] } ?? []
    guard let first = refusals.first, first.kind == .invalid || first.kind == .conflict else { throw error }
    return refusals
}
