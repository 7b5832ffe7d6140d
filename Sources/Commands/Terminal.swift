import Foundation
import Kernel

/// Where commands speak: results to standard output, everything else to standard error.
enum Terminal {
    static func out(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Text as it is, without a line's end.
    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// Bytes as they are: tables for programs.
    static func out(bytes: UnsafeRawBufferPointer) {
        FileHandle.standardOutput.write(Data(bytes))
    }

    static func err(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// What went wrong beside the thing that was asked for, and is done.
    static func warn(_ error: any Error) {
        for refusal in Yiju.refusals(of: error) {
            err("警告 \(refusal.code): \(refusal.message.zh)")
            err("warning \(refusal.code): \(refusal.message.en)")
        }
    }

    /// One line that is rewritten while work goes on; nothing where nobody watches.
    static func progress(_ done: Int, of total: Int, _ what: Phrase) {
        guard isatty(STDERR_FILENO) == 1, total > 0 else { return }
        let percent = done * 100 / total
        let end = done >= total ? "\n" : ""
        FileHandle.standardError.write(Data("\r\u{1B}[K\(what.both) \(percent) % (\(done)/\(total))\(end)".utf8))
    }

    /// Rows under a header, columns as wide as their longest cell; Chinese characters take two columns.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let widths = header.indices.map { column in
            ([header] + rows).map { column < $0.count ? width($0[column]) : 0 }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            zip(cells, widths)
                .map { $0 + String(repeating: " ", count: max(0, $1 - width($0))) }
                .joined(separator: "  ")
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
    }

    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
    }
}
