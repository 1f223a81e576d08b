/* What import/merge*.c share; nobody else includes this. */
#ifndef IMPORT_MERGE_INTERNAL_H
#define IMPORT_MERGE_INTERNAL_H

#include "import/key_table.h"
#include "import/merge.h"
#include "import/spill.h"

/* A partnership that is in memory. */
struct held {
    struct import_partnership partnership;
    uint32_t position;
    int64_t kept_at; /* where the disk has it as it is here; -1: nowhere */
};

struct merger {
    struct merger_setting setting;
    struct key_table *keys; /* of what makes rows the same: position + 1 */
    struct held *held;      /* those in memory */
    size_t n_held, held_capacity;
    int64_t *where; /* by position: where it is set aside, or -1 - its index in held */
    size_t n, capacity;
    struct spill *spill;
    struct bytes packed;
};

/* Takes what a row says into its partnership. Out of memory: the pool says so. */
void merge_row(struct merger *merger, struct import_partnership *into,
               const struct import_partnership *row);

#endif
