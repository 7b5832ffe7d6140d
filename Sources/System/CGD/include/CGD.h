#ifndef CGD_H
#define CGD_H

/// libgd, one function that is stricter than it, and zlib for its checksum.

#include <gd.h>
#include <stdint.h>
#include <zlib.h>

typedef enum : int32_t { CGD_JPEG, CGD_PNG, CGD_WEBP } cgd_kind;

/// The picture in these bytes, owned by the caller. Null when it is damaged or memory is short: also where libgd alone
/// would make do with a JPEG of which a part is missing or garbled. For any number of threads at once.
gdImagePtr cgd_decode(cgd_kind kind, const void *bytes, int count);

#endif
