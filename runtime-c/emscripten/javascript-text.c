// Numbers as JavaScript prints them, from their shortest decimal (serving/print-number.c).
#include "javascript-text.h"
#include "../serving/numbers.h"
#include "guest.h"
#include "imports.gen.h"

enum { EXPONENT_FROM = 21, ZEROS_BELOW = 6 };

static u64 bits_of(double value) {
    u64 bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

void shortest_decimal(double value, struct decimal *to) {
    struct message text;
    message_start(&text);
    print_float(&text, bits_of(value), &float64);
    *to = (struct decimal){0, 0, {0}};
    u32 last = 0;
    bool fraction = false;
    for (u32 i = 0; i < text.length; i++) {
        char c = text.text[i];
        fraction |= c == '.';
        if (c == '.') continue;
        bool leading = !to->count && c == '0';
        if (leading) to->point -= fraction;
        else to->point += !fraction;
        if (leading) continue;
        if (to->count < sizeof to->digits) to->digits[to->count++] = c; // behind the last of at most 17 are zeros only
        if (c != '0') last = to->count;
    }
    to->count = last;
}

static void zeros(struct message *m, i32 count) {
    while (count-- > 0) message_text(m, "0");
}

// d.ddde+x
static void put_exponent(struct message *m, const struct decimal *d) {
    message_bytes(m, d->digits, 1);
    if (d->count > 1) message_text(m, ".");
    message_bytes(m, d->digits + 1, d->count - 1);
    message_text(m, d->point > 0 ? "e+" : "e-");
    message_decimal(m, (u64)(d->point > 0 ? d->point - 1 : 1 - d->point));
}

static void put_plain(struct message *m, const struct decimal *d) {
    u32 whole = d->point <= 0 ? 0 : (u32)d->point < d->count ? (u32)d->point : d->count;
    if (!whole) message_text(m, "0");
    message_bytes(m, d->digits, whole);
    zeros(m, d->point - (i32)d->count);
    if (whole == d->count) return;
    message_text(m, ".");
    zeros(m, -d->point);
    message_bytes(m, d->digits + whole, d->count - whole);
}

void message_javascript_number(struct message *m, double value) {
    if (value != value) return message_text(m, "NaN");
    if (value == 0) return message_text(m, "0");
    if (value < 0) message_text(m, "-");
    if (value - value != 0) return message_text(m, "Infinity");
    struct decimal d;
    shortest_decimal(value < 0 ? -value : value, &d);
    if (d.point > EXPONENT_FROM || d.point <= -ZEROS_BELOW) put_exponent(m, &d);
    else put_plain(m, &d);
}

u32 w2e_env_emscripten_print_double(double value, u32 to, u32 room) {
    struct message m;
    message_start(&m);
    message_javascript_number(&m, value);
    if (!to) return m.length;
    if ((i32)room <= 0) return 0;
    u32 length = m.length < room - 1 ? m.length : room - 1;
    u8 *p = guest_range(to, (u64)length + 1);
    if (!p) return 0;
    memcpy(p, m.text, length);
    p[length] = 0;
    return length;
}
