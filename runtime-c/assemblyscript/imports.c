// What modules of AssemblyScript import: abort, trace, seed and the console. Strings are UTF-16, and the word in front of them is
// their length in bytes (rtSize in AssemblyScript's runtime).
#include "guest.h"
#include "host.h"
#include "imports.gen.h"
#include "javascript-text.h"
#include "runtime.h"

enum { UTF8_MAX = 4, REPLACEMENT = 0xfffd, TRACED_MAX = 5 };

static void put_code_point(struct message *m, u32 c) {
    char bytes[UTF8_MAX];
    u32 n = 0;
    if (c < 0x80) bytes[n++] = (char)c;
    else if (c < 0x800) bytes[n++] = (char)(0xc0 | c >> 6);
    else if (c < 0x10000) bytes[n++] = (char)(0xe0 | c >> 12);
    else bytes[n++] = (char)(0xf0 | c >> 18);
    if (c >= 0x10000) bytes[n++] = (char)(0x80 | (c >> 12 & 63));
    if (c >= 0x800) bytes[n++] = (char)(0x80 | (c >> 6 & 63));
    if (c >= 0x80) bytes[n++] = (char)(0x80 | (c & 63));
    message_bytes(m, bytes, n);
}

static bool is_high(u32 unit) { return unit >> 10 == 0xd800 >> 10; }
static bool is_low(u32 unit) { return unit >> 10 == 0xdc00 >> 10; }

// Appends a string to a message, which is written where it is full. A half of a surrogate pair becomes U+FFFD.
static void put_string(struct message *m, u32 string, int fd) {
    const u8 *size = string ? guest_range(string - 4, 4) : NULL;
    u32 length = size ? load32(size) & ~1u : 0;
    const u8 *p = size ? guest_range(string, length) : NULL;
    if (!p) return message_text(m, "null");
    for (u32 i = 0; i < length; i += 2) {
        u32 unit = load16(p + i), next = i + 2 < length ? load16(p + i + 2) : 0;
        bool pair = is_high(unit) && is_low(next);
        if (pair) i += 2;
        if (m->length > sizeof m->text - UTF8_MAX) message_write(m, fd);
        put_code_point(m, pair ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : is_high(unit) || is_low(unit) ? REPLACEMENT : unit);
    }
}

void w2e_env_assemblyscript_abort(u32 text, u32 file, u32 line, u32 column) {
    struct message m;
    message_start(&m);
    message_text(&m, "abort: ");
    put_string(&m, text, STDERR);
    message_text(&m, " in ");
    put_string(&m, file, STDERR);
    message_text(&m, ":");
    message_decimal(&m, line);
    message_text(&m, ":");
    message_decimal(&m, column);
    message_text(&m, "\n");
    message_write(&m, STDERR);
    w2e_env_abort();
}

void w2e_env_assemblyscript_trace(u32 text, u32 count, double a, double b, double c, double d, double e) {
    double values[TRACED_MAX] = {a, b, c, d, e};
    struct message m;
    message_start(&m);
    put_string(&m, text, 1);
    for (u32 i = 0; i < count && i < TRACED_MAX; i++) {
        if (m.length > sizeof m.text / 2) message_write(&m, 1);
        message_text(&m, " ");
        if (values[i] == 0 && __builtin_signbit(values[i])) message_text(&m, "-"); // as the console has it
        message_javascript_number(&m, values[i]);
    }
    message_text(&m, "\n");
    message_write(&m, 1);
}

// Any number: what Math.random is started with.
double w2e_env_assemblyscript_seed(void) { return w2e_env_emscripten_date_now() * w2e_env_emscripten_math_random(); }

static void print(u32 text, int fd, const char *before) {
    struct message m;
    message_start(&m);
    message_text(&m, before);
    put_string(&m, text, fd);
    message_text(&m, "\n");
    message_write(&m, fd);
}
void w2e_env_console_log(u32 text) { print(text, 1, ""); }
void w2e_env_console_info(u32 text) { print(text, 1, ""); }
void w2e_env_console_debug(u32 text) { print(text, 1, ""); }
void w2e_env_console_warn(u32 text) { print(text, STDERR, ""); }
void w2e_env_console_error(u32 text) { print(text, STDERR, ""); }
void w2e_env_console_assert(u32 condition, u32 text) {
    if (!condition) print(text, STDERR, "Assertion failed: ");
}
double w2e_env_date_now(void) { return w2e_env_emscripten_date_now(); }
double w2e_env_performance_now(void) { return w2e_env_emscripten_get_now(); }
