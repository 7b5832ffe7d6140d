import Kernel

/// What a camera wrote beside its picture (CIPA DC-008, "Exif"), as far as it is of use. Whatever is missing, broken or
/// impossible is unknown. Three directories are read once each and no chain is followed, so no file can make it long.
struct Exif: Equatable {
    private(set) var orientation = Orientation.upright
    private(set) var takenAt: Instant?
    private(set) var place: Coordinate?

    /// Nothing is known.
    init() {}

    /// Reads a TIFF structure: "II" or "MM", 42, the offset of the first directory.
    init(tiff: ArraySlice<UInt8>) {
        let order: ByteReader.Order
        if tiff.starts(with: "II".utf8) {
            order = .littleEndian
        } else if tiff.starts(with: "MM".utf8) {
            order = .bigEndian
        } else {
            return
        }
        let reader = ByteReader(bytes: tiff, order: order)
        guard reader.number(at: 2, size: 2) == 42, let first = reader.number(at: 4, size: 4) else { return }
        let main = ExifDirectory(reader, at: first)
        orientation = main.number(0x0112).flatMap(Orientation.init) ?? .upright
        let camera = main.number(0x8769).map { ExifDirectory(reader, at: $0) }
        let satellites = main.number(0x8825).map { ExifDirectory(reader, at: $0) }
        place = satellites.flatMap(Self.place)
        takenAt = camera.flatMap(Self.time) ?? satellites.flatMap(Self.satelliteTime)
    }

    /// DateTimeOriginal "2026:06:30 10:12:33" with OffsetTimeOriginal "+08:00"; without one it is China's time.
    private static func time(_ camera: ExifDirectory) -> Instant? {
        guard let text = camera.text(0x9003), text.count >= 19,
            let day = day(text.prefix(10)),
            let hour = digits(text[11..<13]), let minute = digits(text[14..<16]), let second = digits(text[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let local = Int64(hour * 3600 + minute * 60 + second)
        let offset = camera.text(0x9011).flatMap(offset) ?? 8 * 3600
        return Instant(milliseconds: Int64(day.number) * 86_400_000).adding(seconds: local - Int64(offset))
    }

    /// GPSDateStamp "2026:06:30" and GPSTimeStamp, which are UTC.
    private static func satelliteTime(_ satellites: ExifDirectory) -> Instant? {
        guard let day = satellites.text(0x1D).flatMap({ day($0.prefix(10)) }),
            let time = satellites.fractions(0x07, count: 3), time[0] < 24, time[1] < 60, time[2] < 60
        else { return nil }
        let seconds = time[0] * 3600 + time[1] * 60 + time[2]
        return Instant(milliseconds: Int64(day.number) * 86_400_000 + Int64(seconds * 1000))
    }

    private static func day(_ text: ArraySlice<UInt8>) -> Day? {
        guard text.count == 10, let year = digits(text.prefix(4)), let month = digits(text.dropFirst(5).prefix(2)),
            let day = digits(text.suffix(2))
        else { return nil }
        return Day(year: year, month: month, day: day)
    }

    /// Seconds east of Greenwich: "+08:00". Nil for anything else, and beyond the fourteen hours there are.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.count == 6, let hours = digits(text[1..<3]), let minutes = digits(text[4..<6]), hours <= 14,
            minutes < 60
        else { return nil }
        switch text[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    private static func digits(_ text: ArraySlice<UInt8>) -> Int? {
        guard text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Nil when a half is missing, not on Earth, or 0, 0: what a receiver writes that knows nothing yet.
    private static func place(_ satellites: ExifDirectory) -> Coordinate? {
        guard let latitude = angle(satellites, 0x02, reference: 0x01, positive: "N", negative: "S"),
            let longitude = angle(satellites, 0x04, reference: 0x03, positive: "E", negative: "W"),
            abs(latitude) <= 90, abs(longitude) <= 180, latitude != 0 || longitude != 0
        else { return nil }
        return Coordinate(longitude: longitude, latitude: latitude)
    }

    /// Degrees, minutes and seconds, which side of the line told by a letter.
    private static func angle(
        _ satellites: ExifDirectory, _ tag: Int, reference: Int, positive: Character, negative: Character
    ) -> Double? {
        guard let parts = satellites.fractions(tag, count: 3), parts[1] <= 60, parts[2] <= 60,
            let letter = satellites.text(reference)?.first.map({ Character(UnicodeScalar($0)) })
        else { return nil }
        let degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
        return letter == positive ? degrees : letter == negative ? -degrees : nil
    }
}

/// One directory of a TIFF structure: entries of twelve bytes, each a tag, type, count, and the value or its offset.
struct ExifDirectory {
    private struct Entry {
        let type: Int
        let count: Int
        /// Where the value lies, if it fits into four bytes.
        let inlineOffset: Int
    }

    /// Cameras write some fifty.
    private static let mostEntries = 1000
    /// Longer than any text that is read.
    private static let longestText = 64

    private let reader: ByteReader
    private var entries: [Int: Entry] = [:]

    /// Without entries when it lies outside; with those before its end when it is cut. Of a tag the first counts.
    init(_ reader: ByteReader, at offset: Int) {
        self.reader = reader
        let count = min(reader.number(at: offset, size: 2) ?? 0, Self.mostEntries)
        for index in 0..<count {
            let start = offset + 2 + index * 12
            guard let tag = reader.number(at: start, size: 2), let type = reader.number(at: start + 2, size: 2),
                let values = reader.number(at: start + 4, size: 4)
            else { return }
            if entries[tag] == nil { entries[tag] = Entry(type: type, count: values, inlineOffset: start + 8) }
        }
    }

    /// A single SHORT or LONG.
    func number(_ tag: Int) -> Int? {
        guard let entry = entries[tag], entry.count == 1 else { return nil }
        return switch entry.type {
        case 3: reader.number(at: entry.inlineOffset, size: 2)
        case 4: reader.number(at: entry.inlineOffset, size: 4)
        default: nil
        }
    }

    /// An ASCII value up to its zero, counted from index 0.
    func text(_ tag: Int) -> ArraySlice<UInt8>? {
        guard let entry = entries[tag], entry.type == 2, (1...Self.longestText).contains(entry.count),
            let offset = entry.count <= 4 ? entry.inlineOffset : reader.number(at: entry.inlineOffset, size: 4),
            let field = reader.field(at: offset, count: entry.count)
        else { return nil }
        return Array(field.prefix { $0 != 0 })[...]
    }

    /// So many RATIONALs, two LONGs each; nil when one is divided by zero.
    func fractions(_ tag: Int, count: Int) -> [Double]? {
        guard let entry = entries[tag], entry.type == 5, entry.count == count,
            let offset = reader.number(at: entry.inlineOffset, size: 4)
        else { return nil }
        var result: [Double] = []
        for start in stride(from: offset, to: offset + count * 8, by: 8) {
            guard let above = reader.number(at: start, size: 4), let below = reader.number(at: start + 4, size: 4),
                below != 0
            else { return nil }
            result.append(Double(above) / Double(below))
        }
        return result
    }
}
