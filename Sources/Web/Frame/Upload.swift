import Common
import Foundation
import Kernel
import NIOCore

/// A form with files, already on disk.
public struct Upload: Sendable {
    public struct File: Sendable {
        /// As the sender called it; never used as a path.
        public let name: String
        public let path: String
        public let size: Int
    }

    /// Bytes of all parts together where a route does not allow more: many files are not many times the limit of one.
    public static let usualLimit = MultipartReader.fileLimit + MultipartReader.partLimit * MultipartReader.fieldLimit

    public let form: FormData
    /// In the order in which they were sent.
    let sent: [(field: String, file: File)]
    let folder: URL

    /// By field name; the last of a field that brought several.
    public var files: [String: File] { Dictionary(sent.map { ($0.field, $0.file) }, uniquingKeysWith: { $1 }) }

    /// All that a field brought.
    public func files(of field: String) -> [File] { sent.filter { $0.field == field }.map(\.file) }

    /// Takes the temporary files away.
    func discard() {
        try? FileManager.default.removeItem(at: folder)
    }
}

/// Reads `multipart/form-data` (RFC 7578) as it arrives: files go to disk, fields stay small, memory stays bounded.
struct MultipartReader {
    static let fileLimit = FileStore.largestFile
    static let fieldLimit = 64 << 10
    static let partLimit = 64
    private static let headLimit = 8 << 10

    private enum State { case preamble, head, body, end }

    private let delimiter: [UInt8]
    private let folder: URL
    private let limit: Int
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0
    private var name = ""
    private var fileName: String?
    private var value: [UInt8] = []
    private var sink: DiskFile?
    private var size = 0
    private var total = 0
    private var fields: [(name: String, value: String)] = []
    private var files: [(field: String, file: Upload.File)] = []

    /// - Parameter limit: bytes of all parts together.
    init(contentType: String, folder: URL, limit: Int = Upload.usualLimit) throws {
        guard contentType.hasPrefix("multipart/form-data"),
            let boundary = contentType.split(separator: ";").lazy.compactMap(Self.boundary).first,
            (1...70).contains(boundary.utf8.count)
        else { throw Self.malformed }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // As if a line had ended before the first delimiter, which then looks like all others.
        buffer = Array("\r\n".utf8)
        self.folder = folder
        self.limit = limit
        try Disk.makeFolder(folder.path)
    }

    private static func boundary(_ parameter: Substring) -> String? {
        let pair = parameter.drop { $0 == " " }
        guard pair.hasPrefix("boundary=") else { return nil }
        return String(pair.dropFirst(9)).filter { $0 != "\"" }
    }

    mutating func take(_ bytes: ByteBuffer) throws {
        total += bytes.readableBytes
        guard total <= limit else { throw Self.tooLarge(limit, field: nil) }
        buffer.append(contentsOf: bytes.readableBytesView)
        while try step() {}
    }

    func finish() throws -> Upload {
        guard state == .end else { throw Self.malformed }
        return Upload(form: FormData(fields), sent: files, folder: folder)
    }

    /// Moves on as far as the buffer allows; false when more must arrive.
    private mutating func step() throws -> Bool {
        switch state {
        case .preamble, .body: return try passBody()
        case .head: return try readHead()
        case .end:
            buffer.removeAll()
            return false
        }
    }

    private mutating func passBody() throws -> Bool {
        if let found = buffer.firstIndex(of: delimiter) {
            guard buffer.count >= found + delimiter.count + 2 else { return false }
            try put(buffer[..<found])
            try endPart()
            let after = buffer[(found + delimiter.count)...].prefix(2)
            state = after.elementsEqual("--".utf8) ? .end : .head
            guard state == .end || after.elementsEqual("\r\n".utf8) else { throw Self.malformed }
            buffer.removeFirst(found + delimiter.count + 2)
            return true
        }
        let surplus = buffer.count - delimiter.count
        if surplus > 0 {
            try put(buffer[..<surplus])
            buffer.removeFirst(surplus)
        }
        return false
    }

    private mutating func readHead() throws -> Bool {
        guard let end = buffer.firstIndex(of: Array("\r\n\r\n".utf8)) else {
            guard buffer.count < Self.headLimit else { throw Self.malformed }
            return false
        }
        parts += 1
        guard parts <= Self.partLimit, let head = String(validating: buffer[..<end], as: UTF8.self) else {
            throw Self.malformed
        }
        let disposition = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let disposition, let name = Self.parameter("name", of: disposition) else { throw Self.malformed }
        self.name = name
        fileName = Self.parameter("filename", of: disposition)
        value = []
        size = 0
        if fileName != nil {
            sink = try DiskFile(folder.appending(path: String(parts)).path, for: .creating)
        }
        buffer.removeFirst(end + 4)
        state = .body
        return true
    }

    private static func parameter(_ name: String, of disposition: Substring) -> String? {
        guard let start = disposition.range(of: "; \(name)=\"") else { return nil }
        let rest = disposition[start.upperBound...]
        // Browsers write a quote in a name as %22.
        return rest.firstIndex(of: "\"").map { String(rest[..<$0]).replacingOccurrences(of: "%22", with: "\"") }
    }

    private mutating func put(_ bytes: ArraySlice<UInt8>) throws {
        guard state == .body else { return }
        size += bytes.count
        if let sink {
            guard size <= Self.fileLimit else { throw Self.tooLarge(Self.fileLimit, field: name) }
            try sink.append(bytes)
        } else {
            guard size <= Self.fieldLimit else {
                throw Refusal(
                    .tooLarge, "form.large", zh: "字段“\(name)”过长。", en: "The field “\(name)” is too long.", field: name)
            }
            value.append(contentsOf: bytes)
        }
    }

    private mutating func endPart() throws {
        guard state == .body else { return }
        if let fileName {
            sink = nil
            // An empty choice is sent as a part without a name.
            if !fileName.isEmpty || size > 0 {
                let path = folder.appending(path: String(parts)).path
                files.append((name, Upload.File(name: String(fileName.suffix(200)), path: path, size: size)))
            }
        } else {
            guard let text = String(validating: value, as: UTF8.self) else { throw Self.malformed }
            fields.append((name, text))
        }
    }

    private static func tooLarge(_ limit: Int, field: String?) -> Refusal {
        Refusal(
            .tooLarge, "upload.large", zh: "文件超过 \(limit >> 20) MB；请拆分后分次上传。",
            en: "The file is over \(limit >> 20) MB; split it and upload the parts.", field: field)
    }

    private static var malformed: Refusal {
        Refusal("upload.malformed", zh: "上传的内容不完整或格式有误，请重试。", en: "The upload is incomplete or malformed; try again.")
    }
}

extension [UInt8] {
    /// Where `pattern` begins for the first time.
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        guard count >= pattern.count else { return nil }
        return withUnsafeBufferPointer { bytes in
            var start = 0
            let last = bytes.count - pattern.count
            while start <= last, let found = bytes[start...last].firstIndex(of: pattern[0]) {
                if bytes[found..<found + pattern.count].elementsEqual(pattern) { return found }
                start = found + 1
            }
            return nil
        }
    }
}
