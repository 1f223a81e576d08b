/* A child process for reading somebody's file: limits on memory, CPU time and files, no network, no
 * other programmes, and gone when its parent is. What it finds out it writes to a pipe.
 *
 * Memory is limited as address space (RLIMIT_AS). A build with sanitizers maps terabytes of shadow,
 * so there the limit is on the resident memory, looked at twenty times a second.
 */
#ifndef IMPORT_JAIL_H
#define IMPORT_JAIL_H

#include "geo/status.h"

#include <stdint.h>
#include <sys/types.h>

struct jail_limits {
    uint64_t memory_bytes; /* 0: none */
    unsigned cpu_seconds;  /* 0: none */
    uint64_t file_bytes;   /* the largest file it may write, e.g. a temporary one; 0: none at all */
};

/* 1.5 GB, 120 s, 0. */
extern const struct jail_limits jail_default_limits;

struct jail {
    pid_t child; /* 0 when there is none */
    int output;  /* read end of the pipe, -1 when closed; close-on-exec */
    struct jail_limits limits;
};

/* What the child does: writes to output_fd, returns its exit code, 0 to 99. It runs in a fork of
 * the caller's process, so it sees argument as it was; the caller must have one thread. */
typedef int (*jail_work)(void *argument, int output_fd);

/* Starts work in a child. ATLAS_IO when there can be no child. On success read jail->output to its
 * end, then call jail_finish(). */
enum atlas_status jail_start(const struct jail_limits *limits, jail_work work, void *argument,
                             struct jail *jail, struct atlas_error *error) ATLAS_MUST_CHECK;

/* Waits for the child and closes the pipe. *exit_code (may be NULL) is what work returned.
 * ATLAS_TOO_LARGE: it met the memory or CPU limit; ATLAS_CORRUPT: it was ended by another signal
 * (the library that read the file crashed). subject names the file in the sentence. */
enum atlas_status jail_finish(struct jail *jail, const char *subject, int *exit_code,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

/* Ends the child at once and reaps it; harmless when there is none. */
void jail_kill(struct jail *jail);

#endif
