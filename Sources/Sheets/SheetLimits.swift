/// How much a spreadsheet may be. Whatever exceeds a limit is refused with its name, place and remedy; memory and time
/// stay bounded whatever a file claims to be.
public struct SheetLimits: Sendable, Hashable {
    /// The file as it lies on disk.
    public var fileBytes = 128 << 20
    /// One part of a workbook after inflating; its sheets and its shared strings are parts.
    public var partBytes = 512 << 20
    /// All parts that are read, after inflating.
    public var totalBytes = 1 << 30
    /// The number of the last row, as Excel counts.
    public var rows = 1_048_576
    public var columns = 1024
    /// Cells of one sheet, the repeated ones of merged regions included.
    public var cells = 32_000_000
    /// Unicode scalars of one cell. Excel allows 32,767.
    public var cellCharacters = 32_767
    /// Bytes of one row of a text file.
    public var rowBytes = 4 << 20
    /// Different texts of a workbook.
    public var sharedStrings = 2_000_000
    /// Their bytes, which are kept in memory while reading.
    public var sharedStringBytes = 128 << 20
    /// Merged regions of one sheet.
    public var mergedRegions = 100_000
    /// Sheets of a workbook.
    public var sheets = 1000

    public init() {}
}
