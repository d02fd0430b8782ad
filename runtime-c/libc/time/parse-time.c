// strptime in the C locale (IEEE 1003.1, with the GNU additions s z Z k l P F). Fields that the format does not name stay
// as they are, but for those that follow from what it names, as in the GNU C library: weekday and day of the year from any
// part of a date (the rest of which is what the fields held), month and day from the day of the year or a week.
#include "guest.h"
#include "imports.gen.h"
#include "text.h"
#include "time-zone.h"

static const char *const days[7] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
static const char *const months[12] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};

struct state {
    struct calendar_time t;
    i32 century, week; // -1: not given
    bool afternoon, has_hour_of_12, has_short_year;
    bool has_date; // some part of one
    bool has_month, has_day, has_weekday, has_yearday, week_from_monday;
};

static const char *skip_spaces(const char *s) {
    while (is_space(*s)) s++;
    return s;
}

static const char *take_number(const char *s, i32 low, i32 high, u32 digits, i32 *value) {
    i64 n = 0;
    u32 count = 0;
    s = skip_spaces(s);
    bool negative = *s == '-';
    if (*s == '-' || *s == '+') s++;
    for (; count < digits && is_digit(*s); s++, count++) n = 10 * n + (*s - '0');
    if (negative) n = -n;
    if (!count || n < low || n > high) return NULL;
    *value = (i32)n;
    return s;
}

// A full name or its first three letters, in any case.
static const char *take_name(const char *s, const char *const *names, u32 count, i32 *value) {
    for (u32 i = 0; i < count; i++) {
        u32 n = 0;
        while (names[i][n] && text_lower(s[n]) == names[i][n]) n++;
        if (n < 3) continue;
        *value = (i32)i;
        return s + (names[i][n] ? 3 : n);
    }
    return NULL;
}

static const char *take_offset(const char *s, i32 *offset) {
    s = skip_spaces(s);
    if (*s == 'Z') {
        *offset = 0;
        return s + 1;
    }
    if (*s != '+' && *s != '-') return NULL;
    bool west = *s++ == '-';
    if (!is_digit(s[0]) || !is_digit(s[1])) return NULL;
    i32 minutes = ((s[0] - '0') * 10 + (s[1] - '0')) * 60;
    s += 2;
    if (*s == ':') s++;
    if (is_digit(s[0]) && is_digit(s[1])) {
        minutes += (s[0] - '0') * 10 + (s[1] - '0');
        s += 2;
    }
    *offset = (west ? -minutes : minutes) * 60;
    return s;
}

static const char *parse(const char *s, const char *format, struct state *st);

static const char *take_date_number(struct state *st, const char *s, i32 low, i32 high, u32 digits, i32 *value) {
    st->has_date = true;
    return take_number(s, low, high, digits, value);
}

static const char *take_week(struct state *st, const char *s, bool from_monday) {
    st->week_from_monday = from_monday;
    return take_number(s, 0, 53, 2, &st->week);
}

static const char *convert(const char *s, char conversion, struct state *st) {
    struct calendar_time *t = &st->t;
    i32 n = 0;
    switch (conversion) {
    case 'a': case 'A': st->has_weekday = true; return take_name(s, days, 7, &t->weekday);
    case 'b': case 'B': case 'h': st->has_date = st->has_month = true; return take_name(s, months, 12, &t->month);
    case 'c': return parse(s, "%a %b %e %H:%M:%S %Y", st);
    case 'C': return take_date_number(st, s, 0, 99, 2, &st->century);
    case 'd': case 'e': st->has_day = true; return take_date_number(st, s, 1, 31, 2, &t->day);
    case 'D': case 'x': return parse(s, "%m/%d/%y", st);
    case 'F': return parse(s, "%Y-%m-%d", st);
    case 'H': case 'k': st->has_hour_of_12 = false; return take_number(s, 0, 23, 2, &t->hour);
    case 'I': case 'l': st->has_hour_of_12 = true; s = take_number(s, 1, 12, 2, &t->hour); t->hour %= 12; return s;
    case 'j': st->has_yearday = true; s = take_number(s, 1, 366, 3, &t->yearday); t->yearday--; return s;
    case 'm': st->has_month = true; s = take_date_number(st, s, 1, 12, 2, &t->month); t->month--; return s;
    case 'M': return take_number(s, 0, 59, 2, &t->minute);
    case 'n': case 't': return skip_spaces(s);
    case 'p': case 'P':
        s = skip_spaces(s);
        if (text_lower(s[1]) != 'm' || (text_lower(*s) != 'a' && text_lower(*s) != 'p')) return NULL;
        st->afternoon = text_lower(*s) == 'p';
        return s + 2;
    case 'r': return parse(s, "%I:%M:%S %p", st);
    case 'R': return parse(s, "%H:%M", st);
    case 's': {
        i64 seconds = 0;
        if (!is_digit(*s)) return NULL;
        for (u32 digits = 0; is_digit(*s) && digits < 18; s++, digits++) seconds = 10 * seconds + (*s - '0');
        struct local_type type = local_type_at(seconds);
        calendar_of(seconds, type.offset, t);
        t->is_dst = type.is_dst;
        return s;
    }
    case 'S': return take_number(s, 0, 61, 2, &t->second);
    case 'T': case 'X': return parse(s, "%H:%M:%S", st);
    case 'u': st->has_weekday = true; s = take_number(s, 1, 7, 1, &t->weekday); t->weekday %= 7; return s;
    case 'U': return take_week(st, s, false);
    case 'W': return take_week(st, s, true);
    case 'V': return take_number(s, 0, 53, 2, &n);
    case 'g': return take_number(s, 0, 99, 2, &n);
    case 'G': return take_number(s, -9999, 9999, 4, &n);
    case 'w': st->has_weekday = true; return take_number(s, 0, 6, 1, &t->weekday);
    // POSIX: 69..99 are in the 20th century, 0..68 in the 21st.
    case 'y': st->has_short_year = true; s = take_date_number(st, s, 0, 99, 2, &n); t->year = n < 69 ? n + 100 : n; return s;
    case 'Y': st->has_short_year = false; s = take_date_number(st, s, -9999, 9999, 4, &n); t->year = (i64)n - 1900; return s;
    case 'z': return take_offset(s, &t->offset);
    case 'Z': while (is_alpha(*s)) s++; return s;
    case '%': return *s == '%' ? s + 1 : NULL;
    default: return NULL;
    }
}

static const char *parse(const char *s, const char *format, struct state *st) {
    for (; s && *format; format++) {
        if (is_space(*format)) {
            s = skip_spaces(s);
        } else if (*format != '%') {
            if (*s++ != *format) return NULL;
        } else {
            format++;
            while (*format == '-' || *format == '_' || *format == '0' || *format == 'E' || *format == 'O') format++;
            if (!*format) return NULL;
            s = convert(s, *format, st);
        }
    }
    return s;
}

static i32 weekday_of(i64 year, i64 month, i64 day) { return (i32)(((days_of_date(year, month, day) + 4) % 7 + 7) % 7); }
static i32 yearday_of(i64 year, i64 month, i64 day) { return (i32)(days_of_date(year, month, day) - days_of_date(year, 0, 1)); }

// Month and day where the format has not named them.
static void date_from_yearday(struct state *st) {
    struct calendar_time date;
    calendar_of(days_of_date(st->t.year + 1900, 0, 1 + st->t.yearday) * 86400, 0, &date);
    if (!st->has_month) st->t.month = date.month;
    if (!st->has_day) st->t.day = date.day;
}

static void complete(struct state *st) {
    struct calendar_time *t = &st->t;
    if (st->has_hour_of_12 && st->afternoon) t->hour += 12;
    if (st->century >= 0) t->year = (st->has_short_year ? t->year % 100 : 0) + (st->century - 19) * 100;
    i64 year = t->year + 1900;
    if (st->has_date && !st->has_weekday && st->has_yearday && !(st->has_month && st->has_day)) {
        date_from_yearday(st);
        st->has_month = st->has_day = true;
    }
    bool sound = (u32)t->month < 12;
    if (st->has_date && !st->has_weekday && sound) t->weekday = weekday_of(year, t->month, t->day);
    if (st->has_date && !st->has_yearday && sound) t->yearday = yearday_of(year, t->month, t->day);
    if (st->week < 0 || !st->has_weekday) return;
    // The day of a week that is counted from the year's first Sunday or Monday.
    i32 first = st->week_from_monday, start = weekday_of(year, 0, 1);
    if (!st->has_yearday) t->yearday = (7 - (start - first)) % 7 + (st->week - 1) * 7 + (t->weekday - first + 7) % 7;
    date_from_yearday(st);
}

u32 w2e_env_strptime(u32 text, u32 format, u32 fields) {
    struct state st = {.century = -1, .week = -1};
    const char *s = guest_string(text), *f = guest_string(format);
    if (!s || !f || !get_tm(fields, &st.t)) return 0;
    s = parse(s, f, &st);
    if (!s) return 0;
    complete(&st);
    put_tm(fields, &st.t);
    return guest_address(s);
}
u32 w2e_env_strptime_l(u32 text, u32 format, u32 fields, u32 locale) {
    (void)locale;
    return w2e_env_strptime(text, format, fields);
}
