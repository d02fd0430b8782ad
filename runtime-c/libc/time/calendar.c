// Gregorian calendar arithmetic (days and civil dates after Howard Hinnant's "chrono-compatible low-level date
// algorithms") and the calls that Emscripten's libc makes for gmtime, localtime, mktime, timegm, tzset.
#include "calendar.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "time-layout.h"

static i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }

i64 days_of_date(i64 year, i64 month, i64 day) {
    year += floor_div(month, 12);
    month -= floor_div(month, 12) * 12;
    i64 y = year - (month < 2), era = floor_div(y, 400), year_of_era = y - era * 400;
    i64 march_month = (month + 10) % 12;
    i64 day_of_year = (153 * march_month + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

i64 seconds_of(const struct calendar_time *t) {
    return ((days_of_date(t->year + 1900, t->month, t->day) * 24 + t->hour) * 60 + t->minute) * 60 + t->second;
}

void calendar_of(i64 seconds, i32 offset, struct calendar_time *t) {
    i64 local = seconds + offset, days = floor_div(local, 86400), rest = local - days * 86400;
    i64 shifted = days + 719468, era = floor_div(shifted, 146097), day_of_era = shifted - era * 146097;
    i64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    i64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    i64 march_month = (5 * day_of_year + 2) / 153;
    i64 month = (march_month + 2) % 12, year = year_of_era + era * 400 + (month < 2);
    t->day = (i32)(day_of_year - (153 * march_month + 2) / 5 + 1);
    t->month = (i32)month;
    t->year = year - 1900;
    t->hour = (i32)(rest / 3600);
    t->minute = (i32)(rest / 60 % 60);
    t->second = (i32)(rest % 60);
    t->weekday = (i32)(((days + 4) % 7 + 7) % 7);
    t->yearday = (i32)(days - days_of_date(year, 0, 1));
    t->offset = offset;
    t->is_dst = 0;
}

bool get_tm(u32 from, struct calendar_time *t) {
    const u8 *p = guest_range(from, TM_SIZE);
    if (!p) return false;
    *t = (struct calendar_time){(i32)load32(p + 20),      (i32)load32(p + 16), (i32)load32(p + 12), (i32)load32(p + 8),
                                (i32)load32(p + 4),       (i32)load32(p),      (i32)load32(p + 24), (i32)load32(p + 28),
                                (i32)load32(p + 32),      (i32)load32(p + 36)};
    return true;
}

// tm_zone is left alone: the module's libc owns it.
bool put_tm(u32 to, const struct calendar_time *t) {
    u8 *p = guest_range(to, TM_SIZE);
    if (!p) return false;
    const i32 fields[] = {t->second, t->minute, t->hour, t->day, t->month, (i32)t->year, t->weekday, t->yearday, t->is_dst, t->offset};
    for (u32 i = 0; i < W2E_COUNT(fields); i++) store32(p + 4 * i, (u32)fields[i]);
    return true;
}

static void put_utc(i64 seconds, u32 to) {
    struct calendar_time t;
    calendar_of(seconds, 0, &t);
    put_tm(to, &t);
}
static void put_local(i64 seconds, u32 to) {
    struct calendar_time t;
    refresh_time_zone();
    struct local_type type = local_type_at(seconds);
    calendar_of(seconds, type.offset, &t);
    t.is_dst = type.is_dst;
    put_tm(to, &t);
}

// The time argument is a pointer in the 32-bit eras, with time_t as abi_flags say, and a number from 3.1.43 on.
static i64 seconds_at(u32 address) {
    const u8 *p = guest_range(address, abi_has(ABI_TIME64) ? 8 : 4);
    return !p ? 0 : abi_has(ABI_TIME64) ? (i64)load64(p) : (i32)load32(p);
}
void w2e_env__gmtime_js(u32 time, u32 to) { put_utc(seconds_at(time), to); }
void w2e_env__gmtime_js_64(u64 time, u32 to) { put_utc((i64)time, to); }
u32 w2e_env__gmtime_js_64_result(u64 time, u32 to) { return put_utc((i64)time, to), 0; }
void w2e_env__localtime_js(u32 time, u32 to) { put_local(seconds_at(time), to); }
void w2e_env__localtime_js_64(u64 time, u32 to) { put_local((i64)time, to); }
u32 w2e_env__localtime_js_64_result(u64 time, u32 to) { return put_local((i64)time, to), 0; }

static i64 make_time(u32 fields, bool local) {
    struct calendar_time t;
    if (!get_tm(fields, &t)) return -1;
    if (local) refresh_time_zone();
    i64 seconds = local ? seconds_of_local(&t) : seconds_of(&t);
    if (local) put_local(seconds, fields);
    else put_utc(seconds, fields);
    return seconds;
}
// What a 32-bit time_t cannot hold is an error, as on every 32-bit system.
static u32 short_time(i64 seconds) {
    if (seconds == (i32)seconds) return (u32)seconds;
    guest_set_errno(EOVERFLOW);
    return (u32)-1;
}
u32 w2e_env__mktime_js(u32 fields) { return short_time(make_time(fields, true)); }
u64 w2e_env__mktime_js_64(u32 fields) { return (u64)make_time(fields, true); }
u32 w2e_env__timegm_js(u32 fields) { return short_time(make_time(fields, false)); }
u64 w2e_env__timegm_js_64(u32 fields) { return (u64)make_time(fields, false); }

enum { NAME_SIZE = 17 };

static void put_name(u8 *to, const struct local_type *type) {
    u32 n = type->name_length < NAME_SIZE - 1 ? type->name_length : NAME_SIZE - 1;
    memcpy(to, type->name, n);
    to[n] = 0;
}
static void put_zone(u32 timezone, u32 daylight, struct local_type *standard, struct local_type *summer) {
    refresh_time_zone();
    bool has_summer = local_types(standard, summer);
    u8 *west = guest_range(timezone, 4), *flag = guest_range(daylight, 4);
    if (west) store32(west, (u32)-standard->offset);
    if (flag) store32(flag, has_summer);
    if (!has_summer) *summer = *standard;
}
// tzname[2] are pointers; the names live in the module's heap from the first call on.
void w2e_env__tzset_js(u32 timezone, u32 daylight, u32 names) {
    static struct guest_block block;
    struct local_type standard, summer;
    put_zone(timezone, daylight, &standard, &summer);
    u32 copies = guest_block_of(&block, 2 * NAME_SIZE);
    u8 *pointers = guest_range(names, 8), *at = copies ? guest_range(copies, 2 * NAME_SIZE) : NULL;
    if (!pointers || !at) return;
    put_name(at, &standard);
    put_name(at + NAME_SIZE, &summer);
    store32(pointers, copies);
    store32(pointers + 4, copies + NAME_SIZE);
}
// From 3.1.55 on: two buffers of 17 bytes.
void w2e_env__tzset_js_names(u32 timezone, u32 daylight, u32 standard_name, u32 summer_name) {
    struct local_type standard, summer;
    put_zone(timezone, daylight, &standard, &summer);
    u8 *first = guest_range(standard_name, NAME_SIZE), *second = guest_range(summer_name, NAME_SIZE);
    if (first) put_name(first, &standard);
    if (second) put_name(second, &summer);
}
