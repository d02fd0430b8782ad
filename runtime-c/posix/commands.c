#include "commands.h"

const struct command *command_in(const struct command *table, u32 rows, u32 number) {
    u32 low = 0, high = rows;
    while (low < high) {
        u32 middle = (low + high) / 2;
        if (table[middle].number == number) return table + middle;
        if (table[middle].number < number) low = middle + 1;
        else high = middle;
    }
    return NULL;
}
