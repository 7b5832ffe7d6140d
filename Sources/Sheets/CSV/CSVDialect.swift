import Glibc

/// Guesses what separates the fields of a text table.
enum CSVDialect {
    static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
    static let sampledRows = 50

    /// The delimiter whose number per row is the same in most of the first rows; the comma when there is none.
    static func delimiter(of sample: UnsafeBufferPointer<UInt8>) -> UInt8 {
        var best = (delimiter: delimiters[0], rows: 0, count: 0)
        let counts = countsPerRow(sample)
        for (index, delimiter) in delimiters.enumerated() {
            var rowsByCount: [Int: Int] = [:]
            for row in counts where row[index] > 0 { rowsByCount[row[index], default: 0] += 1 }
            for (count, rows) in rowsByCount where (rows, count) > (best.rows, best.count) {
                best = (delimiter, rows, count)
            }
        }
        return best.delimiter
    }

    /// How often each delimiter stands outside quotation marks, for the first rows.
    private static func countsPerRow(_ sample: UnsafeBufferPointer<UInt8>) -> [[Int]] {
        var rows: [[Int]] = []
        var row = [Int](repeating: 0, count: delimiters.count)
        var quoted = false
        for byte in sample {
            if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if quoted {
                continue
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                rows.append(row)
                if rows.count == sampledRows { return rows }
                row = [Int](repeating: 0, count: delimiters.count)
            } else if let index = delimiters.firstIndex(of: byte) {
                row[index] += 1
            }
        }
        rows.append(row)
        return rows
    }
}
