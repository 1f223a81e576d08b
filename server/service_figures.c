#include "server/service_figures.h"

#include "server/build_id.h"
#include "server/service.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static void figure(struct bytes *out, const char *name, const char *type, const char *help,
                   double value)
{
    bytes_append_format(out, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name, help, name, type, name,
                        value);
}

/* Resident memory in bytes; 0 where it can't be read. */
static double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long whole = 0, resident = 0;
    if (file && fscanf(file, "%lu %lu", &whole, &resident) != 2) resident = 0;
    if (file) fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static void write_process(struct bytes *out)
{
    struct rusage usage;
    figure(out, "process_resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
    if (getrusage(RUSAGE_SELF, &usage) != 0) return;
    figure(out, "process_cpu_seconds_total", "counter", "Processor time, user and system.",
           (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
}

static void write_cache(struct cache *cache, struct bytes *out)
{
    struct cache_figures figures;
    cache_figures(cache, &figures);
    figure(out, "passerelle_cache_hits_total", "counter", "Answers that were ready.",
           (double)figures.hits);
    figure(out, "passerelle_cache_misses_total", "counter", "Answers that had to be built.",
           (double)figures.misses);
    figure(out, "passerelle_cache_joined_total", "counter", "Requests that waited for a build.",
           (double)figures.joined);
    figure(out, "passerelle_cache_evicted_total", "counter", "Answers dropped for want of room.",
           (double)figures.evicted);
    figure(out, "passerelle_cache_bytes", "gauge", "Memory of ready answers.",
           (double)figures.bytes);
    figure(out, "passerelle_cache_entries", "gauge", "Ready answers.", (double)figures.entries);
}

static void write_edition(struct current *current, struct bytes *out)
{
    struct current_health health;
    current_health(current, &health);
    const struct edition *edition = current_edition(current);
    figure(out, "passerelle_edition_number", "gauge", "Number of the edition served.",
           edition->number);
    figure(out, "passerelle_edition_loaded_timestamp_seconds", "gauge", "When it was loaded.",
           (double)health.loaded_at);
    figure(out, "passerelle_edition_reloads_total", "counter", "Editions taken over.",
           health.reloads);
    figure(out, "passerelle_edition_failures_total", "counter", "Files that could not be loaded.",
           health.failures);
    figure(out, "passerelle_edition_stale", "gauge", "1 while a newer file can't be loaded.",
           health.failed_at ? 1 : 0);
    edition_release(edition);
}

void service_figures(void *context, struct bytes *out)
{
    struct service *service = context;
    size_t waiting, running;
    bytes_append_format(out,
                        "# HELP passerelle_build_info The build.\n# TYPE passerelle_build_info "
                        "gauge\npasserelle_build_info{version=\"%s\",build=\"%s\"} 1\n",
                        PASSERELLE_VERSION, build_id());
    metrics_write(service->metrics, out);
    write_cache(service->cache, out);
    workers_figures(service->workers, &waiting, &running);
    figure(out, "passerelle_queue_waiting", "gauge", "Builds that wait for a worker.",
           (double)waiting);
    figure(out, "passerelle_queue_running", "gauge", "Builds under way.", (double)running);
    figure(out, "passerelle_connections", "gauge", "Open connections.",
           (double)http_connections(service->http));
    figure(out, "passerelle_exchanges", "gauge", "Requests under way.",
           (double)http_exchanges(service->http));
    write_edition(service->current, out);
    write_process(out);
}
