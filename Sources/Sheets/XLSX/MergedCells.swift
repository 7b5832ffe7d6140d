import CXLSXReader
import Kernel

/// Repeats the value of each merged region in the cells that it covers, while rows come by in order.
struct MergedCells {
    /// By first row, then first column.
    let regions: [MergedRegion]
    private let columns: Int
    /// The first region that the rows have not reached.
    private var next = 0
    /// Regions that the row before lay in, with their values. They share no column.
    private var active: [(region: MergedRegion, value: SheetCell)] = []

    init(_ regions: [MergedRegion], columns: Int) {
        self.regions = regions.sorted { ($0.first.row, $0.first.column) < ($1.first.row, $1.first.column) }
        self.columns = columns
    }

    /// Fills row `number`; rows must come in order. What a covered cell holds itself is shown by no program.
    mutating func fill(_ number: Int, _ cells: inout [SheetCell]) {
        active.removeAll { $0.region.last.row < number }
        while next < regions.count, regions[next].first.row <= number {
            let region = regions[next]
            next += 1
            // Nothing to repeat where the first row was left out or its cell is empty.
            guard region.first.row == number, region.first.column <= cells.count else { continue }
            let value = cells[region.first.column - 1]
            guard value.kind != .empty, !active.contains(where: { $0.region.sharesColumn(with: region) }) else {
                continue
            }
            active.append((region, value))
        }
        for (region, value) in active { repeatValue(value, of: region, in: number, &cells) }
    }

    private func repeatValue(_ value: SheetCell, of region: MergedRegion, in row: Int, _ cells: inout [SheetCell]) {
        let last = min(region.last.column, columns)
        while cells.count < last { cells.append(.empty) }
        let copy = value.merged(from: region.first)
        for column in region.first.column...max(last, region.first.column) where (row, column) != region.first.pair {
            cells[column - 1] = copy
        }
    }
}

extension MergedRegion {
    fileprivate func sharesColumn(with other: MergedRegion) -> Bool {
        first.column <= other.last.column && other.first.column <= last.column
    }

    /// "A1:B3"; nil for anything else.
    fileprivate init?(_ reference: UnsafeBufferPointer<UInt8>) {
        guard let colon = reference.firstIndex(of: UInt8(ascii: ":")),
            let first = CellPosition.parse(UnsafeBufferPointer(rebasing: reference[..<colon])),
            let last = CellPosition.parse(UnsafeBufferPointer(rebasing: reference[(colon + 1)...])),
            first.row <= last.row, first.column <= last.column
        else { return nil }
        self.init(first: first, last: last)
    }
}

extension CellPosition {
    fileprivate var pair: (Int, Int) { (row, column) }
}

extension MergedCells {
    /// Finds a sheet's merged regions, which stand behind its cells. The sheet is inflated once more for it, which also
    /// proves its checksum before any row is delivered; it is parsed once more only when it has such regions.
    init(_ package: XLSXPackage, part: String, place: SheetPlace) throws {
        let limits = package.limits
        guard try MergedCells.mayOccur(in: package.open(part)) else {
            self.init([], columns: limits.columns)
            return
        }
        let events = try XMLEvents(package.open(part))
        var regions: [MergedRegion] = []
        var element = CXLSX_OTHER
        while let event = try events.next() {
            if event.kind == CXLSX_START { element = event.name }
            guard element == CXLSX_NAME_mergeCell, event.isAttribute(CXLSX_NAME_ref) else { continue }
            if let region = MergedRegion(event.bytes) { regions.append(region) }
            guard regions.count <= limits.mergedRegions else {
                throw place.exceeded(
                    "sheet.merged.tooMany", zh: "合并单元格超过 \(limits.mergedRegions) 处的上限，请取消合并。",
                    en: "there are more merged regions than the limit of \(limits.mergedRegions); unmerge them.")
            }
        }
        self.init(regions, columns: limits.columns)
    }

    private static func mayOccur(in part: XLSXPart) throws -> Bool {
        let name = Array("mergeCell".utf8)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { chunk.deallocate() }
        var kept = 0
        var isFirst = true
        while true {
            let read = try part.read(into: UnsafeMutableRawBufferPointer(rebasing: chunk.dropFirst(kept)))
            if read == 0 { return false }
            let bytes = UnsafeRawBufferPointer(rebasing: chunk.prefix(kept + read))
            // In UTF-16 the name would look different: leave it to the parser.
            if isFirst, bytes.prefix(4).contains(where: { $0 == 0 || $0 >= 0xFE }) { return true }
            if bytes.contains(name) { return true }
            isFirst = false
            kept = min(bytes.count, name.count - 1)
            chunk.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.suffix(kept)))
        }
    }
}
