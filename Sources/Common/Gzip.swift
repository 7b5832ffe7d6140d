import CZlib

/// The bytes as one gzip member (RFC 1952) without name or time: equal bytes give equal bytes. Nil when there is no
/// memory.
public func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // 16 more than the largest window: gzip's frame instead of zlib's.
    let began = deflateInit2_(
        &stream, fastLevel, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        CInt(MemoryLayout<z_stream>.size))
    guard began == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var bytes = bytes
    var isDone = false
    let packed = [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { buffer, count in
        bytes.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(clamping: buffer.count)
            isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
        }
        count = isDone ? Int(stream.total_out) : 0
    }
    return isDone ? packed : nil
}

/// Of a demo city's tiles: six tenths of the default level's time for a fiftieth more bytes.
private let fastLevel: CInt = 4
