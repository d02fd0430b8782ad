// Commands of calls that multiplex, and flags, from tables/. What is not in a table does not reach the kernel.
#ifndef W2E_COMMANDS_H
#define W2E_COMMANDS_H

#include "types.h"

// A command by the module's number, and the kernel's; the layout of its argument with its size in the module.
struct command {
    u32 number, host;
    u8 layout, count;
    u16 size;
};
struct device_range { u32 major, first_minor, last_minor; };

#include "commands.gen.h"

// The row of a number in a table that is sorted by numbers; NULL if there is none.
const struct command *command_in(const struct command *table, u32 rows, u32 number);
#define find_command(table, number) command_in((table), W2E_COUNT(table), (number))

// The call's result if all flags are known, else -EINVAL.
#define WITH_FLAGS(flags, known, call) ((flags) & ~(known) ? -EINVAL : (call))

// Options and control messages are numbered by level and number; the second of these is no row's number.
static inline u32 level_and(u32 level, u32 number) { return level < 65536 && number < 65536 ? level << 16 | number : 0xffffffff; }

#endif
