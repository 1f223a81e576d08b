/* Result codes: every function of ours that can fail returns one, and its results go through
 * its last pointers. On any code but ATLAS_OK nothing is written there unless the header says so.
 *
 * Codes say what kind of thing happened; `struct atlas_error` also carries the sentence for a
 * person. HTTP codes and exit codes are decided at the edge (server/respond, the mains).
 */
#ifndef GEO_STATUS_H
#define GEO_STATUS_H

enum atlas_status {
    ATLAS_OK = 0,
    ATLAS_NO_MEMORY,    /* an allocation failed */
    ATLAS_INVALID,      /* input is malformed; the message names what, where and what is allowed */
    ATLAS_NOT_FOUND,    /* well formed, but there is no such thing */
    ATLAS_GONE,         /* there was such a thing; it was withdrawn */
    ATLAS_IO,           /* reading or writing failed; errno's text is in the message */
    ATLAS_FULL,         /* the disk is full */
    ATLAS_CORRUPT,      /* a file of ours is damaged */
    ATLAS_WRONG_SCHEMA, /* a sound file of another kind or version */
    ATLAS_LOCKED,       /* another process holds it */
    ATLAS_TOO_LARGE,    /* a limit was met; the message names the limit and its option */
    ATLAS_UNSUPPORTED,  /* understood, but not offered */
    ATLAS_BUSY,         /* try again shortly */
    ATLAS_CANCELLED     /* asked to stop */
};

/* What went wrong, for a person: one sentence, UTF-8, no newline, always terminated. It says
 * what is wrong, where, and what to do. */
struct atlas_error {
    enum atlas_status status;
    char message[1000];
};

/* Name of a code, e.g. "not found". Static; never NULL, also for values outside the enum. */
const char *atlas_status_text(enum atlas_status status);

/* Fills *error (which may be NULL) and returns status, so that a caller can write
 * `return atlas_fail(error, ATLAS_IO, "cannot read %s: %s", path, strerror(errno));`
 * A text longer than the message is cut at a UTF-8 boundary. */
enum atlas_status atlas_fail(struct atlas_error *error, enum atlas_status status,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

#define ATLAS_MUST_CHECK __attribute__((warn_unused_result))

#endif
