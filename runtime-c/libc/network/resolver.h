// Host names to addresses and back: /etc/hosts, then DNS as /etc/resolv.conf says.
#ifndef W2E_RESOLVER_H
#define W2E_RESOLVER_H

#include "types.h"

enum { AF_UNSPEC = 0, AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, ADDRESSES_MAX = 48, HOST_NAME_SIZE = 256 };

struct address {
    u32 family;
    u8 bytes[16];
    u32 scope;
};
struct address_list {
    u32 count;
    struct address address[ADDRESSES_MAX];
    char canonical[HOST_NAME_SIZE];
};

// Results of a look-up: EAI_* of netdb.h, the same numbers in musl and Emscripten.
enum {
    EAI_BADFLAGS = -1, EAI_NONAME = -2, EAI_AGAIN = -3, EAI_FAIL = -4, EAI_NODATA = -5, EAI_FAMILY = -6,
    EAI_SOCKTYPE = -7, EAI_SERVICE = -8, EAI_MEMORY = -10, EAI_SYSTEM = -11, EAI_OVERFLOW = -12,
};

// A dotted IPv4 address in any of inet_aton's forms, or an IPv6 address with an optional numeric %scope.
bool parse_address(const char *text, struct address *address);
// Text of an address, without scope. `to` has room for 46 bytes.
void format_address(const struct address *address, char *to);

// Addresses of a name for AF_UNSPEC, AF_INET or AF_INET6.
i32 lookup_in_hosts(const char *name, u32 family, struct address_list *list);
i32 lookup_in_dns(const char *name, u32 family, struct address_list *list);
i32 lookup_name(const char *name, u32 family, struct address_list *list);
// The name of an address; `to` has HOST_NAME_SIZE bytes.
bool reverse_lookup(const struct address *address, char *to);
bool reverse_in_hosts(const struct address *address, char *to);
bool reverse_in_dns(const struct address *address, char *to);

// Ports from /etc/services: of a name and protocol ("tcp", "udp"), in host order; 0 if there is none. And back.
u32 service_port(const char *name, const char *protocol);
bool service_name(u32 port, const char *protocol, char *to, u32 size);

#endif
