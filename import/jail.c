#include "import/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef PASSERELLE_SANITIZED
#include <pthread.h>
#include <time.h>
#endif

/* Exit codes of the child that work() cannot return. */
enum { EXIT_NO_MEMORY = 101, EXIT_NO_JAIL = 102 };

const struct jail_limits jail_default_limits = {
    .memory_bytes = UINT64_C(1536) << 20,
    .cpu_seconds = 120,
    .file_bytes = 0,
};

static bool limit_resource(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return false;
    if (limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max) value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(resource, &limit) == 0;
}

#ifdef PASSERELLE_SANITIZED

static void *watch_memory(void *argument)
{
    uint64_t limit = *(const uint64_t *)argument;
    for (;;) {
        unsigned long total = 0, resident = 0;
        FILE *statm = fopen("/proc/self/statm", "re");
        if (statm && fscanf(statm, "%lu %lu", &total, &resident) == 2 &&
            (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE) > limit)
            _exit(EXIT_NO_MEMORY);
        if (statm) fclose(statm);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    return NULL;
}

static bool limit_memory(uint64_t bytes)
{
    static uint64_t limit;
    limit = bytes;
    pthread_t watcher;
    return pthread_create(&watcher, NULL, watch_memory, &limit) == 0;
}

#else

static bool limit_memory(uint64_t bytes)
{
    return limit_resource(RLIMIT_AS, bytes);
}

#endif

/* No network, no other programmes, no tracing. Refused calls fail with EPERM, which libraries
 * report as any other failure. */
static bool refuse_calls(void)
{
    static const int refused[] = {
        SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),    SCMP_SYS(listen),
        SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(execve),  SCMP_SYS(execveat),
        SCMP_SYS(ptrace), SCMP_SYS(mount),   SCMP_SYS(setns),   SCMP_SYS(unshare),
        SCMP_SYS(bpf),    SCMP_SYS(keyctl),  SCMP_SYS(add_key), SCMP_SYS(process_vm_writev),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return false;
    bool done = true;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        done = done && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0) == 0;
    done = done && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}

static bool close_in(const struct jail_limits *limits)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && limit_resource(RLIMIT_CORE, 0) &&
           limit_resource(RLIMIT_FSIZE, limits->file_bytes) &&
           (!limits->cpu_seconds || limit_resource(RLIMIT_CPU, limits->cpu_seconds)) &&
           (!limits->memory_bytes || limit_memory(limits->memory_bytes)) && refuse_calls();
}

static void run_child(const struct jail_limits *limits, jail_work work, void *argument, int output,
                      pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended before the line above */
        _exit(EXIT_NO_JAIL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);
    if (!close_in(limits)) _exit(EXIT_NO_JAIL);
    _exit(work(argument, output));
}

enum atlas_status jail_start(const struct jail_limits *limits, jail_work work, void *argument,
                             struct jail *jail, struct atlas_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return atlas_fail(error, ATLAS_IO, "cannot make a pipe: %s", strerror(errno));
    fflush(NULL); /* or the child would print again what waits in our buffers */
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        run_child(limits, work, argument, ends[1], parent);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return atlas_fail(error, ATLAS_IO, "cannot start a child process: %s", strerror(errno));
    }
    *jail = (struct jail){.child = child, .output = ends[0], .limits = *limits};
    return ATLAS_OK;
}

static int reap(struct jail *jail)
{
    int state = 0;
    while (waitpid(jail->child, &state, 0) < 0 && errno == EINTR)
        continue;
    if (jail->output >= 0) close(jail->output);
    jail->child = 0;
    jail->output = -1;
    return state;
}

enum atlas_status jail_finish(struct jail *jail, const char *subject, int *exit_code,
                              struct atlas_error *error)
{
    unsigned long long memory_mb = jail->limits.memory_bytes >> 20;
    unsigned cpu_seconds = jail->limits.cpu_seconds;
    int state = reap(jail);
    if (WIFEXITED(state) && WEXITSTATUS(state) < 100) {
        if (exit_code) *exit_code = WEXITSTATUS(state);
        return ATLAS_OK;
    }
    if (WIFEXITED(state) && WEXITSTATUS(state) == EXIT_NO_MEMORY)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s needs more than %llu MB of memory to read (--max-memory MB)", subject,
                          memory_mb);
    if (WIFEXITED(state))
        return atlas_fail(error, ATLAS_IO, "%s: the limits for reading it could not be set",
                          subject);
    int signal_number = WTERMSIG(state);
    if (signal_number == SIGXCPU || signal_number == SIGKILL)
        return atlas_fail(error, ATLAS_TOO_LARGE,
                          "%s takes more than %u s of computing to read (--max-seconds S), or "
                          "more memory than there is",
                          subject, cpu_seconds);
    return atlas_fail(error, ATLAS_CORRUPT,
                      "%s cannot be read: the reader crashed on it (%s), or met its limit of "
                      "%llu MB of memory (--max-memory MB)",
                      subject, strsignal(signal_number), memory_mb);
}

void jail_kill(struct jail *jail)
{
    if (jail->child <= 0) return;
    kill(jail->child, SIGKILL);
    reap(jail);
}
