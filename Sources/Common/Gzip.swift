import CDeflate

/// The bytes as one gzip member (RFC 1952) without name or time: equal bytes give equal bytes. Nil when there is no
/// memory.
public func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
    guard let packer = libdeflate_alloc_compressor(fastLevel) else { return nil }
    defer { libdeflate_free_compressor(packer) }
    let packed = [UInt8](unsafeUninitializedCapacity: libdeflate_gzip_compress_bound(packer, bytes.count)) {
        out, count in
        count = bytes.withUnsafeBytes {
            libdeflate_gzip_compress(packer, $0.baseAddress, $0.count, out.baseAddress, out.count)
        }
    }
    return packed.isEmpty ? nil : packed
}

/// Tiles are packed anew for each reader: a few per cent more bytes cost less than the time to save them.
private let fastLevel: CInt = 1
