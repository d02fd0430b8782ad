// Escapes what a terminal might obey or nobody can see. The ranges are generated from the compiler's table, so that a name looks
// the same in its messages and in those of a program. UTF-8 as in the Unicode Standard, table 3-7: no overlong forms.
#include "printable.h"
#include "printable.gen.h"

static const struct {
    u32 first, last;
} ranges[] = {
#define X(first, last) {first, last},
    W2E_ESCAPED(X)
#undef X
};

static bool is_escaped(u32 point) {
    for (u32 i = 0; i < W2E_COUNT(ranges); i++)
        if (point >= ranges[i].first && point <= ranges[i].last) return true;
    return false;
}

// The length of the character at `s`, 0 if it is none.
static u32 decode(const u8 *s, u32 *point) {
    static const u32 least[] = {0, 0, 0x80, 0x800, 0x10000};
    u32 length = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    if (length <= 1) {
        *point = s[0];
        return length;
    }
    u32 value = s[0] & (0x7fu >> length);
    for (u32 i = 1; i < length; i++) {
        if (s[i] >> 6 != 2) return 0; // also at the end of the text
        value = value << 6 | (s[i] & 63);
    }
    *point = value;
    return value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? 0 : length;
}

// `value` in hexadecimal with at least `digits` digits, between `before` and `after`.
static u32 escape(char *unit, const char *before, u32 value, u32 digits, const char *after) {
    u32 n = 0;
    while (*before) unit[n++] = *before++;
    while (digits < 8 && value >> 4 * digits) digits++;
    while (digits) unit[n++] = "0123456789abcdef"[value >> 4 * --digits & 15];
    while (*after) unit[n++] = *after++;
    return n;
}

u32 printable_unit(const char **text, char unit[PRINTABLE_UNIT]) {
    const u8 *s = (const u8 *)*text;
    u32 point;
    if (!*s) return 0;
    u32 length = decode(s, &point);
    *text += length ? length : 1;
    if (!length) return escape(unit, "\\x", *s, 2, "");
    if (is_escaped(point)) return escape(unit, "\\u{", point, 1, "}");
    for (u32 i = 0; i < length; i++) unit[i] = (char)s[i];
    return length;
}

void message_printable(struct message *m, const char *text) {
    char unit[PRINTABLE_UNIT];
    u32 length;
    while (m->length + PRINTABLE_UNIT <= sizeof m->text && (length = printable_unit(&text, unit)) != 0) message_bytes(m, unit, length);
}

bool printable_equal(const char *text, const char *shown) {
    char unit[PRINTABLE_UNIT];
    for (u32 length; (length = printable_unit(&text, unit)) != 0; shown += length)
        for (u32 i = 0; i < length; i++)
            if (shown[i] != unit[i]) return false;
    return !*shown;
}
