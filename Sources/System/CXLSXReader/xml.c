#include "CXLSXReader.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

/// The push parser's events are kept flat until the caller has read them, so that a sheet of millions of cells needs
/// neither a tree nor a call back into another language per event.
struct cxlsx_xml {
    xmlParserCtxtPtr parser;
    const xmlChar *names[CXLSX_NAME_count];
    cxlsx_event *events;
    size_t event_count, event_capacity;
    uint8_t *text;
    size_t text_count, text_capacity;
    cxlsx_status status;
};

static const char *const known_names[CXLSX_NAME_count] = {
    [CXLSX_NAME_c] = "c", [CXLSX_NAME_v] = "v", [CXLSX_NAME_r] = "r", [CXLSX_NAME_s] = "s", [CXLSX_NAME_t] = "t",
    [CXLSX_NAME_is] = "is", [CXLSX_NAME_f] = "f", [CXLSX_NAME_row] = "row", [CXLSX_NAME_si] = "si",
    [CXLSX_NAME_rPh] = "rPh", [CXLSX_NAME_sheetData] = "sheetData", [CXLSX_NAME_mergeCell] = "mergeCell",
    [CXLSX_NAME_ref] = "ref", [CXLSX_NAME_sheet] = "sheet", [CXLSX_NAME_name] = "name", [CXLSX_NAME_state] = "state",
    [CXLSX_NAME_id] = "id", [CXLSX_NAME_workbookPr] = "workbookPr", [CXLSX_NAME_date1904] = "date1904",
    [CXLSX_NAME_numFmt] = "numFmt", [CXLSX_NAME_numFmtId] = "numFmtId", [CXLSX_NAME_formatCode] = "formatCode",
    [CXLSX_NAME_cellXfs] = "cellXfs", [CXLSX_NAME_xf] = "xf", [CXLSX_NAME_Relationship] = "Relationship",
    [CXLSX_NAME_Id] = "Id", [CXLSX_NAME_Type] = "Type", [CXLSX_NAME_Target] = "Target",
};

static void stop(cxlsx_xml *xml, cxlsx_status status) {
    if (xml->status == CXLSX_OK) xml->status = status;
    xmlStopParser(xml->parser);
}

/// The parser interns names in its dictionary, so that equal names are equal pointers.
static cxlsx_name name_of(const cxlsx_xml *xml, const xmlChar *name) {
    for (int index = 1; index < CXLSX_NAME_count; index++)
        if (xml->names[index] == name) return (cxlsx_name)index;
    return CXLSX_OTHER;
}

static void add(cxlsx_xml *xml, cxlsx_event_kind kind, cxlsx_name name, const xmlChar *text, size_t length) {
    if (xml->status != CXLSX_OK) return;
    if (xml->event_count == xml->event_capacity) {
        size_t capacity = xml->event_capacity * 2;
        cxlsx_event *events = realloc(xml->events, capacity * sizeof *events);
        if (events == NULL) { stop(xml, CXLSX_NO_MEMORY); return; }
        xml->events = events;
        xml->event_capacity = capacity;
    }
    if (length > xml->text_capacity - xml->text_count) {
        size_t capacity = (xml->text_capacity + length) * 2;
        uint8_t *bytes = capacity > UINT32_MAX ? NULL : realloc(xml->text, capacity);
        if (bytes == NULL) { stop(xml, CXLSX_NO_MEMORY); return; }
        xml->text = bytes;
        xml->text_capacity = capacity;
    }
    if (length > 0) memcpy(xml->text + xml->text_count, text, length);
    xml->events[xml->event_count++] = (cxlsx_event){
        .start = (uint32_t)xml->text_count, .length = (uint32_t)length, .kind = kind, .name = name,
    };
    xml->text_count += length;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **declared, int attributes, int defaulted, const xmlChar **values) {
    (void)prefix, (void)uri, (void)namespaces, (void)declared, (void)defaulted;
    cxlsx_xml *xml = ((xmlParserCtxtPtr)context)->_private;
    add(xml, CXLSX_START, name_of(xml, name), NULL, 0);
    // Each attribute is local name, prefix, URI, value's begin, value's end.
    for (int index = 0; index < attributes; index++, values += 5) {
        cxlsx_name attribute = name_of(xml, values[0]);
        if (attribute != CXLSX_OTHER) add(xml, CXLSX_ATTRIBUTE, attribute, values[3], (size_t)(values[4] - values[3]));
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    (void)prefix, (void)uri;
    cxlsx_xml *xml = ((xmlParserCtxtPtr)context)->_private;
    add(xml, CXLSX_END, name_of(xml, name), NULL, 0);
}

static void on_text(void *context, const xmlChar *text, int length) {
    add(((xmlParserCtxtPtr)context)->_private, CXLSX_TEXT, CXLSX_OTHER, text, (size_t)length);
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
    (void)name, (void)external, (void)system;
    stop(((xmlParserCtxtPtr)context)->_private, CXLSX_DOCUMENT_TYPE);
}

/// Only the five entities that XML itself defines.
static xmlEntityPtr on_entity(void *context, const xmlChar *name) {
    (void)context;
    return xmlGetPredefinedEntity(name);
}

cxlsx_xml *cxlsx_xml_open(void) {
    cxlsx_xml *xml = calloc(1, sizeof *xml);
    if (xml == NULL) return NULL;
    xml->event_capacity = 4096;
    xml->text_capacity = 65536;
    xml->events = malloc(xml->event_capacity * sizeof *xml->events);
    xml->text = malloc(xml->text_capacity);
    xmlSAXHandler handler;
    memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    handler.cdataBlock = on_text;
    handler.internalSubset = on_document_type;
    handler.getEntity = on_entity;
    if (xml->events != NULL && xml->text != NULL) xml->parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
    if (xml->parser == NULL) {
        cxlsx_xml_close(xml);
        return NULL;
    }
    xml->parser->_private = xml;
    // NOENT only makes `&amp;` in attributes an ampersand: without a document type there are no other entities.
    xmlCtxtUseOptions(xml->parser, XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    for (int index = 1; index < CXLSX_NAME_count; index++)
        xml->names[index] = xmlDictLookup(xml->parser->dict, (const xmlChar *)known_names[index], -1);
    return xml;
}

cxlsx_status cxlsx_xml_feed(cxlsx_xml *xml, const void *bytes, size_t count, bool last) {
    xml->event_count = 0;
    xml->text_count = 0;
    if (xml->status != CXLSX_OK) return xml->status;
    int code = xmlParseChunk(xml->parser, bytes, (int)count, last ? 1 : 0);
    if (xml->status != CXLSX_OK) return xml->status;
    // Other codes are about namespaces, whose prefixes nobody here asks for.
    if (code == XML_ERR_NO_MEMORY) xml->status = CXLSX_NO_MEMORY;
    else if (!xml->parser->wellFormed) xml->status = CXLSX_MALFORMED_XML;
    return xml->status;
}

const cxlsx_event *cxlsx_xml_events(const cxlsx_xml *xml, size_t *count) {
    *count = xml->event_count;
    return xml->events;
}

const uint8_t *cxlsx_xml_text(const cxlsx_xml *xml) { return xml->text; }

int64_t cxlsx_xml_line(const cxlsx_xml *xml) { return xml->parser->input == NULL ? 0 : xml->parser->input->line; }

void cxlsx_xml_close(cxlsx_xml *xml) {
    if (xml->parser != NULL) xmlFreeParserCtxt(xml->parser);
    free(xml->events);
    free(xml->text);
    free(xml);
}
