#include "geo/key_image.h"

#include <string.h>

enum { ALIGNMENT = 8 };

struct head {
    uint32_t mark; /* reads otherwise on a machine of another byte order */
    uint32_t kind;
    uint64_t checksum; /* of all that follows */
};
#define MARK 0x50534B31u

/* Of whole words, for it has to be quicker than reading the image from a disk. */
static uint64_t checksum_of(const uint8_t *data, size_t length)
{
    uint64_t sum = length, word;
    for (size_t at = 0; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, data + at, sizeof word);
        sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
        sum ^= sum >> 32;
    }
    return sum;
}

void key_image_begin(struct bytes *bytes, uint32_t kind)
{
    const struct head head = {.mark = MARK, .kind = kind};
    bytes_append(bytes, &head, sizeof head);
}

void key_image_put(struct bytes *bytes, const void *items, size_t count, size_t size)
{
    static const uint8_t nothing[ALIGNMENT];
    const uint64_t counted = count;
    bytes_append(bytes, &counted, sizeof counted);
    if (count) bytes_append(bytes, items, count * size);
    bytes_append(bytes, nothing, (ALIGNMENT - count * size % ALIGNMENT) % ALIGNMENT);
}

void key_image_end(struct bytes *bytes)
{
    if (bytes->failed) return;
    struct head head;
    memcpy(&head, bytes->data, sizeof head);
    head.checksum = checksum_of(bytes->data + sizeof head, bytes->length - sizeof head);
    memcpy(bytes->data, &head, sizeof head);
}

bool key_image_open(struct key_image *image, const void *data, size_t length, uint32_t kind)
{
    struct head head;
    *image = (struct key_image){.data = data, .length = length, .at = sizeof head};
    if (length < sizeof head || length % ALIGNMENT) return false;
    memcpy(&head, data, sizeof head);
    return head.mark == MARK && head.kind == kind &&
           head.checksum == checksum_of(image->data + sizeof head, length - sizeof head);
}

const void *key_image_take(struct key_image *image, size_t size, size_t *count)
{
    uint64_t counted;
    if (image->length - image->at < sizeof counted) return NULL;
    memcpy(&counted, image->data + image->at, sizeof counted);
    size_t room = image->length - image->at - sizeof counted;
    if (counted > room / size) return NULL;
    const uint8_t *items = image->data + image->at + sizeof counted;
    size_t used = (size_t)counted * size;
    used += (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    if (used > room) return NULL;
    image->at += sizeof counted + used;
    *count = (size_t)counted;
    return items;
}
