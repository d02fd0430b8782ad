// strftime in the C locale (IEEE 1003.1, ISO 8601 weeks), with the GNU and musl flags - _ 0 ^ and a width.
#include "guest.h"
#include "imports.gen.h"
#include "time-zone.h"

struct output {
    u8 *at;
    u32 length, room;
    bool full;
};

static const char days[7][10] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char months[12][10] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};

static void put_char(struct output *o, char c) {
    if (o->length + 1 >= o->room) o->full = true;
    else o->at[o->length++] = (u8)c;
}

struct conversion {
    char pad;     // '-', '_', '0' or 0 for the conversion's own
    bool upper;
    i32 width;    // -1: the conversion's own
};

static void put_text(struct output *o, const char *text, u32 most, const struct conversion *c) {
    for (u32 i = 0; text[i] && i < most; i++) {
        char ch = text[i];
        put_char(o, c->upper && ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch);
    }
}

static void put_number(struct output *o, i64 value, i32 width, char pad, const struct conversion *c) {
    char digits[24];
    u32 n = 0;
    bool negative = value < 0;
    u64 v = negative ? 0 - (u64)value : (u64)value;
    do digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    if (c->pad) pad = c->pad;
    if (c->width >= 0) width = c->width;
    if (negative && pad == '0') put_char(o, '-');
    if (negative && pad != '0') digits[n++] = '-';
    for (i32 i = (i32)n + (negative && pad == '0'); pad != '-' && i < width; i++) put_char(o, pad == '_' ? ' ' : '0');
    while (n) put_char(o, digits[--n]);
}

// ISO 8601 week; *year becomes the week-based year.
static i32 iso_week(const struct calendar_time *t, i64 *year) {
    i32 monday_based = (t->weekday + 6) % 7;
    i32 week = (t->yearday - monday_based + 10) / 7;
    *year = t->year + 1900;
    if (week < 1) {
        --*year;
        i32 last_day = t->yearday + (is_leap_year(*year) ? 366 : 365);
        return (last_day - monday_based + 10) / 7;
    }
    i32 length = is_leap_year(*year) ? 366 : 365;
    if (week == 53 && t->yearday - monday_based + 3 >= length) {
        ++*year;
        return 1;
    }
    return week;
}

static void format(struct output *o, const char *text, const struct calendar_time *t, const char *zone);

static void convert(struct output *o, char conversion, const struct conversion *c, const struct calendar_time *t, const char *zone) {
    i64 year = t->year + 1900, week_year;
    i32 hour12 = t->hour % 12 ? t->hour % 12 : 12;
    switch (conversion) {
    case 'a': put_text(o, (u32)t->weekday < 7 ? days[t->weekday] : "?", 3, c); break;
    case 'A': put_text(o, (u32)t->weekday < 7 ? days[t->weekday] : "?", 10, c); break;
    case 'b': case 'h': put_text(o, (u32)t->month < 12 ? months[t->month] : "?", 3, c); break;
    case 'B': put_text(o, (u32)t->month < 12 ? months[t->month] : "?", 10, c); break;
    case 'c': format(o, "%a %b %e %H:%M:%S %Y", t, zone); break;
    case 'C': put_number(o, year / 100, 2, '0', c); break;
    case 'd': put_number(o, t->day, 2, '0', c); break;
    case 'D': case 'x': format(o, "%m/%d/%y", t, zone); break;
    case 'e': put_number(o, t->day, 2, '_', c); break;
    case 'F': format(o, "%Y-%m-%d", t, zone); break;
    case 'g': iso_week(t, &week_year); put_number(o, week_year % 100, 2, '0', c); break;
    case 'G': iso_week(t, &week_year); put_number(o, week_year, 4, '0', c); break;
    case 'H': put_number(o, t->hour, 2, '0', c); break;
    case 'I': put_number(o, hour12, 2, '0', c); break;
    case 'j': put_number(o, t->yearday + 1, 3, '0', c); break;
    case 'k': put_number(o, t->hour, 2, '_', c); break;
    case 'l': put_number(o, hour12, 2, '_', c); break;
    case 'm': put_number(o, t->month + 1, 2, '0', c); break;
    case 'M': put_number(o, t->minute, 2, '0', c); break;
    case 'n': put_char(o, '\n'); break;
    case 'p': put_text(o, t->hour >= 12 ? "PM" : "AM", 2, c); break;
    case 'P': put_text(o, t->hour >= 12 ? "pm" : "am", 2, c); break;
    case 'r': format(o, "%I:%M:%S %p", t, zone); break;
    case 'R': format(o, "%H:%M", t, zone); break;
    case 's': put_number(o, seconds_of_local(t), 1, '0', c); break;
    case 'S': put_number(o, t->second, 2, '0', c); break;
    case 't': put_char(o, '\t'); break;
    case 'T': case 'X': format(o, "%H:%M:%S", t, zone); break;
    case 'u': put_number(o, t->weekday ? t->weekday : 7, 1, '0', c); break;
    case 'U': put_number(o, (t->yearday + 7 - t->weekday) / 7, 2, '0', c); break;
    case 'V': put_number(o, iso_week(t, &week_year), 2, '0', c); break;
    case 'w': put_number(o, t->weekday, 1, '0', c); break;
    case 'W': put_number(o, (t->yearday + 7 - (t->weekday + 6) % 7) / 7, 2, '0', c); break;
    case 'y': put_number(o, year % 100, 2, '0', c); break;
    case 'Y': put_number(o, year, 1, '0', c); break;
    case 'z': {
        i32 minutes = (t->offset < 0 ? -t->offset : t->offset) / 60;
        if (t->is_dst < 0) break;
        put_char(o, t->offset < 0 ? '-' : '+');
        put_number(o, minutes / 60 * 100 + minutes % 60, 4, '0', c);
        break;
    }
    case 'Z': if (t->is_dst >= 0) put_text(o, zone, 64, c); break;
    case '%': put_char(o, '%'); break;
    default: put_char(o, '%'); put_char(o, conversion); break;
    }
}

static void format(struct output *o, const char *text, const struct calendar_time *t, const char *zone) {
    for (; *text && !o->full; text++) {
        if (*text != '%' || text[1] == 0) {
            put_char(o, *text);
            continue;
        }
        struct conversion c = {0, false, -1};
        for (text++; *text == '-' || *text == '_' || *text == '0' || *text == '^'; text++) {
            if (*text == '^') c.upper = true;
            else c.pad = *text;
        }
        for (; *text >= '0' && *text <= '9' && c.width < 1000; text++) c.width = 10 * (c.width < 0 ? 0 : c.width) + (*text - '0');
        if (*text == 'E' || *text == 'O') text++;
        if (*text == 0) return;
        convert(o, *text, &c, t, zone);
    }
}

u32 w2e_env_strftime(u32 to, u32 size, u32 format_text, u32 fields) {
    struct calendar_time t;
    struct output o = {guest_range(to, size), 0, size, false};
    const char *text = guest_string(format_text);
    if (!o.at || !text || !size || !get_tm(fields, &t)) return 0;
    const u8 *record = guest_range(fields, TM_SIZE);
    const char *zone = guest_string(load32(record + TM_ZONE));
    format(&o, text, &t, zone ? zone : "");
    o.at[o.length] = 0;
    return o.full ? 0 : o.length;
}
u32 w2e_env_strftime_l(u32 to, u32 size, u32 format_text, u32 fields, u32 locale) {
    (void)locale;
    return w2e_env_strftime(to, size, format_text, fields);
}

// Always 26 bytes for years of four digits; "?" where a field is out of range.
u32 w2e_env___asctime_r(u32 from, u32 to) {
    enum { ASCTIME_SIZE = 26 };
    struct calendar_time t;
    struct output o = {guest_range(to, ASCTIME_SIZE), 0, ASCTIME_SIZE, false};
    if (!o.at || !get_tm(from, &t)) return 0;
    format(&o, "%a %b %e %H:%M:%S %Y\n", &t, "");
    o.at[o.length] = 0;
    return to;
}
