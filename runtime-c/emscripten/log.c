// emscripten_log (emscripten.h): printf to the console, with the call stack behind it where a flag says so. Floats are rounded
// from their shortest decimal.
#include "guest.h"
#include "host.h"
#include "imports.gen.h"
#include "javascript-text.h"
#include "runtime.h"
#include "text.h"

enum { LOG_WARN = 2, LOG_ERROR = 4, LOG_C_STACK = 8, LOG_JS_STACK = 16, WIDEST = 400, FRACTION_MOST = 300 };

// What is printed, written where it is full; the arguments, packed as for variadic calls.
struct output {
    struct message m;
    u32 arguments;
    int fd;
};
struct conversion {
    bool left, plus, space, zero, other;
    u32 width, bytes;
    i32 precision; // -1: none
    char letter;
};

static void put(struct output *o, const char *text, u64 length) {
    for (u64 done = 0; done < length;) {
        u64 room = sizeof o->m.text - o->m.length, n = length - done < room ? length - done : room;
        message_bytes(&o->m, text + done, n);
        done += n;
        if (o->m.length == sizeof o->m.text) message_write(&o->m, o->fd);
    }
}
static void fill(struct output *o, char c, u64 count) {
    while (count--) put(o, &c, 1);
}

static u64 next_argument(struct output *o, u32 size) {
    o->arguments = (o->arguments + size - 1) & -size;
    const u8 *p = guest_range(o->arguments, size);
    o->arguments += size;
    return !p ? 0 : size == 8 ? load64(p) : load32(p);
}

// A sign or base, zeros, and the rest, padded.
static void put_padded(struct output *o, const struct conversion *c, const char *prefix, u32 zeros, const char *text, u64 length) {
    u64 used = text_length(prefix) + zeros + length, padding = c->width > used ? c->width - used : 0;
    bool zero = c->zero && !c->left && (c->precision < 0 || c->letter == 'f' || c->letter == 'e' || c->letter == 'g');
    if (!c->left && !zero) fill(o, ' ', padding);
    put(o, prefix, text_length(prefix));
    fill(o, '0', zeros + (zero ? padding : 0));
    put(o, text, length);
    if (c->left) fill(o, ' ', padding);
}

static const char *sign(const struct conversion *c, bool negative) { return negative ? "-" : c->plus ? "+" : c->space ? " " : ""; }

static void put_integer(struct output *o, const struct conversion *c) {
    char letter = c->letter;
    bool is_signed = letter == 'd' || letter == 'i', wide = c->bytes == 8;
    u64 value = next_argument(o, wide ? 8 : 4);
    if (is_signed) value = wide ? value : c->bytes == 1 ? (u64)(i8)value : c->bytes == 2 ? (u64)(i16)value : (u64)(i64)(i32)value;
    else if (c->bytes < 4) value &= c->bytes == 1 ? 0xff : 0xffff;
    bool negative = is_signed && (i64)value < 0;
    if (negative) value = -value;
    u32 base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' || letter == 'p' ? 16 : 10;
    const char *digits = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    const char *prefix = is_signed ? sign(c, negative) : letter == 'p' || (c->other && value && letter == 'x') ? "0x" : c->other && value && letter == 'X' ? "0X" : "";
    char text[24];
    u32 at = sizeof text;
    for (u64 rest = value; rest; rest /= base) text[--at] = digits[rest % base];
    if (!value && c->precision != 0) text[--at] = '0';
    u32 length = sizeof text - at;
    if (c->other && letter == 'o' && (!length || text[at] != '0')) text[--at] = '0', length++;
    put_padded(o, c, prefix, c->precision > (i32)length ? (u32)c->precision - length : 0, text + at, length);
}

// Rounds to so many digits, half up; 0 digits may become one.
static void round_to(struct decimal *d, i32 count) {
    if (count >= (i32)d->count) return;
    bool up = count >= 0 && d->digits[count] >= '5';
    d->count = count < 0 ? 0 : (u32)count;
    while (up && d->count && d->digits[d->count - 1] == '9') d->count--;
    if (up && d->count) d->digits[d->count - 1]++;
    else if (up) d->digits[d->count++] = '1', d->point++;
}

static char digit_at(const struct decimal *d, i32 i) { return i >= 0 && i < (i32)d->count ? d->digits[i] : '0'; }

static void put_float(struct output *o, struct conversion *c) {
    u64 bits = next_argument(o, 8);
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    char letter = text_lower(c->letter);
    c->letter = letter;
    const char *prefix = sign(c, bits >> 63);
    if (value != value || value - value != 0) {
        c->zero = false;
        return put_padded(o, c, prefix, 0, value != value ? "nan" : "inf", 3);
    }
    i32 precision = c->precision < 0 ? 6 : c->precision < FRACTION_MOST ? c->precision : FRACTION_MOST;
    struct decimal d = {0, 1, {0}};
    if (value != 0) shortest_decimal(value < 0 ? -value : value, &d);
    bool general = letter == 'g', exponent = letter == 'e';
    if (general) {
        if (!precision) precision = 1;
        round_to(&d, precision);
        exponent = d.point - 1 < -4 || d.point - 1 >= precision;
        precision = exponent ? precision - 1 : precision - d.point;
    }
    round_to(&d, exponent ? precision + 1 : d.point + precision);
    struct message m;
    message_start(&m);
    i32 first = exponent ? 1 : d.point;
    if (first <= 0) message_text(&m, "0");
    for (i32 i = 0; i < first; i++) message_bytes(&m, (char[]){digit_at(&d, i)}, 1);
    i32 fraction = general && !c->other ? (i32)d.count - first : precision;
    if (fraction > precision) fraction = precision;
    if (fraction > 0 || c->other) message_text(&m, ".");
    for (i32 i = 0; i < fraction; i++) message_bytes(&m, (char[]){digit_at(&d, first + i)}, 1);
    if (exponent) {
        i32 power = value != 0 ? d.point - 1 : 0;
        message_text(&m, power < 0 ? "e-" : "e+");
        if (power < 0) power = -power;
        if (power < 10) message_text(&m, "0");
        message_decimal(&m, (u64)power);
    }
    put_padded(o, c, prefix, 0, m.text, m.length);
}

static void put_text(struct output *o, struct conversion *c) {
    u32 address = (u32)next_argument(o, 4);
    const char *s = guest_string(address);
    if (!s) s = "(null)";
    u64 length = 0;
    while (s[length] && (c->precision < 0 || length < (u64)c->precision)) length++;
    c->zero = false;
    put_padded(o, c, "", 0, s, length);
}

static u32 number(struct output *o, const char **at) {
    if (**at == '*') {
        ++*at;
        return (u32)next_argument(o, 4);
    }
    u32 n = 0;
    while (is_digit(**at)) n = n < 100000 ? 10 * n + (u32)(*(*at)++ - '0') : (++*at, n);
    return n;
}

static void put_conversion(struct output *o, const char **format) {
    const char *at = *format;
    struct conversion c = {.bytes = 4, .precision = -1};
    for (;; at++) {
        if (*at == '-') c.left = true;
        else if (*at == '+') c.plus = true;
        else if (*at == ' ') c.space = true;
        else if (*at == '0') c.zero = true;
        else if (*at == '#') c.other = true;
        else break;
    }
    i32 width = (i32)number(o, &at);
    if (width < 0) c.left = true;
    c.width = width < -WIDEST || width > WIDEST ? WIDEST : (u32)(width < 0 ? -width : width);
    if (*at == '.') {
        at++;
        i32 precision = (i32)number(o, &at);
        c.precision = precision > WIDEST ? WIDEST : precision;
    }
    for (; *at == 'h' || *at == 'l' || *at == 'j' || *at == 'z' || *at == 't' || *at == 'L'; at++)
        c.bytes = *at == 'h' ? c.bytes / 2 : *at == 'j' || (*at == 'l' && at[1] == 'l') ? 8 : c.bytes;
    c.letter = *at ? *at++ : 0;
    *format = at;
    switch (c.letter) {
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'p': return put_integer(o, &c);
    case 'f': case 'F': case 'e': case 'E': case 'g': case 'G': return put_float(o, &c);
    case 's': return put_text(o, &c);
    case 'c': return put_padded(o, &c, "", 0, (char[]){(char)next_argument(o, 4)}, 1);
    case '%': return put(o, "%", 1);
    default: return;
    }
}

static void log_line(u32 flags, u32 text, u32 arguments, bool formatted) {
    const char *at = guest_string(text);
    struct output o;
    message_start(&o.m);
    o.arguments = arguments;
    o.fd = flags & (LOG_WARN | LOG_ERROR) ? STDERR : 1;
    while (at && *at) {
        if (formatted && *at == '%') at++, put_conversion(&o, &at);
        else put(&o, at++, 1);
    }
    if (flags & (LOG_C_STACK | LOG_JS_STACK)) {
        struct message stack;
        message_start(&stack);
        w2e_callstack(&stack);
        put(&o, "\n", stack.length != 0);
        put(&o, stack.text, stack.length);
    }
    put(&o, "\n", 1);
    message_write(&o.m, o.fd);
}
void w2e_env_emscripten_log(u32 flags, u32 format, u32 arguments) { log_line(flags, format, arguments, true); }
void w2e_env__emscripten_log_formatted(u32 flags, u32 text) { log_line(flags, text, 0, false); }
