// Text for stderr.
#include "message.h"
#include "host.h"
#include "text.h"
#include "w2e.h"

void message_bytes(struct message *m, const char *text, u64 length) {
    u64 room = sizeof m->text - m->length;
    if (length > room) length = room;
    memcpy(m->text + m->length, text, length);
    m->length += (u32)length;
}

void message_text(struct message *m, const char *text) { message_bytes(m, text, text_length(text)); }

static void message_number(struct message *m, u64 value, u32 base) {
    char digits[20];
    u32 at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    message_bytes(m, digits + at, sizeof digits - at);
}

void message_hex(struct message *m, u64 value) {
    message_text(m, "0x");
    message_number(m, value, 16);
}

void message_decimal(struct message *m, u64 value) { message_number(m, value, 10); }

void message_write(struct message *m, int fd) {
    const char *p = m->text;
    u64 left = m->length;
    while (left) {
        long n = host_write(fd, p, left);
        if (n == -EINTR) continue;
        if (n <= 0) break;
        p += n;
        left -= (u64)n;
    }
    m->length = 0;
}
