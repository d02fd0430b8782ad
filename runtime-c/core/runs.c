// Initial data of memories that is not a segment of the file (codegen/plan/memory-image.ts).
#include "runtime.h"

void w2e_memory_fill_runs(u8 *memory, const struct w2e_run *runs, u64 count, const u8 *bytes) {
    for (u64 i = 0; i < count; i++) {
        memcpy(memory + runs[i].start, bytes, runs[i].length);
        bytes += runs[i].length;
    }
}
