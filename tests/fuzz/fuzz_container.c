/* import/container: any file is judged without harm. */
#include "import/container.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    char path[64];
    int file = memfd_create("container", MFD_CLOEXEC);
    if (file < 0 || (length && write(file, data, length) != (ssize_t)length)) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct container_limits limits = {.unpacked_bytes = 1 << 20, .ratio = 50, .entries = 20};
    struct atlas_error error;
    (void)!container_check(path, "a.xlsx", &limits, NULL, &error);
    close(file);
    return 0;
}
