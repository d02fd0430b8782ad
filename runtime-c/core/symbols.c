// Function names from the executable's own .symtab, mapped read-only from /proc/self/exe. AS-safe, no cleanup:
// only a process that is about to end looks names up.
#include "host.h"
#include "runtime.h"

enum { SHT_SYMTAB = 2, STT_FUNC = 2, SECTION_HEADER = 64, SYMBOL = 24 };

bool w2e_symbols_open(struct symbol_table *table) {
    struct kernel_stat status;
    long fd = host_open_to_read("/proc/self/exe");
    if (sys_failed(fd) || sys_failed(host_status(fd, &status))) return false;
    u64 size = (u64)status.size;
    long p = host_map_file(fd, size);
    host_close(fd);
    if (sys_failed(p) || size < 64) return false;
    const u8 *file = (const u8 *)p;
    u64 sections = load64(file + 40), count = load16(file + 60);
    if (sections > size || count * SECTION_HEADER > size - sections) return false;
    for (u64 i = 0; i < count; i++) {
        const u8 *section = file + sections + i * SECTION_HEADER;
        u32 link = load32(section + 40);
        if (load32(section + 4) != SHT_SYMTAB || link >= count) continue;
        const u8 *strings = file + sections + link * SECTION_HEADER;
        u64 offset = load64(section + 24), length = load64(section + 32);
        u64 names = load64(strings + 24), names_size = load64(strings + 32);
        if (offset > size || length > size - offset || names > size || names_size > size - names) return false;
        *table = (struct symbol_table){file + offset, length / SYMBOL, (const char *)file + names, names_size};
        return names_size > 0 && table->names[names_size - 1] == 0;
    }
    return false;
}

const char *w2e_symbol_at(const struct symbol_table *table, u64 address, u64 *start) {
    for (u64 i = 0; i < table->count; i++) {
        const u8 *symbol = table->symbols + i * SYMBOL;
        u64 value = load64(symbol + 8), size = load64(symbol + 16);
        u32 name = load32(symbol);
        if ((symbol[4] & 15) != STT_FUNC || address < value || address - value >= size) continue;
        if (name >= table->names_size) continue;
        *start = value;
        return table->names + name;
    }
    return NULL;
}
