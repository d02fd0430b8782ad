// Text forms of IP addresses (inet_aton's IPv4 forms, RFC 4291 and RFC 5952 for IPv6), and /etc/hosts, /etc/services.
#include "../files.h"
#include "resolver.h"
#include "text.h"
#include "w2e.h"

static bool parse_part(const char **at, u32 *value) {
    u64 n = 0;
    u32 base = 10, digits = 0;
    if (!is_digit(**at)) return false;
    if (**at == '0') {
        base = 8;
        if (text_lower((*at)[1]) == 'x') {
            base = 16;
            *at += 2;
        }
    }
    for (;; ++*at, digits++) {
        char c = text_lower(**at);
        u32 digit = is_digit(c) ? (u32)(c - '0') : c >= 'a' && c <= 'f' ? (u32)(c - 'a') + 10 : 99;
        if (digit >= base) break;
        n = n * base + digit;
        if (n > 0xffffffff) return false;
    }
    *value = (u32)n;
    return digits > 0;
}

// a, a.b, a.b.c or a.b.c.d; the last part fills the rest.
static bool parse_ipv4(const char *text, u8 *bytes) {
    u32 part[4], count = 0;
    for (;;) {
        if (count == 4 || !parse_part(&text, &part[count++])) return false;
        if (*text != '.') break;
        text++;
    }
    if (*text) return false;
    u32 last = part[count - 1], limit = count == 1 ? 0xffffffff : (1u << 8 * (5 - count)) - 1;
    if (last > limit) return false;
    for (u32 i = 0; i + 1 < count; i++) {
        if (part[i] > 255) return false;
        bytes[i] = (u8)part[i];
    }
    for (u32 i = count - 1; i < 4; i++) bytes[i] = (u8)(last >> 8 * (3 - i));
    return true;
}

static bool parse_ipv6(const char *text, u8 *bytes) {
    u16 group[8] = {0};
    u32 count = 0, gap = 8;
    if (text[0] == ':' && text[1] != ':') return false;
    for (;;) {
        if (text[0] == ':' && (count == 0 || text[-1] == ':')) {
            // "::" once; the second colon of a leading one is here too.
            if (gap < 8) return false;
            text += count == 0 ? 2 : 1;
            gap = count;
            if (!*text) break;
        }
        const char *start = text;
        u32 value = 0, digits = 0;
        for (;; text++, digits++) {
            char c = text_lower(*text);
            u32 digit = is_digit(c) ? (u32)(c - '0') : c >= 'a' && c <= 'f' ? (u32)(c - 'a') + 10 : 99;
            if (digit > 15 || digits == 4) break;
            value = value * 16 + digit;
        }
        if (*text == '.' && count <= 6) {
            u8 v4[4];
            if (!parse_ipv4(start, v4)) return false;
            group[count++] = (u16)(v4[0] << 8 | v4[1]);
            group[count++] = (u16)(v4[2] << 8 | v4[3]);
            text = "";
            break;
        }
        if (!digits || count == 8) return false;
        group[count++] = (u16)value;
        if (!*text) break;
        if (*text++ != ':' || !*text) return false;
    }
    if (*text || (gap == 8 ? count != 8 : count == 8)) return false;
    u32 shift = 8 - count;
    for (u32 i = 0; i < 8; i++) {
        u16 g = i < gap ? (i < count ? group[i] : 0) : i < gap + shift ? 0 : group[i - shift];
        bytes[2 * i] = (u8)(g >> 8);
        bytes[2 * i + 1] = (u8)g;
    }
    return true;
}

bool parse_address(const char *text, struct address *address) {
    char copy[64];
    u32 n = 0, scope = 0;
    *address = (struct address){0};
    if (parse_ipv4(text, address->bytes)) {
        address->family = AF_INET;
        return true;
    }
    for (; text[n] && text[n] != '%'; n++) {
        if (n + 1 == sizeof copy) return false;
        copy[n] = text[n];
    }
    copy[n] = 0;
    if (text[n] == '%') {
        const char *s = text + n + 1;
        if (!parse_part(&s, &scope) || *s) return false;
    }
    address->family = AF_INET6;
    address->scope = scope;
    return parse_ipv6(copy, address->bytes);
}

static char *put_decimal(char *to, u32 value) {
    if (value >= 10) to = put_decimal(to, value / 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

static char *put_ipv4(char *to, const u8 *bytes) {
    for (u32 i = 0; i < 4; i++) {
        if (i) *to++ = '.';
        to = put_decimal(to, bytes[i]);
    }
    *to = 0;
    return to;
}

void format_address(const struct address *address, char *to) {
    static const u8 mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const u8 *b = address->bytes;
    u32 best = 8, best_length = 1;
    if (address->family == AF_INET) {
        put_ipv4(to, b);
        return;
    }
    if (memcmp(b, mapped, 12) == 0) {
        memcpy(to, "::ffff:", 7);
        put_ipv4(to + 7, b + 12);
        return;
    }
    for (u32 i = 0; i < 8; i++) {
        u32 n = 0;
        while (i + n < 8 && b[2 * (i + n)] == 0 && b[2 * (i + n) + 1] == 0) n++;
        if (n > best_length) best = i, best_length = n;
        if (n) i += n - 1;
    }
    for (u32 i = 0; i < 8; i++) {
        if (i == best) {
            *to++ = ':';
            i += best_length - 1;
            if (i == 7) *to++ = ':';
            continue;
        }
        if (i) *to++ = ':';
        u32 g = (u32)(b[2 * i] << 8 | b[2 * i + 1]), started = 0;
        for (i32 shift = 12; shift >= 0; shift -= 4) {
            u32 digit = g >> shift & 15;
            started |= digit || shift == 0;
            if (started) *to++ = "0123456789abcdef"[digit];
        }
    }
    *to = 0;
}

// The next word of a line, NUL-terminated in place; NULL at its end or at a comment.
static char *next_word(char **at) {
    char *s = *at;
    while (*s == ' ' || *s == '\t' || *s == '\r') s++;
    if (*s == 0 || *s == '\n' || *s == '#') {
        *at = s;
        return NULL;
    }
    char *word = s;
    while (*s && !is_space(*s) && *s != '#') s++;
    char end = *s;
    *s = 0;
    *at = end == '\n' || end == '#' || end == 0 ? s : s + 1;
    if (end == '\n' || end == '#') *s = 0;
    return word;
}

// One line of a file: cuts it off and moves on.
static char *next_line(char **at) {
    char *line = *at, *s = line;
    if (!*s) return NULL;
    while (*s && *s != '\n') s++;
    *at = *s ? s + 1 : s;
    *s = 0;
    return line;
}

i32 lookup_in_hosts(const char *name, u32 family, struct address_list *list) {
    struct file_text file;
    if (!read_whole_file("/etc/hosts", &file)) return EAI_NONAME;
    char *rest = file.text;
    for (char *line; (line = next_line(&rest)) && list->count < ADDRESSES_MAX;) {
        struct address a;
        char *word = next_word(&line), *canonical = NULL;
        if (!word || !parse_address(word, &a) || (family != AF_UNSPEC && family != a.family)) continue;
        while ((word = next_word(&line))) {
            if (!canonical) canonical = word;
            if (!text_equal_ignoring_case(word, name)) continue;
            if (!list->count && text_length(canonical) < HOST_NAME_SIZE) memcpy(list->canonical, canonical, text_length(canonical) + 1);
            list->address[list->count++] = a;
            break;
        }
    }
    free_file_text(&file);
    return list->count ? 0 : EAI_NONAME;
}

bool reverse_in_hosts(const struct address *address, char *to) {
    struct file_text file;
    bool found = false;
    if (!read_whole_file("/etc/hosts", &file)) return false;
    char *rest = file.text;
    for (char *line; !found && (line = next_line(&rest));) {
        struct address a;
        char *word = next_word(&line);
        if (!word || !parse_address(word, &a) || a.family != address->family || memcmp(a.bytes, address->bytes, 16) != 0) continue;
        word = next_word(&line);
        found = word && text_length(word) < HOST_NAME_SIZE;
        if (found) memcpy(to, word, text_length(word) + 1);
    }
    free_file_text(&file);
    return found;
}

// "name port/protocol aliases..."
static bool split_service(char *line, char **name, u32 *port, char **protocol) {
    *name = next_word(&line);
    char *number = *name ? next_word(&line) : NULL, *s = number;
    if (!number) return false;
    u32 n = 0;
    for (; is_digit(*s) && n < 65536; s++) n = 10 * n + (u32)(*s - '0');
    *port = n;
    *protocol = s + 1;
    return *s == '/' && n < 65536;
}

u32 service_port(const char *name, const char *protocol) {
    struct file_text file;
    u32 result = 0, port;
    if (!read_whole_file("/etc/services", &file)) return 0;
    char *rest = file.text, *first, *its_protocol;
    for (char *line; !result && (line = next_line(&rest));) {
        if (!split_service(line, &first, &port, &its_protocol) || !text_equal(its_protocol, protocol)) continue;
        char *aliases = its_protocol + text_length(its_protocol) + 1;
        bool same = text_equal(first, name);
        for (char *alias; !same && aliases < rest && (alias = next_word(&aliases));) same = text_equal(alias, name);
        if (same) result = port;
    }
    free_file_text(&file);
    return result;
}

bool service_name(u32 port, const char *protocol, char *to, u32 size) {
    struct file_text file;
    bool found = false;
    u32 its_port;
    if (!read_whole_file("/etc/services", &file)) return false;
    char *rest = file.text, *name, *its_protocol;
    for (char *line; !found && (line = next_line(&rest));) {
        if (!split_service(line, &name, &its_port, &its_protocol) || its_port != port || !text_equal(its_protocol, protocol)) continue;
        found = text_length(name) < size;
        if (found) memcpy(to, name, text_length(name) + 1);
    }
    free_file_text(&file);
    return found;
}
