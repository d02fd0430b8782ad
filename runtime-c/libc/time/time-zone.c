// The local time zone: TZif files (RFC 8536) and POSIX TZ strings (IEEE 1003.1, section 8.3; also RFC 8536's
// extension of rule times to -167..167 hours). Chosen by the environment variable TZ: unset is /etc/localtime, empty is
// UTC, else a name under /usr/share/zoneinfo or a rule. A module's setenv changes an environment inside the module,
// which only its getenv knows: where that is exported, TZ is looked at whenever localtime or tzset are called, else
// the environment that the process started with holds.
#include "../files.h"
#include "guest-calls.h"
#include "guest.h"
#include "runtime.h"
#include "text.h"
#include "time-zone.h"
#include "w2e.h"

enum { HEADER = 44, DEFAULT_RULE_TIME = 7200, TZ_MAX = 256 };

// When a rule begins: Mm.w.d, Jn (1..365, no leap day) or n (0..365).
struct rule_date {
    char kind;
    i32 month, week, day;
    i32 time;
};
struct zone {
    // What it was made from: the value of TZ, if it has one, and the file.
    bool loaded, is_set;
    char value[TZ_MAX];
    struct file_text file;
    // From the file: transition times, their types, the types, the names. Big-endian.
    u32 transitions, types;
    const u8 *times, *indices, *records, *names;
    u32 names_size;
    // From the footer or from TZ.
    bool has_rule, rule_has_dst;
    struct local_type standard, daylight;
    struct rule_date start, end;
};
// Changed and looked into while held only.
static struct zone zone;

static u32 big32(const u8 *p) { return __builtin_bswap32(load32(p)); }
static i64 big64(const u8 *p) { return (i64)__builtin_bswap64(load64(p)); }

static void set_name(struct local_type *type, const char *name, u64 length) {
    type->name_length = length < LOCAL_NAME_MAX ? (u32)length : LOCAL_NAME_MAX;
    memcpy(type->name, name, type->name_length);
}

static bool parse_name(const char **at, struct local_type *type) {
    const char *s = *at;
    bool quoted = *s == '<';
    const char *start = s += quoted;
    while (quoted ? *s && *s != '>' : is_alpha(*s)) s++;
    set_name(type, start, (u64)(s - start));
    if (quoted && *s++ != '>') return false;
    *at = s;
    return type->name_length >= 3;
}

static i32 parse_number(const char **at) {
    i32 n = 0;
    for (; is_digit(**at) && n < 100000; ++*at) n = 10 * n + (**at - '0');
    return n;
}

// [+-]hh[:mm[:ss]] in seconds.
static bool parse_time(const char **at, i32 *seconds) {
    bool negative = **at == '-';
    if (**at == '-' || **at == '+') ++*at;
    if (!is_digit(**at)) return false;
    i32 t = parse_number(at) * 3600;
    if (**at == ':') {
        ++*at;
        t += parse_number(at) * 60;
    }
    if (**at == ':') {
        ++*at;
        t += parse_number(at);
    }
    *seconds = negative ? -t : t;
    return true;
}

static bool parse_rule_date(const char **at, struct rule_date *d) {
    if (*(*at)++ != ',') return false;
    d->kind = **at;
    d->time = DEFAULT_RULE_TIME;
    if (d->kind == 'M') {
        ++*at;
        d->month = parse_number(at);
        if (*(*at)++ != '.') return false;
        d->week = parse_number(at);
        if (*(*at)++ != '.') return false;
    } else if (d->kind == 'J') {
        ++*at;
    }
    if (!is_digit(**at)) return false;
    d->day = parse_number(at);
    if (**at != '/') return true;
    ++*at;
    return parse_time(at, &d->time);
}

// std offset [dst [offset] [,start,end]]; offsets count west.
static bool parse_rule(const char *s, struct zone *z) {
    i32 west;
    if (!parse_name(&s, &z->standard) || !parse_time(&s, &west)) return false;
    z->standard.offset = -west;
    z->has_rule = true;
    if (*s == 0 || *s == '\n') return true;
    if (!parse_name(&s, &z->daylight)) return false;
    z->daylight.offset = z->standard.offset + 3600;
    z->daylight.is_dst = true;
    if (*s && *s != ',' && *s != '\n') {
        if (!parse_time(&s, &west)) return false;
        z->daylight.offset = -west;
    }
    z->rule_has_dst = true;
    if (*s != ',') s = ",M3.2.0,M11.1.0";
    return parse_rule_date(&s, &z->start) && parse_rule_date(&s, &z->end);
}

static u64 block_size(const u8 *header, u64 time_size) {
    u64 utc = big32(header + 20), std = big32(header + 24), leaps = big32(header + 28);
    u64 times = big32(header + 32), types = big32(header + 36), chars = big32(header + 40);
    return times * (time_size + 1) + types * 6 + chars + leaps * (time_size + 4) + std + utc;
}

static bool parse_file(struct file_text file, struct zone *z) {
    const u8 *p = (const u8 *)file.text, *end = p + file.length;
    if (file.length < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2') return false;
    u64 skip = HEADER + block_size(p, 4);
    if (skip + HEADER > file.length) return false;
    p += skip;
    u64 size = block_size(p, 8);
    if (size > (u64)(end - p) - HEADER) return false;
    z->transitions = big32(p + 32);
    z->types = big32(p + 36);
    z->names_size = big32(p + 40);
    z->times = p + HEADER;
    z->indices = z->times + 8ul * z->transitions;
    z->records = z->indices + z->transitions;
    z->names = z->records + 6ul * z->types;
    const char *footer = (const char *)p + HEADER + size;
    // The text ends with the footer's line feed (the file buffer has a NUL behind it).
    if (footer < (const char *)end && *footer == '\n') parse_rule(footer + 1, z);
    return z->types > 0 && z->names_size > 0 && z->names[z->names_size - 1] == 0;
}

static bool load_path(const char *directory, const char *name, struct zone *z) {
    char path[TZ_MAX + 32];
    u64 n = text_length(directory), m = text_length(name);
    if (n + m >= sizeof path) return false;
    memcpy(path, directory, n);
    memcpy(path + n, name, m + 1);
    if (!read_whole_file(path, &z->file)) return false;
    if (parse_file(z->file, z)) return true;
    free_file_text(&z->file);
    return false;
}

// What the module's getenv says, called like a signal handler: beyond the red zone of whoever may be interrupted. Whether
// the variable is set. Calls the module.
static bool module_environment(const char *name, char *to, u64 size) {
    u32 saved = w2e_stack_pointer;
    struct free_stack space = beyond_red_zone(saved, 16);
    char *text = guest_range(space.at, 16);
    if (!text) return false;
    memcpy(text, name, text_length(name) + 1);
    w2e_stack_pointer = space.pointer;
    u32 found = guest_call_getenv(space.at);
    w2e_stack_pointer = saved;
    if (found && guest_text(found, to, size) < 0) to[0] = 0;
    return found != 0;
}

static bool process_environment(const char *name, char *to, u64 size) {
    const char *found = host_environment(name);
    u64 n = found ? text_length(found) : 0;
    to[0] = 0;
    if (found && n < size) memcpy(to, found, n + 1);
    return found != NULL;
}

static bool parse_whole_rule(const char *tz, struct zone *z) {
    struct zone parsed = *z;
    if (!parse_rule(tz, &parsed)) return false;
    *z = parsed;
    return true;
}

// Makes a zone of the value that is in it.
static void load(struct zone *z) {
    const char *tz = z->value + (z->value[0] == ':');
    z->loaded = true;
    if (!z->is_set && load_path("", "/etc/localtime", z)) return;
    if (z->is_set && *tz) {
        if (*tz == '/' ? load_path("", tz, z) : load_path("/usr/share/zoneinfo/", tz, z)) return;
        if (parse_whole_rule(tz, z)) return;
    }
    z->has_rule = true;
    set_name(&z->standard, "UTC", 3);
}

static bool is_current(const struct zone *z) {
    hold();
    bool same = zone.loaded && zone.is_set == z->is_set && text_equal(zone.value, z->value);
    release();
    return same;
}

void refresh_time_zone(void) {
    bool ask_module = guest_has_getenv() && HAS_STACK_POINTER;
    if (zone.loaded && !ask_module) return;
    struct zone new = {0};
    new.is_set = ask_module ? module_environment("TZ", new.value, TZ_MAX) : process_environment("TZ", new.value, TZ_MAX);
    if (is_current(&new)) return;
    load(&new);
    hold();
    struct file_text old = zone.file;
    zone = new;
    release();
    if (old.text) free_file_text(&old);
}

static void ensure_loaded(void) {
    if (!zone.loaded) refresh_time_zone();
}

static struct local_type type_record(u32 index) {
    const u8 *r = zone.records + 6ul * (index < zone.types ? index : 0);
    const char *name = (const char *)zone.names + (r[5] < zone.names_size ? r[5] : 0);
    struct local_type type = {.offset = (i32)big32(r), .is_dst = r[4] != 0};
    set_name(&type, name, text_length(name));
    return type;
}

// Seconds since the epoch, as local wall clock, at which a rule's date comes in a year.
static i64 rule_moment(const struct rule_date *d, i64 year) {
    i64 days;
    if (d->kind == 'M') {
        i64 first = days_of_date(year, d->month - 1, 1);
        i64 weekday = ((first + 4) % 7 + 7) % 7;
        days = first + (d->day - weekday + 7) % 7 + 7 * (d->week - 1);
        if (days >= days_of_date(year, d->month, 1)) days -= 7;
    } else if (d->kind == 'J') {
        days = days_of_date(year, 0, 1) + d->day - 1 + (is_leap_year(year) && d->day >= 60);
    } else {
        days = days_of_date(year, 0, 1) + d->day;
    }
    return days * 86400 + d->time;
}

static struct local_type type_by_rule(i64 seconds) {
    if (!zone.rule_has_dst) return zone.standard;
    struct calendar_time t;
    calendar_of(seconds, zone.standard.offset, &t);
    i64 start = rule_moment(&zone.start, t.year + 1900) - zone.standard.offset;
    i64 end = rule_moment(&zone.end, t.year + 1900) - zone.daylight.offset;
    bool summer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return summer ? zone.daylight : zone.standard;
}

static struct local_type type_at(i64 seconds) {
    u32 low = 0, high = zone.transitions;
    while (low < high) {
        u32 middle = (low + high) / 2;
        if (big64(zone.times + 8ul * middle) <= seconds) low = middle + 1;
        else high = middle;
    }
    if (low == zone.transitions && zone.has_rule) return type_by_rule(seconds);
    return type_record(low ? zone.indices[low - 1] : 0);
}

struct local_type local_type_at(i64 seconds) {
    ensure_loaded();
    hold();
    struct local_type type = type_at(seconds);
    release();
    return type;
}

static bool types(struct local_type *standard, struct local_type *daylight) {
    if (zone.has_rule) {
        *standard = zone.standard;
        *daylight = zone.daylight;
        return zone.rule_has_dst;
    }
    bool found = false;
    *standard = type_record(0);
    for (u32 i = 0; i < zone.transitions; i++) {
        struct local_type type = type_record(zone.indices[i]);
        if (type.is_dst) *daylight = type;
        else *standard = type;
        found |= type.is_dst;
    }
    return found;
}

bool local_types(struct local_type *standard, struct local_type *daylight) {
    ensure_loaded();
    hold();
    bool both = types(standard, daylight);
    release();
    return both;
}

// Local fields name one moment, two (clocks set back) or none (set forward): is_dst decides, and where it
// contradicts the zone, the offset of the nearest time with that is_dst within a year applies.
i64 seconds_of_local(const struct calendar_time *t) {
    i64 wall = seconds_of(t);
    struct local_type before = local_type_at(wall - 86400), after = local_type_at(wall + 86400);
    i64 first = wall - before.offset, second = wall - after.offset;
    bool first_valid = local_type_at(first).offset == before.offset, second_valid = local_type_at(second).offset == after.offset;
    i64 seconds = first_valid || !second_valid ? first : second;
    if (t->is_dst < 0) return seconds;
    bool wanted = t->is_dst > 0;
    if (first_valid && second_valid && after.is_dst == wanted && before.is_dst != wanted) seconds = second;
    if (local_type_at(seconds).is_dst == wanted) return seconds;
    for (i64 week = 1; week <= 52; week++)
        for (i64 sign = -1; sign <= 1; sign += 2) {
            struct local_type type = local_type_at(seconds + sign * week * 604800);
            if (type.is_dst == wanted) return wall - type.offset;
        }
    return seconds;
}
