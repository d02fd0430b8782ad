// Calendar functions that Emscripten up to 2.0.x left to its JavaScript whole: unlike later ones they return the fields and name the zone.
#include "calendar.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "time-zone.h"

// The fields' pointer to the zone's name, which the next call overwrites. Calls the module.
static u32 with_zone(u32 fields, const char *name, u32 length) {
    enum { NAME_SIZE = LOCAL_NAME_MAX + 1 };
    static struct guest_block zone_block;
    u32 copy = guest_block_of(&zone_block, NAME_SIZE);
    u8 *p = guest_range(fields, TM_SIZE), *text = copy ? guest_range(copy, NAME_SIZE) : NULL;
    if (p && text) {
        memcpy(text, name, length);
        text[length] = 0;
    }
    if (p) store32(p + TM_ZONE, text ? copy : 0);
    return fields;
}

u32 w2e_env___gmtime_r(u32 time, u32 fields) {
    w2e_env__gmtime_js(time, fields);
    return with_zone(fields, "GMT", 3);
}
u32 w2e_env___localtime_r(u32 time, u32 fields) {
    w2e_env__localtime_js(time, fields);
    const u8 *p = guest_range(time, 4);
    struct local_type type = local_type_at(p ? (i32)load32(p) : 0);
    return with_zone(fields, type.name, type.name_length);
}

// The fields that gmtime and localtime return. Calls the module.
static u32 own_fields(void) {
    static struct guest_block fields_block;
    return guest_block_of(&fields_block, TM_SIZE);
}
u32 w2e_env_gmtime(u32 time) {
    u32 fields = own_fields();
    return fields ? w2e_env___gmtime_r(time, fields) : 0;
}
u32 w2e_env_localtime(u32 time) {
    u32 fields = own_fields();
    return fields ? w2e_env___localtime_r(time, fields) : 0;
}

// Calls the module.
void w2e_env_tzset(void) {
    u32 timezone = guest_call__get_timezone(), daylight = guest_call__get_daylight(), names = guest_call__get_tzname();
    if (timezone && daylight && names) w2e_env__tzset_js(timezone, daylight, names);
}
