/* passerelle-serve: the options, the signals, and the exit code. */
#include "server/limits.h"
#include "server/service.h"

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum exit_code {
    EXIT_ASKED_WRONG = 2, /* the command line */
    EXIT_DATABASE = 3,    /* missing, of another kind, damaged, locked */
    EXIT_LISTEN = 4       /* the address or port */
};

static const char usage[] =
    "usage: passerelle-serve --database FILE [options]\n"
    "\n"
    "Serves the atlas of a database made by passerelle-import: pages, vector tiles, GeoJSON,\n"
    "CSV and numbers. A new edition of FILE is taken over while it runs.\n"
    "\n"
    "  --database FILE       the atlas database\n"
    "  --listen HOST:PORT    where to listen; may be repeated (127.0.0.1:8080)\n"
    "  --public-url URL      how the world reaches this server, behind a proxy\n"
    "  --share DIR           pages and other read-only files (share/ beside the programme)\n"
    "  --site DIR            logo, legal sentence, links and theme of this site (site.conf)\n"
    "  --threads N           threads that answer (one per processor)\n"
    "  --workers N           threads that build what isn't ready (as --threads)\n"
    "  --cache-mb N          memory for ready answers (3)\n"
    "  --max-connections N   at once (4096)\n"
    "  --max-per-client N    at once from one address, loopback excepted (256)\n"
    "  --metrics HOST:PORT   figures for Prometheus, on a loopback address of their own\n"
    "  --version, --help\n"
    "\n"
    "Signals: TERM and INT finish what is under way and stop; HUP looks for a new edition now.\n"
    "Exit codes: 0 stopped when asked, 2 wrong options, 3 the database can't be served, 4 can't\n"
    "listen there, 1 anything else.\n";

struct settings {
    struct service_options service;
    char share[4096];
};

enum option_code {
    OPTION_DATABASE = 256,
    OPTION_LISTEN,
    OPTION_PUBLIC_URL,
    OPTION_SHARE,
    OPTION_SITE,
    OPTION_THREADS,
    OPTION_WORKERS,
    OPTION_CACHE_MB,
    OPTION_MAX_CONNECTIONS,
    OPTION_MAX_PER_CLIENT,
    OPTION_METRICS,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option options[] = {
    {"database", required_argument, NULL, OPTION_DATABASE},
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"public-url", required_argument, NULL, OPTION_PUBLIC_URL},
    {"share", required_argument, NULL, OPTION_SHARE},
    {"site", required_argument, NULL, OPTION_SITE},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"workers", required_argument, NULL, OPTION_WORKERS},
    {"cache-mb", required_argument, NULL, OPTION_CACHE_MB},
    {"max-connections", required_argument, NULL, OPTION_MAX_CONNECTIONS},
    {"max-per-client", required_argument, NULL, OPTION_MAX_PER_CLIENT},
    {"metrics", required_argument, NULL, OPTION_METRICS},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static void ask_wrong(const char *sentence)
{
    fprintf(stderr, "passerelle-serve: %s\nTry passerelle-serve --help.\n", sentence);
    exit(EXIT_ASKED_WRONG);
}

static unsigned long read_number(const char *name, const char *text, unsigned long from,
                                 unsigned long to)
{
    char *end, sentence[200];
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && number >= from && number <= to)
        return number;
    snprintf(sentence, sizeof sentence, "--%s takes a whole number from %lu to %lu, not '%.60s'",
             name, from, to, text);
    ask_wrong(sentence);
    return 0;
}

/* "https://atlas.example.org" or with a path; kept without a slash at its end. */
static const char *read_public_url(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '/')
        text[--length] = '\0';
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]/";
    if (scheme == 0 || length == scheme || length > 100 ||
        strspn(text + scheme, allowed) != length - scheme)
        ask_wrong(
            "--public-url takes an address as https://atlas.example.org, without '?' or "
            "'#', at most 100 characters");
    return text;
}

static void add_listen(struct service_options *service, const char *address)
{
    if (service->n_listen == LISTENERS_MAX) ask_wrong("--listen is there too often");
    service->listen[service->n_listen++] = address;
}

static void read_option(int code, char *value, struct settings *settings)
{
    struct service_options *service = &settings->service;
    switch (code) {
    case OPTION_DATABASE:
        service->database = value;
        return;
    case OPTION_LISTEN:
        add_listen(service, value);
        return;
    case OPTION_PUBLIC_URL:
        service->public_url = read_public_url(value);
        return;
    case OPTION_SHARE:
        service->share = value;
        return;
    case OPTION_SITE:
        service->site = value;
        return;
    case OPTION_THREADS:
        service->threads = (unsigned)read_number("threads", value, 1, HTTP_MAX_LANES);
        return;
    case OPTION_WORKERS:
        service->workers = (unsigned)read_number("workers", value, 1, 64);
        return;
    case OPTION_CACHE_MB:
        service->cache_bytes = read_number("cache-mb", value, 0, 1 << 20) << 20;
        return;
    case OPTION_MAX_CONNECTIONS:
        service->max_connections = read_number("max-connections", value, 1, LIMIT_CONNECTIONS_MAX);
        return;
    case OPTION_MAX_PER_CLIENT:
        service->max_per_client = read_number("max-per-client", value, 1, LIMIT_CONNECTIONS_MAX);
        return;
    case OPTION_METRICS:
        service->metrics = value;
        return;
    case OPTION_VERSION:
        puts("passerelle-serve " PASSERELLE_VERSION);
        exit(EXIT_SUCCESS);
    case OPTION_HELP:
        fputs(usage, stdout);
        exit(EXIT_SUCCESS);
    default:
        break; /* refused by read_options() */
    }
}

/* share/ beside the programme, else where a package puts it. */
static void find_share(struct settings *settings)
{
    static const char installed[] = "/usr/share/passerelle";
    char *share = settings->share;
    size_t room = sizeof settings->share - sizeof "share";
    ssize_t length = readlink("/proc/self/exe", share, room);
    if (length > 0) {
        share[length] = '\0';
        strcpy(strrchr(share, '/') + 1, "share");
    }
    settings->service.share = length > 0 && access(share, R_OK) == 0 ? share : installed;
}

static void read_options(int argc, char **argv, struct settings *settings)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct service_options *service = &settings->service;
    service->threads = processors < 1 ? 1 : processors > 16 ? 16 : (unsigned)processors;
    service->cache_bytes = (size_t)3 << 20;
    service->max_connections = LIMIT_CONNECTIONS;
    service->max_per_client = LIMIT_PER_CLIENT;
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
        char sentence[200];
        if (code == ':' || code == '?') {
            snprintf(sentence, sizeof sentence,
                     code == ':' ? "%.100s needs a value" : "%.100s is no option here",
                     argv[optind - 1]);
            ask_wrong(sentence);
        }
        read_option(code, optarg, settings);
    }
    if (optind < argc) ask_wrong("there is something behind the options; a file needs --database");
    if (!service->database)
        ask_wrong("--database is missing: the file that passerelle-import made");
    if (service->workers == 0) service->workers = service->threads;
    if (service->n_listen == 0) add_listen(service, "127.0.0.1:8080");
    if (!service->share) find_share(settings);
}

/* As many files as connections need, if that is allowed. */
static void raise_file_limit(size_t connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    rlim_t wanted = connections + 256;
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        fprintf(stderr,
                "passerelle-serve: fewer than %zu connections will fit: the limit of open "
                "files is low (ulimit -n)\n",
                connections);
}

static int exit_code_of(enum atlas_status status)
{
    switch (status) {
    case ATLAS_BUSY:
        return EXIT_LISTEN;
    case ATLAS_INVALID:
        return EXIT_ASKED_WRONG;
    case ATLAS_NOT_FOUND:
    case ATLAS_WRONG_SCHEMA:
    case ATLAS_CORRUPT:
    case ATLAS_LOCKED:
        return EXIT_DATABASE;
    default:
        return EXIT_FAILURE;
    }
}

/* Until asked to stop. */
static void wait_for_signals(struct service *service, const sigset_t *signals)
{
    for (;;) {
        int signal;
        if (sigwait(signals, &signal) != 0) continue;
        if (signal != SIGHUP) return;
        current_look(service->current);
    }
}

/* A long life of large pieces that come and go (editions, pictures): those go back to the system
 * when freed, and few arenas share what smaller ones leave behind. Those of most tiles, up to
 * 256 KB, and what is kept at an arena's end spare them the page faults of memory that is given
 * back after each: a fifth of the time of large ones.
 */
static void bound_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 512 << 10);
    mallopt(M_ARENA_MAX, 2);
}

int main(int argc, char **argv)
{
    static struct settings settings;
    static struct service service;
    bound_memory();
    read_options(argc, argv, &settings);
    raise_file_limit(settings.service.max_connections);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* all threads inherit it */
    signal(SIGPIPE, SIG_IGN);
    struct atlas_error error;
    enum atlas_status status = service_start(&settings.service, &service, &error);
    if (status) {
        fprintf(stderr, "passerelle-serve: %s\n", error.message);
        return exit_code_of(status);
    }
    for (size_t i = 0; i < service.n_listeners; i++) {
        char url[128];
        listener_url(&service.listeners[i], url, sizeof url);
        fprintf(stderr, "passerelle-serve: %s/\n", url);
    }
    wait_for_signals(&service, &signals);
    fprintf(stderr, "passerelle-serve: stopping\n");
    service_stop(&service);
    return EXIT_SUCCESS;
}
