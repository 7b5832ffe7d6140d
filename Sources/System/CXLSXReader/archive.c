#include "CXLSXReader.h"

#include <stdlib.h>
#include <zip.h>

struct cxlsx_archive {
    zip_t *zip;
};

struct cxlsx_part {
    zip_file_t *file;
};

static cxlsx_status status_of(int code) {
    switch (code) {
    case ZIP_ER_OK: return CXLSX_OK;
    case ZIP_ER_NOENT: return CXLSX_NO_SUCH_PART;
    case ZIP_ER_MEMORY: return CXLSX_NO_MEMORY;
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_ENCRNOTSUPP: return CXLSX_ENCRYPTED;
    case ZIP_ER_COMPNOTSUPP: return CXLSX_UNSUPPORTED_COMPRESSION;
    case ZIP_ER_OPEN: return CXLSX_UNREADABLE;
    default: return CXLSX_BROKEN_ARCHIVE;
    }
}

cxlsx_archive *cxlsx_archive_open(const char *path, cxlsx_status *status) {
    int code = ZIP_ER_OK;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (zip == NULL) {
        *status = code == ZIP_ER_NOENT ? CXLSX_UNREADABLE : status_of(code);
        return NULL;
    }
    cxlsx_archive *archive = malloc(sizeof *archive);
    if (archive == NULL) {
        zip_discard(zip);
        *status = CXLSX_NO_MEMORY;
        return NULL;
    }
    archive->zip = zip;
    *status = CXLSX_OK;
    return archive;
}

void cxlsx_archive_close(cxlsx_archive *archive) {
    zip_discard(archive->zip);
    free(archive);
}

bool cxlsx_archive_has(cxlsx_archive *archive, const char *name) {
    return zip_name_locate(archive->zip, name, ZIP_FL_NOCASE) >= 0;
}

cxlsx_part *cxlsx_part_open(cxlsx_archive *archive, const char *name, cxlsx_status *status) {
    zip_int64_t index = zip_name_locate(archive->zip, name, ZIP_FL_NOCASE);
    if (index < 0) {
        *status = CXLSX_NO_SUCH_PART;
        return NULL;
    }
    zip_stat_t about;
    if (zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &about) == 0 && (about.valid & ZIP_STAT_ENCRYPTION_METHOD)
        && about.encryption_method != ZIP_EM_NONE) {
        *status = CXLSX_ENCRYPTED;
        return NULL;
    }
    zip_file_t *file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (file == NULL) {
        *status = status_of(zip_error_code_zip(zip_get_error(archive->zip)));
        return NULL;
    }
    cxlsx_part *part = malloc(sizeof *part);
    if (part == NULL) {
        zip_fclose(file);
        *status = CXLSX_NO_MEMORY;
        return NULL;
    }
    part->file = file;
    *status = CXLSX_OK;
    return part;
}

int64_t cxlsx_part_read(cxlsx_part *part, void *bytes, size_t capacity, cxlsx_status *status) {
    zip_int64_t count = zip_fread(part->file, bytes, capacity);
    *status = count >= 0 ? CXLSX_OK : status_of(zip_error_code_zip(zip_file_get_error(part->file)));
    if (count < 0 && *status == CXLSX_OK) *status = CXLSX_BROKEN_ARCHIVE;
    return count;
}

void cxlsx_part_close(cxlsx_part *part) {
    zip_fclose(part->file);
    free(part);
}
