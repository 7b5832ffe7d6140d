#include "CGD.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static _Thread_local bool is_damaged;

/// Takes the place of libgd's own method, which prints to stderr. Of libjpeg's warnings only the first is reported.
/// Bytes too many before a marker are a habit of some cameras; all others are about what could not be read.
static void note(int priority, const char *format, va_list arguments) {
    (void)priority;
    if (strstr(format, "recoverable error: %s") == NULL) return;
    const char *message = va_arg(arguments, const char *);
    if (strstr(message, "extraneous bytes") == NULL) is_damaged = true;
}

static void set_error_method(void) { gdSetErrorMethod(note); }

gdImagePtr cgd_decode(cgd_kind kind, const void *bytes, int count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_error_method);
    is_damaged = false;
    gdImagePtr image = NULL;
    // libgd only reads the bytes, whatever its parameter's type says.
    switch (kind) {
    case CGD_JPEG: image = gdImageCreateFromJpegPtrEx(count, (void *)bytes, 0); break;
    case CGD_PNG: image = gdImageCreateFromPngPtr(count, (void *)bytes); break;
    case CGD_WEBP: image = gdImageCreateFromWebpPtr(count, (void *)bytes); break;
    }
    if (image != NULL && is_damaged) {
        gdImageDestroy(image);
        return NULL;
    }
    return image;
}
