// A DNS stub resolver (RFC 1035, RFC 2308; EDNS is not used): UDP queries to the servers of resolv.conf(5) in turn,
// A and AAAA at once, repeated by TCP when an answer is truncated. PTR; search list, ndots, timeout, attempts.
#include "../files.h"
#include "clock.h"
#include "kernel.h"
#include "resolver.h"
#include "system-call.h"
#include "text.h"
#include "w2e.h"

enum {
    SERVERS_MAX = 3, SEARCH_MAX = 6, PACKET_MAX = 4096, HEADER = 12, PORT = 53,
    TYPE_A = 1, TYPE_CNAME = 5, TYPE_PTR = 12, TYPE_AAAA = 28, CLASS_IN = 1,
    RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, FLAG_TRUNCATED = 2,
};

struct configuration {
    struct address server[SERVERS_MAX];
    u32 servers, timeout, attempts, dots;
    char search[SEARCH_MAX][HOST_NAME_SIZE];
    u32 searches;
};

static char *word(char **at) {
    while (**at == ' ' || **at == '\t') ++*at;
    char *s = *at;
    if (!*s || *s == '\n' || *s == '#' || *s == ';') return NULL;
    while (**at && !is_space(**at)) ++*at;
    if (**at == '\n') {
        **at = 0;
    } else if (**at) {
        *(*at)++ = 0;
    }
    return s;
}

static u32 option_value(const char *option, const char *name, u32 standard, u32 most) {
    u32 n = 0;
    while (*name && *option == *name) option++, name++;
    if (*name) return standard;
    for (; is_digit(*option) && n < 1000; option++) n = 10 * n + (u32)(*option - '0');
    return n < most ? n : most;
}

static void parse_line(struct configuration *c, char *line) {
    char *key = word(&line), *value;
    if (!key) return;
    if (text_equal(key, "nameserver")) {
        if (c->servers < SERVERS_MAX && (value = word(&line)) && parse_address(value, &c->server[c->servers])) c->servers++;
    } else if (text_equal(key, "search") || text_equal(key, "domain")) {
        for (c->searches = 0; c->searches < SEARCH_MAX && (value = word(&line));)
            if (text_length(value) < HOST_NAME_SIZE) memcpy(c->search[c->searches++], value, text_length(value) + 1);
    } else if (text_equal(key, "options")) {
        while ((value = word(&line))) {
            c->dots = option_value(value, "ndots:", c->dots, 15);
            c->timeout = option_value(value, "timeout:", c->timeout, 60);
            c->attempts = option_value(value, "attempts:", c->attempts, 10);
        }
    }
}

static void configure(struct configuration *c) {
    struct file_text file;
    *c = (struct configuration){.timeout = 5, .attempts = 2, .dots = 1};
    if (read_whole_file("/etc/resolv.conf", &file)) {
        for (char *line = file.text; *line;) {
            char *end = line;
            while (*end && *end != '\n') end++;
            char *next = *end ? end + 1 : end;
            *end = 0;
            parse_line(c, line);
            line = next;
        }
        free_file_text(&file);
    }
    if (!c->servers) parse_address("127.0.0.1", &c->server[c->servers++]);
}

struct packet {
    u32 length;
    u8 bytes[PACKET_MAX];
};

static u32 big16(const u8 *p) { return (u32)(p[0] << 8 | p[1]); }

// Header and one question; false for names that DNS cannot carry.
static bool make_query(struct packet *q, const char *name, u32 type, u32 id) {
    const u8 header[HEADER] = {(u8)(id >> 8), (u8)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    memcpy(q->bytes, header, HEADER);
    u8 *to = q->bytes + HEADER;
    if (text_length(name) >= HOST_NAME_SIZE - 2) return false;
    while (*name) {
        u32 n = 0;
        while (name[n] && name[n] != '.') n++;
        if (n == 0 || n > 63) return false;
        *to++ = (u8)n;
        memcpy(to, name, n);
        to += n;
        name += n + (name[n] == '.');
    }
    const u8 tail[5] = {0, (u8)(type >> 8), (u8)type, 0, CLASS_IN};
    memcpy(to, tail, 5);
    q->length = (u32)(to + 5 - q->bytes);
    return true;
}

static i64 milliseconds_now(void) {
    struct kernel_timespec t;
    w2e_clock_gettime(CLOCK_MONOTONIC, &t);
    return t.sec * 1000 + t.nsec / 1000000;
}

static bool wait_readable(long fd, i64 deadline) {
    for (;;) {
        struct { i32 fd; i16 events, revents; } poll = {(i32)fd, POLLIN, 0};
        i64 left = deadline - milliseconds_now();
        if (left <= 0) return false;
        struct kernel_timespec t = {left / 1000, left % 1000 * 1000000};
        long r = sys(SYS_ppoll, own(&poll), 1, own(&t), NO_ADDRESS, 8);
        if (r != -EINTR) return r > 0;
    }
}

static u32 socket_address(const struct address *server, u8 *to) {
    memset(to, 0, 28);
    store16(to, (u16)server->family);
    to[3] = PORT;
    if (server->family == AF_INET) {
        memcpy(to + 4, server->bytes, 4);
        return 16;
    }
    memcpy(to + 8, server->bytes, 16);
    store32(to + 24, server->scope);
    return 28;
}

static long connect_to(const struct address *server, u32 type, u32 seconds) {
    u8 address[28];
    u32 length = socket_address(server, address);
    struct kernel_timeval limit = {seconds, 0};
    long fd = sys(SYS_socket, server->family, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return fd;
    // SO_RCVTIMEO and SO_SNDTIMEO bound a TCP exchange, connecting included.
    sys(SYS_setsockopt, fd, 1, 20, own(&limit), sizeof limit);
    sys(SYS_setsockopt, fd, 1, 21, own(&limit), sizeof limit);
    long r = sys(SYS_connect, fd, own(&address), length);
    if (r == 0) return fd;
    sys(SYS_close, fd);
    return r;
}

// The answer to this very question: same id, a response, the question repeated.
static bool answers(const struct packet *q, const struct packet *a) {
    return a->length >= q->length && big16(a->bytes) == big16(q->bytes) && (a->bytes[2] & 0x80) &&
           memcmp(a->bytes + HEADER, q->bytes + HEADER, q->length - HEADER) == 0;
}

// A question, and what came of it.
struct exchange {
    struct packet question, answer;
    bool heard, done;
    i32 result; // once done: 0; else why not
};

static bool all_heard(const struct exchange *e, u32 count) {
    for (u32 i = 0; i < count; i++)
        if (!e[i].done && !e[i].heard) return false;
    return true;
}

// Sends the questions that are not done together, and waits for their answers.
static void ask_udp(const struct address *server, struct exchange *e, u32 count, u32 seconds) {
    struct packet a;
    long fd = connect_to(server, SOCK_DGRAM, seconds);
    if (fd < 0) return;
    i64 deadline = milliseconds_now() + seconds * 1000l;
    for (u32 i = 0; i < count; i++)
        if (!e[i].done) sys(SYS_write, fd, own(&e[i].question.bytes), e[i].question.length);
    while (!all_heard(e, count) && wait_readable(fd, deadline)) {
        long n = sys(SYS_read, fd, own(&a.bytes), PACKET_MAX);
        if (n < 0 && n != -EINTR) break;
        a.length = n > 0 ? (u32)n : 0;
        for (u32 i = 0; i < count; i++) {
            if (e[i].done || e[i].heard || !answers(&e[i].question, &a)) continue;
            e[i].heard = true;
            memcpy(&e[i].answer, &a, sizeof a.length + a.length);
        }
    }
    sys(SYS_close, fd);
}

static bool read_exactly(long fd, u8 *to, u32 n) {
    while (n) {
        long r = sys(SYS_read, fd, own_bytes(to, n), n);
        if (r == -EINTR) continue;
        if (r <= 0) return false;
        to += r;
        n -= (u32)r;
    }
    return true;
}

static bool ask_tcp(const struct address *server, const struct packet *q, struct packet *a, u32 seconds) {
    long fd = connect_to(server, SOCK_STREAM, seconds);
    if (fd < 0) return false;
    u8 size[2] = {(u8)(q->length >> 8), (u8)q->length};
    struct kernel_iovec parts[2] = {{own(&size), 2}, {own(&q->bytes), q->length}};
    bool answered = sys(SYS_writev, fd, own(&parts), 2) == q->length + 2 && read_exactly(fd, size, 2) && big16(size) <= PACKET_MAX;
    if (answered) {
        a->length = big16(size);
        answered = read_exactly(fd, a->bytes, a->length) && answers(q, a);
    }
    sys(SYS_close, fd);
    return answered;
}

// Takes an answer that was heard: by TCP if it is cut. False if another try may do better.
static bool take_answer(const struct address *server, struct exchange *e, u32 seconds) {
    e->heard = false;
    if ((e->answer.bytes[2] & FLAG_TRUNCATED) && !ask_tcp(server, &e->question, &e->answer, seconds)) return false;
    u32 code = e->answer.bytes[3] & 15;
    e->done = code == 0 || code == RCODE_NXDOMAIN;
    e->result = e->done ? 0 : code == RCODE_SERVFAIL ? EAI_AGAIN : EAI_FAIL;
    return e->done;
}

// Asks the servers in turn until every question is done. Results: 0, EAI_AGAIN if nobody answers, EAI_FAIL on refusals.
static void ask(const struct configuration *c, struct exchange *e, u32 count) {
    for (u32 i = 0; i < count; i++) {
        e[i].heard = e[i].done = false;
        e[i].result = EAI_AGAIN;
    }
    for (u32 attempt = 0; attempt < c->attempts; attempt++)
        for (u32 s = 0; s < c->servers; s++) {
            bool complete = true;
            ask_udp(&c->server[s], e, count, c->timeout);
            for (u32 i = 0; i < count; i++)
                complete &= e[i].done || (e[i].heard && take_answer(&c->server[s], &e[i], c->timeout));
            if (complete) return;
        }
}

// Skips a name; 0 if it leaves the packet.
static u32 skip_name(const struct packet *p, u32 at) {
    while (at < p->length) {
        u8 n = p->bytes[at];
        if (n == 0) return at + 1;
        if (n >= 0xc0) return at + 2 <= p->length ? at + 2 : 0;
        at += n + 1u;
    }
    return 0;
}

static bool expand_name(const struct packet *p, u32 at, char *to) {
    u32 length = 0;
    for (u32 jumps = 0; at < p->length && jumps < 64;) {
        u8 n = p->bytes[at];
        if (n == 0) {
            to[length ? length - 1 : 0] = 0;
            return true;
        }
        if (n >= 0xc0) {
            if (at + 1 >= p->length) return false;
            at = (u32)(n & 63) << 8 | p->bytes[at + 1];
            jumps++;
            continue;
        }
        if (at + 1 + n > p->length || length + n + 1 >= HOST_NAME_SIZE) return false;
        memcpy(to + length, p->bytes + at + 1, n);
        length += n;
        to[length++] = '.';
        at += n + 1u;
    }
    return false;
}

// Calls `each` for the answer's records; false if the packet is malformed.
struct record { u32 type, data, length; };
typedef void record_visitor(const struct packet *p, const struct record *r, void *context);

static bool visit_answers(const struct packet *p, record_visitor *each, void *context) {
    u32 questions = big16(p->bytes + 4), records = big16(p->bytes + 6), at = HEADER;
    for (u32 i = 0; i < questions; i++) {
        at = skip_name(p, at);
        if (!at) return false;
        at += 4;
    }
    for (u32 i = 0; i < records; i++) {
        at = skip_name(p, at);
        if (!at || at + 10 > p->length) return false;
        struct record r = {big16(p->bytes + at), at + 10, big16(p->bytes + at + 8)};
        if (r.data + r.length > p->length) return false;
        each(p, &r, context);
        at = r.data + r.length;
    }
    return true;
}

static void take_address(const struct packet *p, const struct record *r, void *context) {
    struct address_list *list = context;
    if (r->type == TYPE_CNAME && !expand_name(p, r->data, list->canonical)) list->canonical[0] = 0;
    bool v4 = r->type == TYPE_A && r->length == 4, v6 = r->type == TYPE_AAAA && r->length == 16;
    if ((!v4 && !v6) || list->count == ADDRESSES_MAX) return;
    struct address *a = &list->address[list->count++];
    *a = (struct address){v4 ? AF_INET : AF_INET6, {0}, 0};
    memcpy(a->bytes, p->bytes + r->data, r->length);
}

static void take_pointer(const struct packet *p, const struct record *r, void *context) {
    char *to = context;
    if (r->type == TYPE_PTR && !*to && !expand_name(p, r->data, to)) *to = 0;
}

static u32 query_id(void) {
    u16 id = 0;
    sys(SYS_getrandom, own(&id), 2, 0);
    return id;
}

static i32 lookup_full_name(const struct configuration *c, const char *name, u32 family, struct address_list *list) {
    static const struct { u32 family, type; } kinds[] = {{AF_INET6, TYPE_AAAA}, {AF_INET, TYPE_A}};
    struct exchange e[W2E_COUNT(kinds)];
    u32 count = 0;
    for (u32 i = 0; i < W2E_COUNT(kinds); i++) {
        if (family != AF_UNSPEC && family != kinds[i].family) continue;
        if (!make_query(&e[count++].question, name, kinds[i].type, query_id())) return EAI_NONAME;
    }
    ask(c, e, count);
    i32 result = EAI_NONAME;
    bool exists = false;
    for (u32 i = 0; i < count; i++) {
        if (e[i].result) {
            result = e[i].result;
            continue;
        }
        exists |= (e[i].answer.bytes[3] & 15) == 0;
        if (!visit_answers(&e[i].answer, take_address, list)) result = EAI_FAIL;
    }
    if (list->count) {
        if (!list->canonical[0]) memcpy(list->canonical, name, text_length(name) + 1);
        return 0;
    }
    return result == EAI_NONAME && exists ? EAI_NODATA : result;
}

i32 lookup_in_dns(const char *name, u32 family, struct address_list *list) {
    struct configuration c;
    char full[2 * HOST_NAME_SIZE];
    u32 dots = 0, n = (u32)text_length(name);
    if (n == 0 || n >= HOST_NAME_SIZE - 2) return EAI_NONAME;
    configure(&c);
    for (u32 i = 0; i < n; i++) dots += name[i] == '.';
    bool absolute = name[n - 1] == '.';
    memcpy(full, name, n + 1);
    if (absolute) full[n - 1] = 0;
    i32 result = EAI_NONAME;
    bool as_is_first = absolute || dots >= c.dots || !c.searches;
    if (as_is_first) result = lookup_full_name(&c, full, family, list);
    for (u32 i = 0; !absolute && !list->count && i < c.searches; i++) {
        u32 m = (u32)text_length(c.search[i]);
        if (n + 1 + m >= HOST_NAME_SIZE) continue;
        full[n] = '.';
        memcpy(full + n + 1, c.search[i], m + 1);
        i32 r = lookup_full_name(&c, full, family, list);
        if (r != EAI_NONAME) result = r;
    }
    full[n] = 0;
    if (!as_is_first && !list->count) result = lookup_full_name(&c, full, family, list);
    return list->count ? 0 : result;
}

// 4.3.2.1.in-addr.arpa, and nibbles under ip6.arpa.
static void reverse_name(const struct address *a, char *to) {
    if (a->family == AF_INET) {
        struct address back = {AF_INET, {a->bytes[3], a->bytes[2], a->bytes[1], a->bytes[0]}, 0};
        format_address(&back, to);
        memcpy(to + text_length(to), ".in-addr.arpa", 14);
        return;
    }
    for (i32 i = 15; i >= 0; i--) {
        *to++ = "0123456789abcdef"[a->bytes[i] & 15];
        *to++ = '.';
        *to++ = "0123456789abcdef"[a->bytes[i] >> 4];
        *to++ = '.';
    }
    memcpy(to, "ip6.arpa", 9);
}

bool reverse_in_dns(const struct address *address, char *to) {
    struct configuration c;
    struct exchange e;
    char name[HOST_NAME_SIZE];
    configure(&c);
    reverse_name(address, name);
    to[0] = 0;
    if (!make_query(&e.question, name, TYPE_PTR, query_id())) return false;
    ask(&c, &e, 1);
    return e.result == 0 && visit_answers(&e.answer, take_pointer, to) && to[0];
}
