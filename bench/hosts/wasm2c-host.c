// Host of a standalone module translated by wasm2c (wabt 1.0.3x, `-n bench`): the few WASI functions that the programs
// of bench/programs import, on top of the C library.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

struct Z_wasi_snapshot_preview1_instance_t { int unused; };

static Z_bench_instance_t instance;

static u32 *word(u32 at) { return (u32 *)(instance.w2c_memory.data + at); }

u32 Z_wasi_snapshot_preview1Z_fd_write(struct Z_wasi_snapshot_preview1_instance_t *wasi, u32 fd, u32 vector, u32 count, u32 written) {
  (void)wasi;
  u32 total = 0;
  for (u32 i = 0; i < count; i++) {
    ssize_t n = write((int)fd, word(*word(vector + 8 * i)), *word(vector + 8 * i + 4));
    if (n < 0) return 29;
    total += (u32)n;
  }
  *word(written) = total;
  return 0;
}

void Z_wasi_snapshot_preview1Z_proc_exit(struct Z_wasi_snapshot_preview1_instance_t *wasi, u32 status) {
  (void)wasi;
  exit((int)status);
}

int main(void) {
  static struct Z_wasi_snapshot_preview1_instance_t wasi;
  wasm_rt_init();
  Z_bench_init_module();
  Z_bench_instantiate(&instance, &wasi);
  Z_benchZ__start(&instance);
  return 0;
}
