// getaddrinfo, getnameinfo, gethostby*, getprotoby*: name look-ups whose results lie in the module's heap.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"
#include "resolver.h"
#include "runtime.h"
#include "system-call.h"
#include "text.h"

enum {
    AI_PASSIVE = 1, AI_CANONNAME = 2, AI_NUMERICHOST = 4, AI_V4MAPPED = 8, AI_ALL = 0x10, AI_ADDRCONFIG = 0x20, AI_NUMERICSERV = 0x400,
    NI_NUMERICHOST = 1, NI_NUMERICSERV = 2, NI_NOFQDN = 4, NI_NAMEREQD = 8, NI_DGRAM = 16,
    IPPROTO_TCP = 6, IPPROTO_UDP = 17,
    ADDRINFO_SIZE = 32, SOCKADDR_IN = 16, SOCKADDR_IN6 = 28, SOCKADDR_ROOM = 28,
    HOST_NOT_FOUND = 1, TRY_AGAIN = 2, NO_RECOVERY = 3,
};

i32 lookup_name(const char *name, u32 family, struct address_list *list) {
    list->count = 0;
    list->canonical[0] = 0;
    return lookup_in_hosts(name, family, list) == 0 ? 0 : lookup_in_dns(name, family, list);
}

bool reverse_lookup(const struct address *address, char *to) { return reverse_in_hosts(address, to) || reverse_in_dns(address, to); }

// Socket types that an unspecified request expands to, in getaddrinfo's order.
struct service { u32 type, protocol, port; };
static const struct { u32 type, protocol; const char *name; } protocols[] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp"}, {SOCK_DGRAM, IPPROTO_UDP, "udp"}, {SOCK_RAW, 0, ""},
};

static bool parse_port(const char *text, u32 *port) {
    u32 n = 0;
    if (!is_digit(*text)) return false;
    for (; is_digit(*text) && n < 65536; text++) n = 10 * n + (u32)(*text - '0');
    *port = n;
    return *text == 0 && n < 65536;
}

struct hints { u32 flags, family, type, protocol; };

static i32 find_services(const char *text, const struct hints *h, struct service *services, u32 *count) {
    *count = 0;
    bool numeric = false;
    u32 number = 0;
    if (text) numeric = parse_port(text, &number);
    for (u32 i = 0; i < W2E_COUNT(protocols); i++) {
        bool wanted = (!h->type || h->type == protocols[i].type) && (!h->protocol || !protocols[i].protocol || h->protocol == protocols[i].protocol);
        bool raw = protocols[i].type == SOCK_RAW;
        if (!wanted || (raw && h->type != SOCK_RAW)) continue;
        u32 port = number;
        if (text && !numeric) {
            if (h->flags & AI_NUMERICSERV) return EAI_NONAME;
            port = service_port(text, protocols[i].name);
            if (!port) continue;
        }
        services[(*count)++] = (struct service){protocols[i].type, raw ? h->protocol : protocols[i].protocol, port};
    }
    return *count ? 0 : EAI_SERVICE;
}

static void add_address(struct address_list *list, u32 family, const char *text) {
    struct address a;
    if (parse_address(text, &a) && (family == AF_UNSPEC || family == a.family)) list->address[list->count++] = a;
}

// AI_ADDRCONFIG: whether the loopback address of a family can be reached.
static bool family_is_configured(u32 family) {
    u8 address[28] = {0};
    store16(address, (u16)family);
    if (family == AF_INET) address[4] = 127, address[7] = 1;
    else address[23] = 1;
    address[3] = 1;
    long fd = sys(SYS_socket, family, SOCK_DGRAM | O_CLOEXEC, 0);
    if (fd < 0) return false;
    long r = sys(SYS_connect, fd, own(&address), family == AF_INET ? SOCKADDR_IN : SOCKADDR_IN6);
    sys(SYS_close, fd);
    return r == 0;
}

static void map_to_ipv6(struct address_list *list) {
    for (u32 i = 0; i < list->count; i++) {
        struct address *a = &list->address[i];
        if (a->family != AF_INET) continue;
        struct address mapped = {AF_INET6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a->bytes[0], a->bytes[1], a->bytes[2], a->bytes[3]}, 0};
        *a = mapped;
    }
}

static i32 find_addresses(const char *name, const struct hints *h, struct address_list *list) {
    u32 family = h->family;
    list->count = 0;
    list->canonical[0] = 0;
    if (!name) {
        add_address(list, family, h->flags & AI_PASSIVE ? "0.0.0.0" : "127.0.0.1");
        add_address(list, family, h->flags & AI_PASSIVE ? "::" : "::1");
        return 0;
    }
    struct address a;
    if (parse_address(name, &a)) {
        if (family != AF_UNSPEC && family != a.family && !(family == AF_INET6 && (h->flags & AI_V4MAPPED))) return EAI_NONAME;
        list->address[list->count++] = a;
        if (family == AF_INET6) map_to_ipv6(list);
        return 0;
    }
    if (h->flags & AI_NUMERICHOST) return EAI_NONAME;
    if ((h->flags & AI_ADDRCONFIG) && family == AF_UNSPEC) {
        bool v4 = family_is_configured(AF_INET), v6 = family_is_configured(AF_INET6);
        if (v4 != v6) family = v4 ? AF_INET : AF_INET6;
    }
    i32 r = lookup_name(name, family, list);
    if (r && family == AF_INET6 && (h->flags & AI_V4MAPPED)) {
        r = lookup_name(name, AF_INET, list);
        map_to_ipv6(list);
    }
    return r;
}

static u32 put_socket_address(u8 *to, const struct address *a, u32 port) {
    store16(to, (u16)a->family);
    to[2] = (u8)(port >> 8);
    to[3] = (u8)port;
    if (a->family == AF_INET) {
        memcpy(to + 4, a->bytes, 4);
        return SOCKADDR_IN;
    }
    memcpy(to + 8, a->bytes, 16);
    store32(to + 24, a->scope);
    return SOCKADDR_IN6;
}

// Two blocks, because the module's freeaddrinfo frees the first entry's address and then the first entry:
// that address, and everything else. `list` and `name` are the runtime's own. Calls the module.
static i32 put_results(const struct address_list *list, const struct service *services, u32 service_count, u32 flags, const char *name, u32 result) {
    u32 count = list->count * service_count, step = ADDRINFO_SIZE + SOCKADDR_ROOM;
    const char *canonical = list->canonical[0] ? list->canonical : name;
    bool named = (flags & AI_CANONNAME) && canonical;
    u32 size = count * step + (named ? (u32)text_length(canonical) + 1 : 0);
    u32 first = guest_call_malloc(SOCKADDR_ROOM), block = first ? guest_call_malloc(size) : 0;
    u8 *address = first ? guest_range(first, SOCKADDR_ROOM) : NULL, *p = block ? guest_range(block, size) : NULL;
    u8 *to = guest_range(result, 4);
    if (!address || !p || !to) {
        if (block) guest_call_free(block);
        if (first) guest_call_free(first);
        return EAI_MEMORY;
    }
    memset(p, 0, size);
    memset(address, 0, SOCKADDR_ROOM);
    if (named) memcpy(p + count * step, canonical, text_length(canonical) + 1);
    for (u32 i = 0; i < count; i++, p += step, address = p + ADDRINFO_SIZE) {
        const struct address *a = &list->address[i / service_count];
        const struct service *s = &services[i % service_count];
        store32(p, flags);
        store32(p + 4, a->family);
        store32(p + 8, s->type);
        store32(p + 12, s->protocol);
        store32(p + 16, put_socket_address(address, a, s->port));
        store32(p + 20, guest_address(address));
        if (named && i == 0) store32(p + 24, block + count * step);
        if (i + 1 < count) store32(p + 28, guest_address(p + step));
    }
    store32(to, block);
    return 0;
}

u32 w2e_env_getaddrinfo(u32 node, u32 service, u32 hints, u32 result) {
    struct hints h = {AI_V4MAPPED | AI_ADDRCONFIG, AF_UNSPEC, 0, 0};
    struct address_list list;
    struct service services[W2E_COUNT(protocols)];
    u32 service_count;
    const u8 *p = hints ? guest_range(hints, ADDRINFO_SIZE) : NULL;
    char name_copy[HOST_NAME_SIZE], service_copy[HOST_NAME_SIZE];
    const char *name = node ? name_copy : NULL, *service_text = service ? service_copy : NULL;
    if (!guest_range(result, 4) || (hints && !p)) {
        guest_set_errno(EFAULT);
        return (u32)EAI_SYSTEM;
    }
    if (p) h = (struct hints){load32(p), load32(p + 4), load32(p + 8), load32(p + 12)};
    if (!name && !service_text) return (u32)EAI_NONAME;
    // Longer ones name nothing.
    if ((name && guest_text(node, name_copy, sizeof name_copy) < 0) || (service_text && guest_text(service, service_copy, sizeof service_copy) < 0))
        return (u32)EAI_NONAME;
    if (!name && (h.flags & AI_CANONNAME)) return (u32)EAI_BADFLAGS;
    if (h.family != AF_UNSPEC && h.family != AF_INET && h.family != AF_INET6) return (u32)EAI_FAMILY;
    i32 r = find_services(service_text, &h, services, &service_count);
    if (r == 0) r = find_addresses(name, &h, &list);
    return (u32)(r ? r : put_results(&list, services, service_count, h.flags, name, result));
}

static bool take_socket_address(u32 address, u32 length, struct address *a, u32 *port) {
    const u8 *p = guest_range(address, length);
    if (!p || length < 2) return false;
    *a = (struct address){load16(p), {0}, 0};
    if (a->family == AF_INET ? length < SOCKADDR_IN : a->family != AF_INET6 || length < SOCKADDR_IN6) return false;
    *port = (u32)(p[2] << 8 | p[3]);
    memcpy(a->bytes, p + (a->family == AF_INET ? 4 : 8), a->family == AF_INET ? 4 : 16);
    if (a->family == AF_INET6) a->scope = load32(p + 24);
    return true;
}

static bool put_text(u32 to, u32 size, const char *text) {
    u64 n = text_length(text) + 1;
    u8 *p = guest_range(to, size);
    if (!p || n > size) return false;
    memcpy(p, text, n);
    return true;
}

static void put_number(char *to, u32 value) {
    char digits[12];
    u32 n = 0;
    do digits[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n) *to++ = digits[--n];
    *to = 0;
}

u32 w2e_env_getnameinfo(u32 address, u32 length, u32 node, u32 node_size, u32 service, u32 service_size, u32 flags) {
    struct address a;
    u32 port;
    char text[HOST_NAME_SIZE];
    if (!take_socket_address(address, length, &a, &port)) return (u32)EAI_FAMILY;
    if (node && node_size) {
        bool named = !(flags & NI_NUMERICHOST) && reverse_lookup(&a, text);
        if (!named && (flags & NI_NAMEREQD)) return (u32)EAI_NONAME;
        if (!named) format_address(&a, text);
        if (!named && a.scope) {
            u32 n = (u32)text_length(text);
            text[n] = '%';
            put_number(text + n + 1, a.scope);
        }
        if (!put_text(node, node_size, text)) return (u32)EAI_OVERFLOW;
    }
    if (service && service_size) {
        bool named = !(flags & NI_NUMERICSERV) && service_name(port, flags & NI_DGRAM ? "udp" : "tcp", text, sizeof text);
        if (!named) put_number(text, port);
        if (!put_text(service, service_size, text)) return (u32)EAI_OVERFLOW;
    }
    return 0;
}

// struct hostent {name, aliases, type, length, addresses} with everything it points to behind it.
static u32 hostent_size(const char *name, u32 count) { return 20 + 4 + 4 * (count + 1) + 16 * count + (u32)text_length(name) + 1; }

static void put_hostent(u8 *p, const char *name, u32 family, const struct address_list *list) {
    u8 *aliases = p + 20, *vector = aliases + 4, *bytes = vector + 4 * (list->count + 1), *text = bytes + 16 * list->count;
    store32(p, guest_address(text));
    store32(p + 4, guest_address(aliases));
    store32(p + 8, family);
    store32(p + 12, family == AF_INET ? 4 : 16);
    store32(p + 16, guest_address(vector));
    store32(aliases, 0);
    for (u32 i = 0; i < list->count; i++) {
        store32(vector + 4 * i, guest_address(bytes + 16 * i));
        memcpy(bytes + 16 * i, list->address[i].bytes, 16);
    }
    store32(vector + 4 * list->count, 0);
    memcpy(text, name, text_length(name) + 1);
}

static i32 find_host(u32 name, u32 family, struct address_list *list) {
    char text[HOST_NAME_SIZE];
    struct hints h = {0, family, 0, 0};
    if (guest_text(name, text, sizeof text) < 0) return EAI_NONAME;
    i32 r = find_addresses(text, &h, list);
    if (r == 0 && !list->canonical[0]) memcpy(list->canonical, text, text_length(text) + 1);
    return r;
}

static i32 find_by_address(u32 address, u32 length, u32 family, struct address_list *list) {
    const u8 *p = guest_range(address, length);
    if (!p || (family != AF_INET && family != AF_INET6) || length < (family == AF_INET ? 4u : 16u)) return EAI_FAMILY;
    list->count = 1;
    list->address[0] = (struct address){family, {0}, 0};
    memcpy(list->address[0].bytes, p, family == AF_INET ? 4 : 16);
    return reverse_lookup(&list->address[0], list->canonical) ? 0 : EAI_NONAME;
}

// The one result of the functions without _r. Calls the module.
static u32 static_hostent(i32 found, u32 family, const struct address_list *list) {
    static struct guest_block result;
    u32 size = found ? 0 : hostent_size(list->canonical, list->count);
    u32 block = found ? 0 : guest_block_of(&result, size);
    u8 *p = block ? guest_range(block, size) : NULL;
    if (p) put_hostent(p, list->canonical, family, list);
    return p ? block : 0;
}

u32 w2e_env_gethostbyname2(u32 name, u32 family) {
    struct address_list list;
    return static_hostent(find_host(name, family, &list), family, &list);
}
u32 w2e_env_gethostbyname(u32 name) { return w2e_env_gethostbyname2(name, AF_INET); }
u32 w2e_env_gethostbyaddr(u32 address, u32 length, u32 family) {
    struct address_list list;
    return static_hostent(find_by_address(address, length, family, &list), family, &list);
}
u32 w2e_env_gethostbyname_r(u32 name, u32 host, u32 buffer, u32 size, u32 result, u32 error) {
    struct address_list list;
    u8 *record = guest_range(host, 20), *out = guest_range(result, 4), *code = guest_range(error, 4), *to = guest_range(buffer, size);
    if (!record || !out || !code || !to) return error_number(-EFAULT);
    store32(out, 0);
    i32 r = find_host(name, AF_INET, &list);
    if (r) {
        store32(code, r == EAI_AGAIN ? TRY_AGAIN : r == EAI_FAIL ? NO_RECOVERY : HOST_NOT_FOUND);
        return r == EAI_AGAIN ? error_number(-EAGAIN) : 0;
    }
    // The buffer is used from an address that keeps pointers aligned, and holds a hostent of its own first.
    u32 skip = -buffer & 3;
    if (hostent_size(list.canonical, list.count) + skip > size) return error_number(-ERANGE);
    put_hostent(to + skip, list.canonical, AF_INET, &list);
    memcpy(record, to + skip, 20);
    store32(out, host);
    return 0;
}

// The first IPv4 address of a name, in network order; 0 if there is none.
u32 w2e_env__emscripten_lookup_name(u32 name) {
    struct address_list list;
    return find_host(name, AF_INET, &list) ? 0 : load32(list.address[0].bytes);
}

static const struct { const char *name; u32 number; } protocol_names[] = {
    {"ip", 0}, {"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"ipv6", 41}, {"ipv6-icmp", 58}, {"sctp", 132},
};

// struct protoent {name, aliases, number}. Calls the module.
static u32 put_protocol(u32 index) {
    enum { SIZE = 32 };
    static struct guest_block result;
    u32 block = guest_block_of(&result, SIZE);
    u8 *p = block ? guest_range(block, SIZE) : NULL;
    if (!p) return 0;
    store32(p, block + 16);
    store32(p + 4, block + 12);
    store32(p + 8, protocol_names[index].number);
    store32(p + 12, 0);
    memcpy(p + 16, protocol_names[index].name, text_length(protocol_names[index].name) + 1);
    return block;
}
u32 w2e_env_getprotobyname(u32 name) {
    char text[HOST_NAME_SIZE];
    bool given = guest_text(name, text, sizeof text) >= 0;
    for (u32 i = 0; given && i < W2E_COUNT(protocol_names); i++)
        if (text_equal(text, protocol_names[i].name)) return put_protocol(i);
    return 0;
}
u32 w2e_env_getprotobynumber(u32 number) {
    for (u32 i = 0; i < W2E_COUNT(protocol_names); i++)
        if (number == protocol_names[i].number) return put_protocol(i);
    return 0;
}

// Walking, as setpwent and its family do. Calls the module.
static u32 next_protocol;
u32 w2e_env_getprotoent(void) { return next_protocol < W2E_COUNT(protocol_names) ? put_protocol(next_protocol++) : 0; }
void w2e_env_setprotoent(u32 stay_open) {
    (void)stay_open;
    next_protocol = 0;
}
void w2e_env_endprotoent(void) { next_protocol = 0; }
