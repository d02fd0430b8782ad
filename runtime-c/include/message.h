// Text assembled in a fixed buffer and written with one system call. No allocation, AS-safe.
#ifndef W2E_MESSAGE_H
#define W2E_MESSAGE_H

#include "types.h"

struct message {
    u32 length;
    char text[2044];
};

static inline void message_start(struct message *m) { m->length = 0; }
void message_text(struct message *m, const char *text);
void message_bytes(struct message *m, const char *text, u64 length);
void message_hex(struct message *m, u64 value);
void message_decimal(struct message *m, u64 value);
void message_write(struct message *m, int fd);

// Writes "text\n" to stderr and ends the process.
W2E_NORETURN void w2e_fatal(const char *text, u32 status);
W2E_NORETURN void w2e_exit_process(u32 status);

#endif
