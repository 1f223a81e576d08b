#include "import/progress.h"

#include <inttypes.h>

static const double every_s = 0.2, line_every_s = 5;

static double between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void progress_begin(struct progress *progress, FILE *out, bool lines, const char *what)
{
    *progress = (struct progress){.out = out, .lines = lines, .what = what};
    clock_gettime(CLOCK_MONOTONIC, &progress->began);
    progress->shown = progress->began;
}

void progress_show(struct progress *progress, uint64_t n, const char *unit, double done)
{
    struct timespec now;
    if (!progress->out || n % 64 != 0) return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (between(&progress->shown, &now) < (progress->lines ? line_every_s : every_s)) return;
    progress->shown = now;
    progress->visible = !progress->lines;
    double seconds = between(&progress->began, &now);
    fprintf(progress->out, "%s%s: %" PRIu64 " %s, %.0f %%, %.0f %s/s", progress->lines ? "" : "\r",
            progress->what, n, unit, 100 * done, (double)n / seconds, unit);
    if (done > 0.01) fprintf(progress->out, ", %.0f s left", seconds / done - seconds);
    fputs(progress->lines ? "\n" : "   ", progress->out);
    fflush(progress->out);
}

void progress_wait(struct progress *progress)
{
    if (!progress->out) return;
    progress->visible = !progress->lines;
    /* What is printed next stands in its place. */
    fprintf(progress->out, "%s%s …%s", progress->lines ? "" : "\r\033[K", progress->what,
            progress->lines ? "\n" : "\r");
    fflush(progress->out);
}

void progress_end(struct progress *progress)
{
    if (progress->visible) fputs("\r\033[K", progress->out);
    progress->visible = false;
}
