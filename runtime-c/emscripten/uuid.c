// libuuid as Emscripten has it: 16 bytes, version 4 (RFC 9562).
#include "guest.h"
#include "imports.gen.h"
#include "text.h"

enum { UUID_SIZE = 16, UUID_TEXT = 36, VARIANT_RFC = 1, VERSION_RANDOM = 4 };

static bool dash_at(u32 i) { return i == 8 || i == 13 || i == 18 || i == 23; }

void w2e_env_uuid_clear(u32 to) {
    u8 *p = guest_range(to, UUID_SIZE);
    if (p) memset(p, 0, UUID_SIZE);
}
u32 w2e_env_uuid_compare(u32 a, u32 b) {
    const u8 *p = guest_range(a, UUID_SIZE), *q = guest_range(b, UUID_SIZE);
    return p && q ? (u32)memcmp(p, q, UUID_SIZE) : (u32)-1;
}
void w2e_env_uuid_copy(u32 to, u32 from) {
    u8 *p = guest_range(to, UUID_SIZE), *q = guest_range(from, UUID_SIZE);
    if (p && q) memmove(p, q, UUID_SIZE);
}
void w2e_env_uuid_generate(u32 to) {
    u8 *p = guest_range(to, UUID_SIZE);
    if (!p) return;
    w2e_env_getentropy(to, UUID_SIZE);
    p[6] = (u8)((p[6] & 0x0f) | VERSION_RANDOM << 4);
    p[8] = (u8)((p[8] & 0x3f) | 0x80);
}
u32 w2e_env_uuid_is_null(u32 from) {
    static const u8 null[UUID_SIZE];
    const u8 *p = guest_range(from, UUID_SIZE);
    return p && memcmp(p, null, UUID_SIZE) == 0;
}

static u32 hex_value(char c) {
    if (is_digit(c)) return (u32)(c - '0');
    c = text_lower(c);
    return c >= 'a' && c <= 'f' ? (u32)(c - 'a' + 10) : 16;
}
u32 w2e_env_uuid_parse(u32 from, u32 to) {
    const char *text = guest_range(from, UUID_TEXT);
    u8 *p = guest_range(to, UUID_SIZE), parsed[UUID_SIZE];
    if (!text || !p) return (u32)-1;
    for (u32 i = 0, n = 0; i < UUID_TEXT; i++) {
        u32 value = hex_value(text[i]);
        if (dash_at(i) ? text[i] != '-' : value > 15) return (u32)-1;
        if (dash_at(i)) continue;
        parsed[n / 2] = (u8)(n % 2 ? parsed[n / 2] | value : value << 4);
        n++;
    }
    memcpy(p, parsed, UUID_SIZE);
    return 0;
}

static void unparse(u32 from, u32 to, const char *digits) {
    const u8 *p = guest_range(from, UUID_SIZE);
    char *text = guest_range(to, UUID_TEXT + 1), written[UUID_TEXT + 1];
    if (!p || !text) return;
    for (u32 i = 0, n = 0; i < UUID_TEXT; i++) {
        written[i] = '-';
        if (dash_at(i)) continue;
        written[i] = digits[n % 2 ? p[n / 2] & 15 : p[n / 2] >> 4];
        n++;
    }
    written[UUID_TEXT] = 0;
    memcpy(text, written, sizeof written);
}
void w2e_env_uuid_unparse(u32 from, u32 to) { unparse(from, to, "0123456789abcdef"); }
void w2e_env_uuid_unparse_lower(u32 from, u32 to) { unparse(from, to, "0123456789abcdef"); }
void w2e_env_uuid_unparse_upper(u32 from, u32 to) { unparse(from, to, "0123456789ABCDEF"); }
u32 w2e_env_uuid_type(u32 from) {
    (void)from;
    return VERSION_RANDOM;
}
u32 w2e_env_uuid_variant(u32 from) {
    (void)from;
    return VARIANT_RFC;
}
