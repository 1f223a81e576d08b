/* Long GeoJSON and CSV answers, sent as they are written: workers write blocks ahead of the reader,
 * no further than STREAM_AHEAD_BYTES, so that the size of an answer is no question of memory. A
 * reader that is faster than the workers waits as a suspended connection.
 */
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include "server/answer.h"
#include "server/route.h"
#include "server/selections.h"
#include "server/workers.h"

#define STREAM_FROM_BYTES  1000000 /* before compression; shorter answers are sent whole */
#define STREAM_AHEAD_BYTES 262144

struct stream_order {
    const struct route *route;     /* read before the call returns */
    const struct edition *edition; /* the stream takes a hold of its own */
    struct selections *selections;
    struct workers *workers;
    const char *base_url; /* copied */
    const char *etag;     /* copied */
    bool gzip;
    enum answer_freshness freshness;
};

/* Sends the answer to exchange in blocks. On failure nothing was sent. */
enum atlas_status stream_send(const struct stream_order *order, struct exchange *exchange,
                              struct atlas_error *error) ATLAS_MUST_CHECK;

#endif
