/* What a reader of one format does, inside the dataset's child process: send a header, then rows.
 * Only import/dataset and the readers include this. */
#ifndef IMPORT_DATASET_READER_H
#define IMPORT_DATASET_READER_H

#include "import/dataset.h"
#include "import/encoding.h"

/* The work for jail_start(): reads the job's file, writes messages to output. */
struct dataset_job {
    int file; /* open at its start */
    const struct dataset_options *options;
};
int dataset_work(void *job, int output);

/* Its exit codes besides 0. */
enum { DATASET_NO_MEMORY = 1, DATASET_UNHEARD = 2 };

/* Messages: one letter, the length of what follows as 32 bits, then that. A text is its length as
 * 32 bits (DATASET_NO_TEXT: none), its bytes and a NUL. */
enum message {
    MESSAGE_FORMAT = 'F',   /* text */
    MESSAGE_HEADER = 'H',   /* as a row */
    MESSAGE_ROW = 'R',      /* line as 64 bits; problem, column, note; cells as 32 bits, cells */
    MESSAGE_POSITION = 'P', /* 64 bits */
    MESSAGE_ERROR = 'E',    /* enum atlas_status as 32 bits, text */
    MESSAGE_END = 'Z'       /* SHA-256 as text */
};
#define DATASET_NO_TEXT UINT32_MAX

/* Sends messages to the parent. After a failed write the process ends: nobody listens. */
struct row_sink;

/* In this order: format, header, then rows. `format` as dataset_format() gives it. */
void sink_format(struct row_sink *sink, const char *format);
void sink_header(struct row_sink *sink, const struct dataset_row *header);
void sink_row(struct row_sink *sink, const struct dataset_row *row);

/* Bytes of the file read so far; sent on when convenient. */
void sink_position(struct row_sink *sink, uint64_t bytes);

/* A CSV file. census: of its whole content. Messages need not name the file. */
enum atlas_status read_csv(int file, const struct encoding_census *census,
                           const struct dataset_options *options, struct row_sink *sink,
                           struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
