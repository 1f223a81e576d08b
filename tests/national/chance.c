#include "tests/national/chance.h"

static uint64_t chance_next(struct chance *chance)
{
    uint64_t z = (chance->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double chance_unit(struct chance *chance)
{
    return (double)(chance_next(chance) >> 11) * 0x1p-53;
}

size_t chance_below(struct chance *chance, size_t limit)
{
    return (size_t)(chance_unit(chance) * (double)limit);
}

void chance_shuffle(struct chance *chance, size_t *numbers, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = chance_below(chance, i), kept = numbers[i - 1];
        numbers[i - 1] = numbers[other];
        numbers[other] = kept;
    }
}

const char *chance_draw(struct chance *chance, const struct share *shares, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += shares[i].share;
    double point = chance_unit(chance) * total;
    for (size_t i = 0; i + 1 < count; i++) {
        point -= shares[i].share;
        if (point < 0) return shares[i].text;
    }
    return shares[count - 1].text;
}
