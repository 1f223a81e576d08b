#include "server/http.h"

#include "server/acceptor.h"
#include "server/limits.h"
#include "server/pace.h"
#include "server/turns.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS   UINT64_C(1000000000)
#define WATCH_MS    250
#define NO_DEADLINE UINT64_MAX
#define CLOSING     "Content-Length: 0\r\nConnection: close\r\n\r\n"
#define TOO_LARGE   "HTTP/1.1 431 Request Header Fields Too Large\r\n" CLOSING
/* With this share of all connections taken, waiting ones are held to a quarter of their time. */
#define CROWDED(max) ((max) - (max) / 8)

/* What a connection waits for; says which deadline holds. */
enum phase {
    PHASE_IDLE,      /* for the next request, or the first */
    PHASE_HEADERS,   /* for the rest of a request */
    PHASE_ANSWERING, /* for us */
    PHASE_SENDING    /* for the client to take the answer */
};

struct client {
    struct client *next, *previous;
    struct lane *lane;
    int fd;
    struct sockaddr_storage address;
    bool first_call; /* of a request that has begun, the next call is to be the first */
    bool under_way;  /* an exchange is: finish() is due */
    bool sent, suspended;
    bool takes_long; /* so its exchange said */
    _Atomic int phase;
    _Atomic uint64_t deadline_ns;
    struct exchange exchange;
};

struct lane {
    struct http *http;
    unsigned index;
    struct MHD_Daemon *daemon;
    pthread_mutex_t running; /* held by the thread that runs the daemon or adds to it */
    atomic_bool wanted;      /* whoever runs it is to do so once more */
    pthread_mutex_t lock;    /* of the list, and of the sockets in it being open */
    struct client *clients;
    _Atomic size_t n_clients; /* dealt to it and not yet gone */
};

struct http {
    struct http_options options;
    struct lane lanes[HTTP_MAX_LANES];
    struct turns *turns;
    struct acceptor *acceptor; /* NULL once it is stopped */
    struct client_counts *counts;
    int stop_fd; /* readable: stop watching */
    pthread_t watchdog;
    bool watching;
    _Atomic bool draining;
    _Atomic size_t n_connections, n_exchanges;
};

uint64_t http_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

/* Deadlines need no better clock than that of the timer interrupt, which costs a fifth. */
static uint64_t seconds_from_now(uint64_t seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return ((uint64_t)now.tv_sec + seconds) * SECOND_NS + (uint64_t)now.tv_nsec;
}

static uint64_t sending_deadline_ns(uint64_t size)
{
    return seconds_from_now(LIMIT_SEND_SECONDS + size / LIMIT_DRAIN_BYTES_SECOND);
}

/* The watchdog may look at any moment, so the deadline is right from the first on: one that is set
 * to a time past and corrected behind it ends a connection in some million answers. */
static void enter_phase(struct client *client, enum phase phase, uint64_t deadline_ns)
{
    atomic_store_explicit(&client->deadline_ns, deadline_ns, memory_order_relaxed);
    atomic_store_explicit(&client->phase, (int)phase, memory_order_relaxed);
}

static struct client *client_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Says something short past libmicrohttpd, on a connection that closes then. */
static void say(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = 0;
}

static void open_client(struct lane *lane, struct MHD_Connection *connection, void **context)
{
    struct client *client = calloc(1, sizeof *client);
    *context = client;
    if (!client) return; /* every later call finds none and closes the connection */
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    client->fd = info ? info->connect_fd : -1;
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr) {
        bool v6 = info->client_addr->sa_family == AF_INET6;
        memcpy(&client->address, info->client_addr,
               v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    }
    client->lane = lane;
    client->exchange.connection = connection;
    client->exchange.client = client;
    client->exchange.lane = lane->index;
    enter_phase(client, PHASE_IDLE, seconds_from_now(LIMIT_HEADER_SECONDS));
    if (!client_counts_enter(lane->http->counts, (struct sockaddr *)&client->address))
        shutdown(client->fd, SHUT_RDWR);
    pthread_mutex_lock(&lane->lock);
    client->next = lane->clients;
    if (client->next) client->next->previous = client;
    lane->clients = client;
    pthread_mutex_unlock(&lane->lock);
}

static void close_client(struct lane *lane, struct client *client)
{
    if (client) {
        /* A request that broke off before its first call, and not by its client: its headers filled
         * the connection's memory (cookies are copied), so that libmicrohttpd had none left to
         * refuse it and just closed. */
        if (client->first_call) say(client->fd, TOO_LARGE);
        pthread_mutex_lock(&lane->lock);
        if (client->previous)
            client->previous->next = client->next;
        else
            lane->clients = client->next;
        if (client->next) client->next->previous = client->previous;
        pthread_mutex_unlock(&lane->lock);
        client_counts_leave(lane->http->counts, (struct sockaddr *)&client->address);
        free(client);
    }
    atomic_fetch_sub(&lane->n_clients, 1);
    atomic_fetch_sub(&lane->http->n_connections, 1);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **client,
                          enum MHD_ConnectionNotificationCode code)
{
    struct lane *lane = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        open_client(lane, connection, client);
    else
        close_client(lane, *client);
}

/* The request line is there: the rest of the headers has its time from here. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)context;
    struct client *client = client_of(connection);
    if (!client) return NULL;
    guard_read_target(target, &client->exchange.target);
    guard_join_arguments(target);
    client->first_call = true;
    enter_phase(client, PHASE_HEADERS, seconds_from_now(LIMIT_HEADER_SECONDS));
    return client;
}

/* Targets are decoded by server/target; libmicrohttpd leaves them alone. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* The guard's turn. MHD_YES without an answer lets the connection be kept for further requests. */
static enum MHD_Result begin_exchange(struct client *client, const char *method,
                                      const char *version)
{
    struct exchange *exchange = &client->exchange;
    const struct http_handler *handler = &client->lane->http->options.handler;
    client->first_call = false;
    guard_read_headers(exchange->connection, &exchange->headers);
    if (!guard_leaves_room(&exchange->target, &exchange->headers)) {
        say(client->fd, exchange->target.length > LIMIT_TARGET_BYTES
                            ? "HTTP/1.1 414 URI Too Long\r\n" CLOSING
                            : TOO_LARGE);
        return MHD_NO;
    }
    client->under_way = true;
    client->sent = false;
    exchange->status = exchange->label = 0;
    atomic_fetch_add_explicit(&client->lane->http->n_exchanges, 1, memory_order_relaxed);
    exchange->began_ns = http_now_ns();
    enter_phase(client, PHASE_ANSWERING, NO_DEADLINE);
    struct atlas_error error;
    if (guard_judge(method, &exchange->target, version, &exchange->headers, &exchange->method,
                    &error) == ATLAS_OK)
        return MHD_YES;
    handler->refuse(handler->context, exchange, &error);
    return client->sent ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    (void)context;
    (void)connection;
    (void)url;
    (void)upload;
    struct client *client = *request;
    if (!client) return MHD_NO;
    if (client->first_call) return begin_exchange(client, method, version);
    if (*upload_size > 0) { /* a body that no header announced, or of a refused request */
        *upload_size = 0;
        return MHD_YES;
    }
    if (client->sent) return MHD_YES;
    const struct http_handler *handler = &client->lane->http->options.handler;
    bool was_built = client->suspended;
    client->suspended = client->takes_long = false;
    handler->answer(handler->context, &client->exchange);
    if (client->sent && !client->takes_long && !was_built) pace_answered();
    return client->sent || client->suspended ? MHD_YES : MHD_NO;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    struct lane *lane = context;
    struct client *client = *request;
    if (!client) return;
    if (code != MHD_REQUEST_TERMINATED_WITH_ERROR) client->first_call = false;
    if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK) client->exchange.status = 0;
    if (client->under_way) {
        const struct http_handler *handler = &lane->http->options.handler;
        client->under_way = false;
        handler->finish(handler->context, &client->exchange);
        atomic_fetch_sub_explicit(&lane->http->n_exchanges, 1, memory_order_relaxed);
    }
    bool draining = atomic_load_explicit(&lane->http->draining, memory_order_relaxed);
    enter_phase(client, PHASE_IDLE, draining ? 0 : seconds_from_now(LIMIT_KEEPALIVE_SECONDS));
}

void exchange_send(struct exchange *exchange, unsigned status, struct MHD_Response *response,
                   uint64_t size)
{
    struct client *client = exchange->client;
    exchange->status = status;
    enter_phase(client, PHASE_SENDING, sending_deadline_ns(size));
    client->sent =
        response && MHD_queue_response(exchange->connection, status, response) == MHD_YES;
}

void exchange_extend(struct exchange *exchange, uint64_t size)
{
    atomic_store_explicit(&exchange->client->deadline_ns, sending_deadline_ns(size),
                          memory_order_relaxed);
}

void exchange_suspend(struct exchange *exchange)
{
    exchange->client->suspended = true;
    enter_phase(exchange->client, PHASE_ANSWERING, NO_DEADLINE);
    MHD_suspend_connection(exchange->connection);
}

void exchange_resume(struct exchange *exchange)
{
    struct lane *lane = exchange->client->lane; /* once resumed, another thread ends the exchange */
    MHD_resume_connection(exchange->connection);
    turns_wake(lane->http->turns, lane->index);
}

void exchange_takes_long(struct exchange *exchange)
{
    exchange->client->takes_long = true;
    turns_step_aside(exchange->client->lane->http->turns);
}

bool exchange_is_gone(const struct exchange *exchange)
{
    char next;
    return recv(exchange->client->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Shuts what is over its time. The thread of the lane then sees the end and cleans up. */
static void watch_lane(struct lane *lane, uint64_t now_ns, bool crowded)
{
    uint64_t early = crowded ? LIMIT_HEADER_SECONDS * SECOND_NS * 3 / 4 : 0;
    bool draining = atomic_load_explicit(&lane->http->draining, memory_order_relaxed);
    pthread_mutex_lock(&lane->lock);
    for (struct client *client = lane->clients; client; client = client->next) {
        uint64_t deadline = atomic_load_explicit(&client->deadline_ns, memory_order_relaxed);
        int phase = atomic_load_explicit(&client->phase, memory_order_relaxed);
        if (phase == PHASE_IDLE || phase == PHASE_HEADERS) {
            if (deadline > early && deadline != NO_DEADLINE) deadline -= early;
            if (draining) deadline = 0;
        }
        if (deadline <= now_ns) shutdown(client->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&lane->lock);
}

static void *run_watchdog(void *context)
{
    struct http *http = context;
    struct pollfd stop = {.fd = http->stop_fd, .events = POLLIN};
    while (poll(&stop, 1, WATCH_MS) <= 0) {
        bool crowded = atomic_load(&http->n_connections) > CROWDED(http->options.max_connections);
        for (unsigned i = 0; i < http->options.lanes; i++)
            watch_lane(&http->lanes[i], http_now_ns(), crowded);
    }
    return NULL;
}

static struct lane *least_loaded(struct http *http)
{
    struct lane *best = &http->lanes[0];
    for (unsigned i = 1; i < http->options.lanes; i++)
        if (atomic_load(&http->lanes[i].n_clients) < atomic_load(&best->n_clients))
            best = &http->lanes[i];
    return best;
}

/* Gives a new connection to the lane that has fewest. */
static void deal(void *context, int fd, const struct sockaddr *address, socklen_t length)
{
    struct http *http = context;
    if (atomic_load(&http->n_connections) >= http->options.max_connections) {
        say(fd, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n" CLOSING);
        close(fd);
        return;
    }
    unsigned patience_ms = 2 * LIMIT_SEND_SECONDS * 1000; /* for a client that went away */
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
    struct lane *lane = least_loaded(http);
    atomic_fetch_add(&lane->n_clients, 1);
    atomic_fetch_add(&http->n_connections, 1);
    pthread_mutex_lock(&lane->running);
    enum MHD_Result added = MHD_add_connection(lane->daemon, fd, address, length);
    pthread_mutex_unlock(&lane->running);
    turns_wake(http->turns, lane->index);
    if (added == MHD_YES) return;
    atomic_fetch_sub(&lane->n_clients, 1);
    atomic_fetch_sub(&http->n_connections, 1);
}

/* What is left to do after one round is something long under way. */
static void run_daemon(struct lane *lane)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    while (MHD_run(lane->daemon) == MHD_YES && MHD_get_timeout(lane->daemon, &wait_ms) == MHD_YES &&
           wait_ms == 0)
        turns_step_aside(lane->http->turns);
}

/* Does what the lane has to do now, or leaves it to the thread that is at it, which sees `wanted`
 * after it unlocked; or to the one that is woken once a connection was added. */
static bool run_lane(void *context)
{
    struct lane *lane = context;
    bool ran = false;
    atomic_store(&lane->wanted, true);
    while (atomic_load(&lane->wanted) && pthread_mutex_trylock(&lane->running) == 0) {
        atomic_store(&lane->wanted, false);
        run_daemon(lane);
        pthread_mutex_unlock(&lane->running);
        ran = true;
    }
    return ran;
}

static struct MHD_Daemon *start_daemon(struct lane *lane)
{
    unsigned flags =
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, lane, MHD_OPTION_URI_LOG_CALLBACK,
                            on_target, lane, MHD_OPTION_NOTIFY_CONNECTION, on_connection, lane,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, lane,
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_TIMEOUT, 0U,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIMIT_CONNECTION_BYTES,
                            MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)lane->http->options.max_connections + 64, MHD_OPTION_END);
}

/* Opens the lanes and starts the threads that run them. Half of these may lead: the other
 * processors are the kernel's, for its part of each answer, a proxy's, and the builders'. */
static bool start_lanes(struct http *http)
{
    struct turns_lane lanes[HTTP_MAX_LANES];
    unsigned n = http->options.lanes;
    for (unsigned i = 0; i < n; i++) {
        struct lane *lane = &http->lanes[i];
        lane->http = http;
        lane->index = i;
        pthread_mutex_init(&lane->running, NULL);
        pthread_mutex_init(&lane->lock, NULL);
        lane->daemon = start_daemon(lane);
        if (!lane->daemon) return false;
        lanes[i] = (struct turns_lane){
            .fd = MHD_get_daemon_info(lane->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
            .run = run_lane,
            .context = lane};
    }
    http->turns = turns_new(lanes, n, n, n / 2 + n % 2);
    return http->turns;
}

enum atlas_status http_start(const struct http_options *options, struct listener *listeners,
                             size_t n_listeners, struct http **result, struct atlas_error *error)
{
    struct http *http = calloc(1, sizeof *http);
    if (!http) return atlas_fail(error, ATLAS_NO_MEMORY, "out of memory");
    http->options = *options;
    http->stop_fd = eventfd(0, EFD_CLOEXEC);
    http->counts = client_counts_new(options->max_per_client);
    bool started = http->stop_fd >= 0 && http->counts && start_lanes(http);
    http->watching = started && pthread_create(&http->watchdog, NULL, run_watchdog, http) == 0;
    if (http->watching) http->acceptor = acceptor_start(listeners, n_listeners, deal, http);
    if (!http->acceptor) {
        http_stop(http);
        return atlas_fail(error, ATLAS_IO, "cannot start the HTTP threads: %s", strerror(errno));
    }
    *result = http;
    return ATLAS_OK;
}

void http_drain(struct http *http, unsigned seconds)
{
    atomic_store(&http->draining, true);
    acceptor_stop(http->acceptor);
    http->acceptor = NULL;
    uint64_t end_ns = http_now_ns() + seconds * SECOND_NS;
    while (http_connections(http) > 0 && http_now_ns() < end_ns)
        poll(NULL, 0, 20);
}

void http_stop(struct http *http)
{
    if (!http) return;
    atomic_store(&http->draining, true);
    acceptor_stop(http->acceptor);
    http->acceptor = NULL;
    uint64_t one = 1;
    if (http->watching && write(http->stop_fd, &one, sizeof one) == sizeof one)
        pthread_join(http->watchdog, NULL);
    turns_stop(http->turns);
    for (unsigned i = 0; i < http->options.lanes && http->lanes[i].http; i++) {
        if (http->lanes[i].daemon) MHD_stop_daemon(http->lanes[i].daemon);
        pthread_mutex_destroy(&http->lanes[i].lock);
        pthread_mutex_destroy(&http->lanes[i].running);
    }
    client_counts_free(http->counts);
    if (http->stop_fd >= 0) close(http->stop_fd);
    free(http);
}

size_t http_connections(const struct http *http)
{
    return atomic_load(&http->n_connections);
}

size_t http_exchanges(const struct http *http)
{
    return atomic_load(&http->n_exchanges);
}
