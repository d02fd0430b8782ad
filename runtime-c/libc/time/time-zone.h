// The local time zone.
#ifndef W2E_TIME_ZONE_H
#define W2E_TIME_ZONE_H

#include "calendar.h"

enum { LOCAL_NAME_MAX = 63 };
struct local_type {
    i32 offset; // seconds east of UTC
    bool is_dst;
    u32 name_length;
    char name[LOCAL_NAME_MAX];
};
// Looks at TZ again, where it can have changed, and loads the zone that it names. Before conversions of local time.
// Calls the module; the others do where nothing has been loaded before.
void refresh_time_zone(void);
// The local time type in force at a moment.
struct local_type local_type_at(i64 seconds);
// Standard and daylight types as tzname shows them; false if there is no daylight saving.
bool local_types(struct local_type *standard, struct local_type *daylight);
// mktime: seconds of local fields; is_dst as in C.
i64 seconds_of_local(const struct calendar_time *t);

#endif
