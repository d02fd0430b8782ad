// Sockets. Addresses are the kernel's own layout; messages and control messages are repacked (ILP32 to LP64).
// The last arguments of the six-argument forms are padding.
#include "imports.gen.h"
#include "time-layout.h"

enum {
    SOL_SOCKET = 1, SO_ERROR = 4, SO_RCVTIMEO = 20, SO_SNDTIMEO = 21,
    ADDRESS_MAX = 128, IOV_MAX = 1024, CONTROL_MAX = 4096, GUEST_MSGHDR = 28, GUEST_CMSGHDR = 12, HOST_CMSGHDR = 16,
};

u32 w2e_env___syscall_socket(u32 family, u32 type, u32 protocol, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(sys(SYS_socket, family, type, protocol));
}
u32 w2e_env___syscall_socketpair(u32 family, u32 type, u32 protocol, u32 fds, u32 a, u32 b) {
    (void)a, (void)b;
    return syscall_result(sys(SYS_socketpair, family, type, protocol, guest_buffer(fds, 8)));
}
u32 w2e_env___syscall_bind(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(sys(SYS_bind, fd, guest_buffer(address, length), length));
}
u32 w2e_env___syscall_connect(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(sys(SYS_connect, fd, guest_buffer(address, length), length));
}
u32 w2e_env___syscall_listen(u32 fd, u32 backlog, u32 a, u32 b, u32 c, u32 d) {
    (void)a, (void)b, (void)c, (void)d;
    return syscall_result(sys(SYS_listen, fd, backlog));
}
// The room for an address is what its length word says.
static struct kernel_address address_room(u32 address, u32 length) {
    const u8 *p = length ? guest_range(length, 4) : NULL;
    return guest_buffer_or_null(address, p ? load32(p) : 0);
}
u32 w2e_env___syscall_accept4(u32 fd, u32 address, u32 length, u32 flags, u32 a, u32 b) {
    (void)a, (void)b;
    return syscall_result(sys(SYS_accept4, fd, address_room(address, length), guest_buffer_or_null(length, 4), flags));
}
u32 w2e_env___syscall_getsockname(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(sys(SYS_getsockname, fd, address_room(address, length), guest_buffer_or_null(length, 4)));
}
u32 w2e_env___syscall_getpeername(u32 fd, u32 address, u32 length, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(sys(SYS_getpeername, fd, address_room(address, length), guest_buffer_or_null(length, 4)));
}
u32 w2e_env___syscall_shutdown(u32 fd, u32 how, u32 a, u32 b, u32 c, u32 d) {
    (void)a, (void)b, (void)c, (void)d;
    return syscall_result(sys(SYS_shutdown, fd, how));
}

static bool is_time_option(u32 level, u32 option) {
    return level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
}

u32 w2e_env___syscall_setsockopt(u32 fd, u32 level, u32 option, u32 value, u32 length, u32 a) {
    (void)a;
    if (is_time_option(level, option)) {
        const u8 *p = guest_range(value, guest_time_size());
        if (!p) return syscall_result(-EFAULT);
        struct kernel_timespec t = get_time(p);
        return syscall_result(sys(SYS_setsockopt, fd, level, option, own(&t), sizeof t));
    }
    return syscall_result(sys(SYS_setsockopt, fd, level, option, guest_buffer_or_null(value, length), length));
}

u32 w2e_env___syscall_getsockopt(u32 fd, u32 level, u32 option, u32 value, u32 length, u32 a) {
    (void)a;
    u8 *size = guest_range(length, 4);
    if (!size) return syscall_result(-EFAULT);
    if (is_time_option(level, option)) {
        struct kernel_timespec t = {0, 0};
        u32 host_size = sizeof t;
        u8 *p = load32(size) >= guest_time_size() ? guest_range(value, guest_time_size()) : NULL;
        if (!p) return syscall_result(-EINVAL);
        long r = sys(SYS_getsockopt, fd, level, option, own(&t), own(&host_size));
        if (r == 0) {
            put_time(p, t.sec, t.nsec);
            store32(size, guest_time_size());
        }
        return syscall_result(r);
    }
    u32 room = load32(size);
    u8 *p = guest_range(value, room);
    if (!p) return syscall_result(-EFAULT);
    long r = sys(SYS_getsockopt, fd, level, option, guest_buffer(value, room), own(&room));
    if (r) return syscall_result(r);
    if (level == SOL_SOCKET && option == SO_ERROR && room == 4 && load32(p)) store32(p, guest_errno(load32(p)));
    store32(size, room);
    return syscall_result(r);
}

u32 w2e_env___syscall_sendto(u32 fd, u32 from, u32 size, u32 flags, u32 address, u32 length) {
    return syscall_result(sys(SYS_sendto, fd, guest_buffer_or_null(from, size), size, flags, guest_buffer_or_null(address, length), length));
}
u32 w2e_env___syscall_recvfrom(u32 fd, u32 to, u32 size, u32 flags, u32 address, u32 length) {
    return syscall_result(sys(SYS_recvfrom, fd, guest_buffer_or_null(to, size), size, flags, address_room(address, length), guest_buffer_or_null(length, 4)));
}

// One message in host form. The guest header stays where it is, for results.
struct message_copy {
    struct kernel_msghdr header;
    struct kernel_iovec iov[IOV_MAX];
    u8 control[CONTROL_MAX] __attribute__((aligned(8)));
};

static u64 aligned8(u64 n) { return (n + 7) & ~7ul; }
static u32 aligned4(u32 n) { return (n + 3) & ~3u; }

static long take_message(const u8 *guest, struct message_copy *copy) {
    u32 name = load32(guest), name_length = load32(guest + 4), vector = load32(guest + 8), count = load32(guest + 12);
    if (count > IOV_MAX) return -EMSGSIZE;
    const u8 *p = guest_range(vector, 8ul * count);
    if (!p) return -EFAULT;
    for (u32 i = 0; i < count; i++, p += 8) {
        u32 length = load32(p + 4);
        copy->iov[i] = (struct kernel_iovec){guest_buffer_or_null(load32(p), length), length};
    }
    copy->header = (struct kernel_msghdr){guest_buffer_or_null(name, name_length), name_length, 0, own(&copy->iov), count, NO_ADDRESS, 0, 0, 0};
    return 0;
}

// cmsghdr is 12 bytes and 4-aligned in the module, 16 and 8-aligned in the kernel.
static long take_control(const u8 *guest, struct message_copy *copy) {
    u32 length = load32(guest + 20);
    const u8 *p = guest_range(load32(guest + 16), length);
    u64 used = 0;
    if (!load32(guest + 16) || !length) return 0;
    if (!p) return -EFAULT;
    for (u32 at = 0; length - at >= GUEST_CMSGHDR;) {
        u32 size = load32(p + at);
        if (size < GUEST_CMSGHDR || size > length - at) return -EINVAL;
        u32 data = size - GUEST_CMSGHDR;
        if (used + aligned8(HOST_CMSGHDR + data) > CONTROL_MAX) return -ENOMEM;
        struct kernel_cmsghdr head = {HOST_CMSGHDR + data, load32(p + at + 4), load32(p + at + 8)};
        memcpy(copy->control + used, &head, HOST_CMSGHDR);
        memcpy(copy->control + used + HOST_CMSGHDR, p + at + GUEST_CMSGHDR, data);
        used += aligned8(HOST_CMSGHDR + data);
        if (aligned4(size) > length - at) break;
        at += aligned4(size);
    }
    copy->header.control = own(&copy->control);
    copy->header.control_length = used;
    return 0;
}

static void close_descriptors(const u8 *data, u32 size) {
    for (; size >= 4; size -= 4, data += 4) sys(SYS_close, load32(data));
}

// Control messages that do not fit are dropped with MSG_CTRUNC, and descriptors in them closed.
static u32 put_control(u8 *guest, const struct message_copy *copy) {
    enum { SCM_RIGHTS = 1, MSG_CTRUNC = 8, IPPROTO_IP = 0, IP_RECVERR = 11, IPPROTO_IPV6 = 41, IPV6_RECVERR = 25 };
    u32 room = load32(guest + 20), used = 0, flags = copy->header.flags;
    u8 *to = guest_range(load32(guest + 16), room);
    u64 length = copy->header.control_length;
    for (u64 at = 0; length - at >= HOST_CMSGHDR;) {
        struct kernel_cmsghdr head;
        memcpy(&head, copy->control + at, HOST_CMSGHDR);
        if (head.length < HOST_CMSGHDR || head.length > length - at) break;
        const u8 *data = copy->control + at + HOST_CMSGHDR;
        u32 size = (u32)head.length - HOST_CMSGHDR;
        if (!to || used + GUEST_CMSGHDR + size > room) {
            flags |= MSG_CTRUNC;
            if (head.level == SOL_SOCKET && head.type == SCM_RIGHTS) close_descriptors(data, size);
        } else {
            store32(to + used, GUEST_CMSGHDR + size);
            store32(to + used + 4, head.level);
            store32(to + used + 8, head.type);
            memcpy(to + used + GUEST_CMSGHDR, data, size);
            bool extended = (head.level == IPPROTO_IP && head.type == IP_RECVERR) || (head.level == IPPROTO_IPV6 && head.type == IPV6_RECVERR);
            if (extended && size >= 4) store32(to + used + GUEST_CMSGHDR, guest_errno(load32(data)));
            used += aligned4(GUEST_CMSGHDR + size);
        }
        if (aligned8(head.length) > length - at) break;
        at += aligned8(head.length);
    }
    store32(guest + 20, used < room ? used : room);
    return flags;
}

static long send_message(u32 fd, u32 message, u32 flags) {
    struct message_copy copy;
    const u8 *guest = guest_range(message, GUEST_MSGHDR);
    if (!guest) return -EFAULT;
    long r = take_message(guest, &copy);
    if (r == 0) r = take_control(guest, &copy);
    return r ? r : sys(SYS_sendmsg, fd, own(&copy.header), flags);
}

static long receive_message(u32 fd, u32 message, u32 flags) {
    struct message_copy copy;
    u8 *guest = guest_range(message, GUEST_MSGHDR);
    if (!guest) return -EFAULT;
    long r = take_message(guest, &copy);
    if (r) return r;
    if (load32(guest + 16) && load32(guest + 20)) {
        copy.header.control = own(&copy.control);
        copy.header.control_length = CONTROL_MAX;
    }
    r = sys(SYS_recvmsg, fd, own(&copy.header), flags);
    if (r < 0) return r;
    store32(guest + 4, copy.header.name_length);
    store32(guest + 24, put_control(guest, &copy));
    return r;
}

u32 w2e_env___syscall_sendmsg(u32 fd, u32 message, u32 flags, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(send_message(fd, message, flags));
}
u32 w2e_env___syscall_recvmsg(u32 fd, u32 message, u32 flags, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    return syscall_result(receive_message(fd, message, flags));
}

// struct mmsghdr is a message header and a count.
enum { GUEST_MMSGHDR = 32, MSG_DONTWAIT = 0x40, MSG_WAITFORONE = 0x10000 };

static u32 many_messages(long (*one)(u32, u32, u32), u32 fd, u32 vector, u32 count, u32 flags) {
    u32 done = 0;
    for (; done < count; done++, vector += GUEST_MMSGHDR) {
        long r = one(fd, vector, flags & ~(u32)MSG_WAITFORONE);
        if (r < 0) return done ? done : syscall_result(r);
        u8 *p = guest_range(vector, GUEST_MMSGHDR);
        if (p) store32(p + GUEST_MSGHDR, (u32)r);
        if (flags & MSG_WAITFORONE) flags |= MSG_DONTWAIT;
    }
    return done;
}
u32 w2e_env___syscall_sendmmsg(u32 fd, u32 vector, u32 count, u32 flags, u32 va) {
    (void)va;
    return many_messages(send_message, fd, vector, count, flags);
}
// The timeout at va only matters between messages; it is not observed.
u32 w2e_env___syscall_recvmmsg(u32 fd, u32 vector, u32 count, u32 flags, u32 va) {
    (void)va;
    return many_messages(receive_message, fd, vector, count, flags);
}
