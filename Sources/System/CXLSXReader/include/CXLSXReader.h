#ifndef CXLSXREADER_H
#define CXLSXREADER_H

/// The two C libraries a workbook is read with, behind plain types. libxml2's headers stay inside: their module map
/// clashes with Foundation's.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What went wrong, as far as a person can be told something different about it.
typedef enum : int32_t {
    CXLSX_OK = 0,
    /// No ZIP archive, or a damaged one: no directory, a bad checksum, data that cannot be inflated.
    CXLSX_BROKEN_ARCHIVE,
    CXLSX_ENCRYPTED,
    /// A compression method that libzip was not built with.
    CXLSX_UNSUPPORTED_COMPRESSION,
    CXLSX_NO_SUCH_PART,
    CXLSX_UNREADABLE,
    CXLSX_MALFORMED_XML,
    /// The part declares a document type. Workbooks never do; entity bombs must.
    CXLSX_DOCUMENT_TYPE,
    CXLSX_NO_MEMORY,
} cxlsx_status;

// MARK: Archive: libzip

typedef struct cxlsx_archive cxlsx_archive;
typedef struct cxlsx_part cxlsx_part;

/// Null when it cannot be opened; `status` then says why.
cxlsx_archive *cxlsx_archive_open(const char *path, cxlsx_status *status);
void cxlsx_archive_close(cxlsx_archive *archive);

/// Whether there is a part of this name; case does not matter, as in OPC.
bool cxlsx_archive_has(cxlsx_archive *archive, const char *name);

/// One part's inflated bytes from the start. Null when it cannot be opened. Close it before its archive.
cxlsx_part *cxlsx_part_open(cxlsx_archive *archive, const char *name, cxlsx_status *status);
/// The number of bytes read, 0 at the end (the checksum was then right), -1 on failure with `status` saying why.
int64_t cxlsx_part_read(cxlsx_part *part, void *bytes, size_t capacity, cxlsx_status *status);
void cxlsx_part_close(cxlsx_part *part);

// MARK: XML: libxml2's push parser, no document tree, no entities, no network

typedef struct cxlsx_xml cxlsx_xml;

typedef enum : uint8_t { CXLSX_START, CXLSX_ATTRIBUTE, CXLSX_TEXT, CXLSX_END } cxlsx_event_kind;

/// Names that mean something in a workbook, without prefix. Everything else is `CXLSX_OTHER`.
typedef enum : uint8_t {
    CXLSX_OTHER = 0,
    CXLSX_NAME_c, CXLSX_NAME_v, CXLSX_NAME_r, CXLSX_NAME_s, CXLSX_NAME_t, CXLSX_NAME_is, CXLSX_NAME_f,
    CXLSX_NAME_row, CXLSX_NAME_si, CXLSX_NAME_rPh, CXLSX_NAME_sheetData, CXLSX_NAME_mergeCell, CXLSX_NAME_ref,
    CXLSX_NAME_sheet, CXLSX_NAME_name, CXLSX_NAME_state, CXLSX_NAME_id, CXLSX_NAME_workbookPr,
    CXLSX_NAME_date1904, CXLSX_NAME_numFmt, CXLSX_NAME_numFmtId, CXLSX_NAME_formatCode, CXLSX_NAME_cellXfs,
    CXLSX_NAME_xf, CXLSX_NAME_Relationship, CXLSX_NAME_Id, CXLSX_NAME_Type, CXLSX_NAME_Target,
    CXLSX_NAME_count
} cxlsx_name;

/// `length` bytes of UTF-8 at `start` of the text that came with the events: an attribute's value, a piece of text.
typedef struct {
    uint32_t start;
    uint32_t length;
    cxlsx_event_kind kind;
    cxlsx_name name;
} cxlsx_event;

/// Null when memory is short.
cxlsx_xml *cxlsx_xml_open(void);
/// Parses the next `count` bytes (at most 1 MiB), `last` with the end of the part. The events and the text of the call
/// before are gone afterwards. An element's attributes follow its start at once; unknown attributes are left out.
cxlsx_status cxlsx_xml_feed(cxlsx_xml *xml, const void *bytes, size_t count, bool last);
const cxlsx_event *cxlsx_xml_events(const cxlsx_xml *xml, size_t *count);
const uint8_t *cxlsx_xml_text(const cxlsx_xml *xml);
/// The line of the part that parsing stopped at.
int64_t cxlsx_xml_line(const cxlsx_xml *xml);
void cxlsx_xml_close(cxlsx_xml *xml);

#endif
