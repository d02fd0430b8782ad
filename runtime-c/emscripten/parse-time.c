// strptime in the C locale (IEEE 1003.1, with the GNU additions s z Z k l P F). Fields that the format does not
// name stay as they are; weekday and day of the year are worked out from a complete date.
#include "calendar.h"
#include "guest.h"
#include "imports.gen.h"
#include "text.h"

static const char *const days[7] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
static const char *const months[12] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};

struct state {
    struct calendar_time t;
    i32 century, year_in_century; // -1: not given
    i32 afternoon;                // -1: not given
    bool has_year, has_month, has_day;
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

static const char *convert(const char *s, char conversion, struct state *st) {
    struct calendar_time *t = &st->t;
    i32 n = 0;
    switch (conversion) {
    case 'a': case 'A': return take_name(s, days, 7, &t->weekday);
    case 'b': case 'B': case 'h': st->has_month = true; return take_name(s, months, 12, &t->month);
    case 'c': return parse(s, "%a %b %e %H:%M:%S %Y", st);
    case 'C': return take_number(s, 0, 99, 2, &st->century);
    case 'd': case 'e': st->has_day = true; return take_number(s, 1, 31, 2, &t->day);
    case 'D': case 'x': return parse(s, "%m/%d/%y", st);
    case 'F': return parse(s, "%Y-%m-%d", st);
    case 'H': case 'k': return take_number(s, 0, 23, 2, &t->hour);
    case 'I': case 'l': s = take_number(s, 1, 12, 2, &t->hour); t->hour %= 12; return s;
    case 'j': s = take_number(s, 1, 366, 3, &t->yearday); t->yearday--; return s;
    case 'm': st->has_month = true; s = take_number(s, 1, 12, 2, &t->month); t->month--; return s;
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
    case 'S': return take_number(s, 0, 60, 2, &t->second);
    case 'T': case 'X': return parse(s, "%H:%M:%S", st);
    case 'u': s = take_number(s, 1, 7, 1, &t->weekday); t->weekday %= 7; return s;
    case 'U': case 'W': case 'V': case 'g': return take_number(s, 0, 99, 2, &n);
    case 'G': return take_number(s, -9999, 9999, 4, &n);
    case 'w': return take_number(s, 0, 6, 1, &t->weekday);
    case 'y': return take_number(s, 0, 99, 2, &st->year_in_century);
    case 'Y': st->has_year = true; s = take_number(s, -9999, 9999, 4, &n); t->year = (i64)n - 1900; return s;
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

u32 w2e_env_strptime(u32 text, u32 format, u32 fields) {
    struct state st = {.century = -1, .year_in_century = -1, .afternoon = -1};
    const char *s = guest_string(text), *f = guest_string(format);
    if (!s || !f || !get_tm(fields, &st.t)) return 0;
    s = parse(s, f, &st);
    if (!s) return 0;
    if (st.afternoon > 0) st.t.hour += 12;
    if (st.year_in_century >= 0 || st.century >= 0) {
        i32 year = st.year_in_century < 0 ? 0 : st.year_in_century;
        // POSIX: 69..99 are in the 20th century, 0..68 in the 21st.
        st.t.year = st.century >= 0 ? st.century * 100 + year - 1900 : year < 69 ? year + 100 : year;
        st.has_year = true;
    }
    if (st.has_year && st.has_month && st.has_day) {
        struct calendar_time date = {.year = st.t.year, .month = st.t.month, .day = st.t.day};
        calendar_of(seconds_of(&date), 0, &date);
        st.t.weekday = date.weekday;
        st.t.yearday = date.yearday;
    }
    put_tm(fields, &st.t);
    return text + (u32)(s - guest_string(text));
}
u32 w2e_env_strptime_l(u32 text, u32 format, u32 fields, u32 locale) {
    (void)locale;
    return w2e_env_strptime(text, format, fields);
}
