#include "server/acceptor.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct acceptor {
    struct listener *listeners;
    size_t n;
    acceptor_deal deal;
    void *context;
    pthread_t thread;
    atomic_bool stopping;
};

static void accept_all(const struct acceptor *acceptor, int listening)
{
    for (int i = 0; i < 64; i++) {
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        int fd =
            accept4(listening, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            acceptor->deal(acceptor->context, fd, (struct sockaddr *)&address, length);
            continue;
        }
        bool out_of_files = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
        if (out_of_files) poll(NULL, 0, 50); /* others close meanwhile */
        if (errno != EINTR && errno != ECONNABORTED) return;
    }
}

static void *run(void *context)
{
    const struct acceptor *acceptor = context;
    struct pollfd fds[LISTENERS_MAX];
    for (size_t i = 0; i < acceptor->n; i++)
        fds[i] = (struct pollfd){.fd = acceptor->listeners[i].fd, .events = POLLIN};
    for (;;) {
        if (poll(fds, (nfds_t)acceptor->n, -1) < 0 && errno != EINTR) return NULL;
        if (atomic_load(&acceptor->stopping)) return NULL;
        for (size_t i = 0; i < acceptor->n; i++)
            if (fds[i].revents) accept_all(acceptor, fds[i].fd);
    }
}

struct acceptor *acceptor_start(struct listener *listeners, size_t n, acceptor_deal deal,
                                void *context)
{
    struct acceptor *acceptor = calloc(1, sizeof *acceptor);
    if (!acceptor) return NULL;
    acceptor->listeners = listeners;
    acceptor->n = n;
    acceptor->deal = deal;
    acceptor->context = context;
    errno = pthread_create(&acceptor->thread, NULL, run, acceptor);
    if (errno == 0) return acceptor;
    free(acceptor);
    return NULL;
}

void acceptor_stop(struct acceptor *acceptor)
{
    if (!acceptor) return;
    atomic_store(&acceptor->stopping, true);
    for (size_t i = 0; i < acceptor->n; i++) /* wakes the thread's poll */
        shutdown(acceptor->listeners[i].fd, SHUT_RDWR);
    pthread_join(acceptor->thread, NULL);
    for (size_t i = 0; i < acceptor->n; i++)
        listener_close(&acceptor->listeners[i]);
    free(acceptor);
}
