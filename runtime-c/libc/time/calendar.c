// Gregorian calendar arithmetic: days and civil dates after Howard Hinnant's "chrono-compatible low-level date
// algorithms".
#include "calendar.h"
#include "guest.h"

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
