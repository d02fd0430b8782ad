// Calendar time on the host's side; the module's struct tm goes through get_tm and put_tm.
#ifndef W2E_CALENDAR_H
#define W2E_CALENDAR_H

#include "types.h"

// struct tm with a 64-bit year count from 1900.
struct calendar_time {
    i64 year;
    i32 month, day, hour, minute, second, weekday, yearday, is_dst, offset;
};

enum { TM_SIZE = 44, TM_ZONE = 40 };
bool get_tm(u32 from, struct calendar_time *t);
bool put_tm(u32 to, const struct calendar_time *t);

// Days from 1970-01-01 of a proleptic Gregorian date; month 0..11 and day may be out of range.
i64 days_of_date(i64 year, i64 month, i64 day);
// Seconds since the epoch of the fields taken as UTC.
i64 seconds_of(const struct calendar_time *t);
// Fills in all fields for seconds + offset.
void calendar_of(i64 seconds, i32 offset, struct calendar_time *t);
static inline bool is_leap_year(i64 y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

#endif
