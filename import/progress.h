/* How far a long step has come, its rate and the time left: a line rewritten on a terminal, or a
 * line now and then in a log. */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct progress {
    FILE *out;
    bool lines;                   /* each time a line of its own: no terminal */
    const char *what;             /* "reading", "writing"; borrowed */
    struct timespec began, shown; /* of the step */
    bool visible;                 /* a line is on the terminal */
};

/* Begins a step. out: NULL shows nothing. */
void progress_begin(struct progress *progress, FILE *out, bool lines, const char *what);

/* Shows `n` things done of a step of which `done` (0 .. 1) is behind; cheap, and shown five times a
 * second, in lines every five seconds. unit: "rows" … */
void progress_show(struct progress *progress, uint64_t n, const char *unit, double done);

/* Shows that a step is under way of which nobody knows how far it is. */
void progress_wait(struct progress *progress);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
