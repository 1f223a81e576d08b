#include "geo/snapshot.h"

#include "geo/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct snapshot {
    sqlite3 *db;
    char *path;
};

struct snapshot_row {
    sqlite3_stmt *statement;
    const char *why; /* the rule broken, or NULL */
    int bad_column;  /* first column refused, or -1 */
};

enum { HEADER_SIZE = 100 };

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The header says what the file is, before SQLite reads anything of it. */
static enum atlas_status check_header(const char *path, const uint8_t *header, size_t size,
                                      uint64_t file_size, struct atlas_error *error)
{
    if (size < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is no atlas database; make one with passerelle-import", path);
    if (big_endian(header + 68) != ATLAS_APPLICATION_ID)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is a database, but not of the atlas; make one with passerelle-import",
                          path);
    if (big_endian(header + 60) != ATLAS_USER_VERSION)
        return atlas_fail(error, ATLAS_WRONG_SCHEMA,
                          "%s is an atlas database of version %u, and this programme reads version "
                          "%d; import it again",
                          path, big_endian(header + 60), ATLAS_USER_VERSION);
    if (header[18] != 1 || header[19] != 1)
        return atlas_fail(error, ATLAS_LOCKED,
                          "%s is in WAL mode, so it is no published file; import it again", path);
    uint32_t page = (uint32_t)header[16] << 8 | header[17];
    if (page == 1) page = 65536;
    uint64_t pages = big_endian(header + 28);
    if (page < 512 || (page & (page - 1)) != 0 || pages == 0 || pages * page != file_size)
        return atlas_fail(error, ATLAS_CORRUPT,
                          "%s is damaged: it has %llu bytes and should have %llu; restore it or "
                          "import it again",
                          path, (unsigned long long)file_size, (unsigned long long)(pages * page));
    return ATLAS_OK;
}

static enum atlas_status check_file(const char *path, struct atlas_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return atlas_fail(error, errno == ENOENT ? ATLAS_NOT_FOUND : ATLAS_IO,
                          "cannot open the database %s: %s", path, strerror(errno));
    uint8_t header[HEADER_SIZE];
    struct stat state;
    ssize_t size = -1;
    if (fstat(file, &state) == 0 && S_ISREG(state.st_mode))
        size = pread(file, header, sizeof header, 0);
    else
        errno = EINVAL;
    int reason = errno;
    close(file);
    if (size < 0)
        return atlas_fail(error, ATLAS_IO, "cannot read the database %s: %s", path,
                          strerror(reason));
    return check_header(path, header, (size_t)size, (uint64_t)state.st_size, error);
}

static enum atlas_status check_no_journal(const char *path, struct atlas_error *error)
{
    static const char *const endings[] = {"-journal", "-wal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(path) + strlen(endings[i]) + 1;
        char *journal = malloc(size);
        if (!journal) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
        snprintf(journal, size, "%s%s", path, endings[i]);
        bool there = access(journal, F_OK) == 0;
        free(journal);
        if (there)
            return atlas_fail(error, ATLAS_LOCKED,
                              "%s%s lies beside the database: a writer is at work or was killed; "
                              "run passerelle-import once more, it recovers the file",
                              path, endings[i]);
    }
    return ATLAS_OK;
}

/* What SQLite said, as a status and a sentence of ours. */
static enum atlas_status fail_sqlite(const struct snapshot *snapshot, int code, const char *what,
                                     struct atlas_error *error)
{
    enum atlas_status status;
    switch (code & 0xFF) {
    case SQLITE_NOMEM:
        status = ATLAS_NO_MEMORY;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = ATLAS_LOCKED;
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        status = ATLAS_IO;
        break;
    default: /* also a table or column that is missing: the version promised it */
        status = ATLAS_CORRUPT;
        break;
    }
    return atlas_fail(error, status, "cannot read %s of the database %s: %s%s", what,
                      snapshot->path, sqlite3_errmsg(snapshot->db),
                      status == ATLAS_CORRUPT ? "; restore it or import it again" : "");
}

static int configure(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, SNAPSHOT_MAX_BLOB);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 1);
    int code = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (code == SQLITE_OK) code = sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (code == SQLITE_OK) code = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    if (code == SQLITE_OK) code = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    /* mmap_size=0: a file cut while it is read must be an error, not a SIGBUS. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(db,
                            "PRAGMA query_only=1; PRAGMA mmap_size=0; PRAGMA cell_size_check=1;"
                            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; BEGIN;"
                            "SELECT count(*) FROM sqlite_schema;",
                            NULL, NULL, NULL);
    return code;
}

enum atlas_status snapshot_open(const char *path, struct snapshot **snapshot,
                                struct atlas_error *error)
{
    enum atlas_status status = check_file(path, error);
    if (status == ATLAS_OK) status = check_no_journal(path, error);
    if (status) return status;
    struct snapshot *opened = calloc(1, sizeof *opened);
    if (opened) opened->path = strdup(path);
    if (!opened || !opened->path) {
        snapshot_free(opened);
        return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    }
    int code = sqlite3_open_v2(path, &opened->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) code = configure(opened->db);
    if (code != SQLITE_OK) {
        status = fail_sqlite(opened, code, "the schema", error);
        snapshot_free(opened);
        return status;
    }
    *snapshot = opened;
    return ATLAS_OK;
}

void snapshot_free(struct snapshot *snapshot)
{
    if (!snapshot) return;
    sqlite3_close(snapshot->db);
    free(snapshot->path);
    free(snapshot);
}

/* Says which rule a visited row broke. */
static enum atlas_status fail_row(const struct snapshot *snapshot, const struct snapshot_row *row,
                                  const char *what, struct atlas_error *error)
{
    if (row->why)
        return atlas_fail(error, ATLAS_CORRUPT,
                          "the database %s is damaged: a %s %s; restore it or import it again",
                          snapshot->path, what, row->why);
    return atlas_fail(error, ATLAS_CORRUPT,
                      "the database %s is damaged: a %s has an impossible %s; restore it or import "
                      "it again",
                      snapshot->path, what, sqlite3_column_name(row->statement, row->bad_column));
}

enum atlas_status snapshot_each(struct snapshot *snapshot, const char *what, const char *sql,
                                snapshot_visit *visit, void *context, struct atlas_error *error)
{
    struct snapshot_row row = {NULL, NULL, -1};
    int code = sqlite3_prepare_v2(snapshot->db, sql, -1, &row.statement, NULL);
    enum atlas_status status = ATLAS_OK;
    if (code == SQLITE_OK) {
        while (status == ATLAS_OK && (code = sqlite3_step(row.statement)) == SQLITE_ROW) {
            status = visit(&row, context);
            if (row.why || row.bad_column >= 0) status = fail_row(snapshot, &row, what, error);
        }
    }
    if (status == ATLAS_OK && code != SQLITE_DONE)
        status = fail_sqlite(snapshot, code, what, error);
    if (status == ATLAS_NO_MEMORY) atlas_fail(error, status, "out of memory");
    sqlite3_finalize(row.statement);
    return status;
}

static void refuse_column(struct snapshot_row *row, int column)
{
    if (row->bad_column < 0) row->bad_column = column;
}

const char *snapshot_text(struct snapshot_row *row, int column)
{
    int type = sqlite3_column_type(row->statement, column);
    if (type == SQLITE_NULL) return NULL;
    const char *text =
        type == SQLITE_TEXT ? (const char *)sqlite3_column_text(row->statement, column) : NULL;
    if (text && sqlite3_column_bytes(row->statement, column) <= SNAPSHOT_MAX_TEXT) return text;
    refuse_column(row, column);
    return NULL;
}

const char *snapshot_required_text(struct snapshot_row *row, int column)
{
    const char *text = snapshot_text(row, column);
    if (text) return text;
    refuse_column(row, column);
    return "";
}

int64_t snapshot_integer(struct snapshot_row *row, int column, int64_t low, int64_t high,
                         int64_t if_null)
{
    int type = sqlite3_column_type(row->statement, column);
    if (type == SQLITE_NULL) return if_null;
    int64_t value = sqlite3_column_int64(row->statement, column);
    if (type == SQLITE_INTEGER && value >= low && value <= high) return value;
    refuse_column(row, column);
    return if_null;
}

double snapshot_real(struct snapshot_row *row, int column)
{
    int type = sqlite3_column_type(row->statement, column);
    if (type == SQLITE_NULL) return NAN;
    double value = sqlite3_column_double(row->statement, column);
    if ((type == SQLITE_FLOAT || type == SQLITE_INTEGER) && isfinite(value)) return value;
    refuse_column(row, column);
    return NAN;
}

const uint8_t *snapshot_blob(struct snapshot_row *row, int column, size_t *length)
{
    *length = 0;
    int type = sqlite3_column_type(row->statement, column);
    if (type == SQLITE_NULL) return NULL;
    const uint8_t *blob = type == SQLITE_BLOB ? sqlite3_column_blob(row->statement, column) : NULL;
    if (!blob) {
        refuse_column(row, column);
        return NULL;
    }
    *length = (size_t)sqlite3_column_bytes(row->statement, column);
    return blob;
}

enum atlas_status snapshot_refuse(struct snapshot_row *row, const char *why)
{
    row->why = why;
    return ATLAS_CORRUPT;
}
