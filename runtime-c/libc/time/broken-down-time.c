// The calls that Emscripten's libc makes for gmtime, localtime, mktime, timegm, tzset.
#include "calendar.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "time-zone.h"

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
// Of 64 bits the upper half is the second result.
static u32 returned_time(i64 seconds) {
    if (!abi_has(ABI_TIME64)) return short_time(seconds);
    w2e_set_second_result((u32)((u64)seconds >> 32));
    return (u32)seconds;
}
u32 w2e_env__mktime_js(u32 fields) { return returned_time(make_time(fields, true)); }
u64 w2e_env__mktime_js_64(u32 fields) { return (u64)make_time(fields, true); }
u32 w2e_env__timegm_js(u32 fields) { return returned_time(make_time(fields, false)); }
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

u32 w2e_env_dysize(u32 year) { return is_leap_year((i32)year) ? 366 : 365; }
