/* The entry of a fuzz target, as libFuzzer calls it: any length bytes, data NULL when length is 0.
 * Returns 0; what must never be calls abort(). */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#endif
