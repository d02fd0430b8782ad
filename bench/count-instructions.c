// Plugin of qemu's user mode emulation: how many instructions the program executed, to the file `output=`; with
// `blocks=` also, per translated block, its address, length in instructions and number of runs. Prototypes are those
// of qemu-plugin.h, which Debian does not package.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
enum { INLINE_ADD_U64 };
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*callback)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *counter, uint64_t value);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*callback)(uint64_t id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
int qemu_plugin_version = 1;

struct block {
    struct block *next;
    uint64_t address, length, runs;
};
static struct block *all;
static char *output, *blocks;

static void translated(uint64_t id, struct qemu_plugin_tb *tb) {
    struct block *b = calloc(1, sizeof *b);
    (void)id;
    if (!b) abort();
    *b = (struct block){all, qemu_plugin_tb_vaddr(tb), qemu_plugin_tb_n_insns(tb), 0};
    all = b;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, INLINE_ADD_U64, &b->runs, 1);
}

static FILE *open_output(const char *name) {
    FILE *f = fopen(name, "w");
    if (!f) abort();
    return f;
}

static void ended(uint64_t id, void *data) {
    uint64_t total = 0;
    FILE *f;
    (void)id, (void)data;
    for (struct block *b = all; b; b = b->next) total += b->length * b->runs;
    f = open_output(output);
    fprintf(f, "%llu\n", (unsigned long long)total);
    fclose(f);
    if (!blocks) return;
    f = open_output(blocks);
    for (struct block *b = all; b; b = b->next)
        if (b->runs) fprintf(f, "%llx %llu %llu\n", (unsigned long long)b->address, (unsigned long long)b->length, (unsigned long long)b->runs);
    fclose(f);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "output=", 7)) output = strdup(argv[i] + 7);
        if (!strncmp(argv[i], "blocks=", 7)) blocks = strdup(argv[i] + 7);
    }
    if (!output) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
