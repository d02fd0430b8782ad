// Sockets. Addresses are the kernel's own layout; messages and control messages are repacked (ILP32 to LP64).
// The last arguments of the six-argument forms are padding.
#include "commands.h"
#include "hold.h"
#include "imports.gen.h"
#include "opened.h"
#include "system-call.h"
#include "time-layout.h"

enum {
    AF_NETLINK = 16, IOV_MAX = 1024, CONTROL_MAX = 4096,
    SCM_RIGHTS = 1, GUEST_MSGHDR = 28, GUEST_CMSGHDR = 12, HOST_CMSGHDR = 16,
};

// 0, or why there are no sockets of that kind.
static long check_kind(u32 family, u32 type, u32 protocol) {
    if (!find_command(w2e_socket_family_commands, family)) return -EAFNOSUPPORT;
    if (!find_command(w2e_socket_type_commands, type & ~SOCKET_FLAGS)) return -ESOCKTNOSUPPORT;
    if (family == AF_NETLINK && !find_command(w2e_netlink_protocol_commands, protocol)) return -EPROTONOSUPPORT;
    return 0;
}
u32 w2e_env___syscall_socket(u32 family, u32 type, u32 protocol, u32 a, u32 b, u32 c) {
    (void)a, (void)b, (void)c;
    long r = check_kind(family, type, protocol);
    return syscall_result(r ? r : sys(SYS_socket, family, type, protocol));
}
u32 w2e_env___syscall_socketpair(u32 family, u32 type, u32 protocol, u32 fds, u32 a, u32 b) {
    (void)a, (void)b;
    long r = check_kind(family, type, protocol);
    return syscall_result(r ? r : sys(SYS_socketpair, family, type, protocol, guest_buffer(fds, 8)));
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
u32 w2e_env___syscall_shutdown(u32 fd, u32 how, u32 a, u32 b, u32 c, u32 d) {
    (void)a, (void)b, (void)c, (void)d;
    return syscall_result(sys(SYS_shutdown, fd, how));
}

// Times have one layout in the kernel; options with a number for 64-bit times on 32-bit systems mean the same there.
static u32 host_option(u32 option) {
    enum { SO_RCVTIMEO_OLD = 20, SO_RCVTIMEO_NEW = 66, SO_SNDTIMEO_NEW = 67 };
    return option == SO_RCVTIMEO_NEW || option == SO_SNDTIMEO_NEW ? option - SO_RCVTIMEO_NEW + SO_RCVTIMEO_OLD : option;
}

static long set_time(u32 fd, u32 level, u32 option, u32 value, u32 length) {
    const u8 *p = guest_range(value, guest_time_size());
    if (length < guest_time_size()) return -EINVAL;
    if (!p) return -EFAULT;
    struct kernel_timespec t = get_time(p);
    return sys(SYS_setsockopt, fd, level, host_option(option), own(&t), sizeof t);
}

// struct sock_fprog {u16 length; struct sock_filter *filter}: instructions of 8 bytes each.
static long set_filter(u32 fd, u32 level, u32 option, u32 value, u32 length) {
    const u8 *p = guest_range(value, 8);
    if (length < 8) return -EINVAL;
    if (!p) return -EFAULT;
    u16 count = load16(p);
    struct { u16 length, pad[3]; struct kernel_address filter; } program = {count, {0}, guest_buffer(load32(p + 4), 8ul * count)};
    return sys(SYS_setsockopt, fd, level, option, own(&program), sizeof program);
}

// {u32 interface; struct sockaddr_storage group[, source]}: in the kernel the addresses begin at 8.
static long set_group(u32 fd, u32 level, u32 option, u32 value, u32 length, u32 size) {
    enum { MOST = 264 };
    u8 host[MOST];
    const u8 *p = guest_range(value, size);
    if (length < size) return -EINVAL;
    if (!p) return -EFAULT;
    store32(host, load32(p));
    memcpy(host + 8, p + 4, size - 4);
    return sys(SYS_setsockopt, fd, level, option, own(&host), size + 4);
}

static long set_option(u32 fd, u32 level, u32 option, u32 value, u32 length) {
    const struct command *c = find_command(w2e_setsockopt_commands, level_and(level, option));
    if (!c) return -ENOPROTOOPT;
    switch (c->layout) {
    case LAYOUT_IN: {
        if (length > c->size) length = c->size;
        return sys(SYS_setsockopt, fd, level, option, guest_buffer_or_null(value, length), length);
    }
    case LAYOUT_TIME: return set_time(fd, level, option, value, length);
    case LAYOUT_FILTER: return set_filter(fd, level, option, value, length);
    case LAYOUT_GROUP: return set_group(fd, level, option, value, length, c->size);
    default: return -ENOPROTOOPT;
    }
}
u32 w2e_env___syscall_setsockopt(u32 fd, u32 level, u32 option, u32 value, u32 length, u32 a) {
    (void)a;
    return syscall_result(set_option(fd, level, option, value, length));
}

static long get_time_option(u32 fd, u32 level, u32 option, u32 value, u8 *size) {
    struct kernel_timespec t = {0, 0};
    u32 host_size = sizeof t, room = load32(size);
    u8 *p = room >= guest_time_size() ? guest_range(value, guest_time_size()) : NULL;
    if (!p) return -EINVAL;
    long r = sys(SYS_getsockopt, fd, level, host_option(option), own(&t), own(&host_size));
    if (r) return r;
    put_time(p, t.sec, t.nsec);
    store32(size, guest_time_size());
    return 0;
}

static long get_option(u32 fd, u32 level, u32 option, u32 value, u32 length) {
    const struct command *c = find_command(w2e_getsockopt_commands, level_and(level, option));
    u8 *size = guest_range(length, 4);
    if (!c) return -ENOPROTOOPT;
    if (!size) return -EFAULT;
    if (c->layout == LAYOUT_TIME) return get_time_option(fd, level, option, value, size);
    if (c->layout != LAYOUT_OUT && c->layout != LAYOUT_ERROR) return -ENOPROTOOPT;
    u32 room = load32(size);
    if ((i32)room < 0) return -EINVAL;
    if (room > c->size) room = c->size;
    u8 *p = guest_range(value, room);
    if (!p) return -EFAULT;
    long r = sys(SYS_getsockopt, fd, level, option, guest_buffer(value, room), own(&room));
    if (r) return r;
    if (c->layout == LAYOUT_ERROR && room == 4 && load32(p)) store32(p, guest_errno(load32(p)));
    store32(size, room);
    return r;
}
u32 w2e_env___syscall_getsockopt(u32 fd, u32 level, u32 option, u32 value, u32 length, u32 a) {
    (void)a;
    return syscall_result(get_option(fd, level, option, value, length));
}

// One message in host form. The guest header stays where it is, for results.
struct message_copy {
    struct kernel_msghdr header;
    struct kernel_iovec iov[IOV_MAX];
    u8 control[CONTROL_MAX] __attribute__((aligned(8)));
};

static u64 aligned8(u64 n) { return (n + 7) & ~7ul; }
static u32 aligned4(u32 n) { return (n + 3) & ~3u; }

// The module's header, read once.
struct guest_message { u32 name, name_length, vector, count, control, control_length; };
static struct guest_message message_of(const u8 *p) {
    return (struct guest_message){load32(p), load32(p + 4), load32(p + 8), load32(p + 12), load32(p + 16), load32(p + 20)};
}

static long take_message(const struct guest_message *guest, struct message_copy *copy) {
    if (guest->count > IOV_MAX) return -EMSGSIZE;
    const u8 *p = guest_range(guest->vector, 8ul * guest->count);
    if (!p) return -EFAULT;
    for (u32 i = 0; i < guest->count; i++, p += 8) copy->iov[i] = guest_vector(p);
    copy->header = (struct kernel_msghdr){.name = guest_buffer_or_null(guest->name, guest->name_length), .name_length = guest->name_length,
                                          .iov = own_bytes(copy->iov, guest->count * sizeof *copy->iov), .iov_count = guest->count};
    return 0;
}

// cmsghdr is 12 bytes and 4-aligned in the module, 16 and 8-aligned in the kernel.
static long take_control(const struct guest_message *guest, struct message_copy *copy) {
    u32 length = guest->control_length;
    const u8 *p = guest_range(guest->control, length);
    u64 used = 0;
    if (!guest->control || !length) return 0;
    if (!p) return -EFAULT;
    for (u32 at = 0; length - at >= GUEST_CMSGHDR;) {
        u32 size = load32(p + at), level = load32(p + at + 4), type = load32(p + at + 8);
        if (size < GUEST_CMSGHDR || size > length - at) return -EINVAL;
        u32 data = size - GUEST_CMSGHDR;
        const struct command *c = find_command(w2e_sent_control_commands, level_and(level, type));
        if (!c || data > c->size) return -EINVAL;
        if (used + aligned8(HOST_CMSGHDR + data) > CONTROL_MAX) return -ENOMEM;
        struct kernel_cmsghdr head = {HOST_CMSGHDR + data, level, type};
        memset(copy->control + used, 0, aligned8(HOST_CMSGHDR + data));
        memcpy(copy->control + used, &head, HOST_CMSGHDR);
        memcpy(copy->control + used + HOST_CMSGHDR, p + at + GUEST_CMSGHDR, data);
        used += aligned8(HOST_CMSGHDR + data);
        if (aligned4(size) > length - at) break;
        at += aligned4(size);
    }
    copy->header.control = own_bytes(copy->control, used);
    copy->header.control_length = used;
    return 0;
}

static void close_descriptors(const u8 *data, u32 size) {
    for (; size >= 4; size -= 4, data += 4) sys(SYS_close, load32(data));
}

// Descriptors come as files do that are opened: if the module may not have one of a message, all of them are closed, and the message
// is none that is known. While held.
static void judge_descriptors(struct message_copy *copy) {
    u64 length = copy->header.control_length;
    for (u64 at = 0; length - at >= HOST_CMSGHDR;) {
        struct kernel_cmsghdr head;
        memcpy(&head, copy->control + at, HOST_CMSGHDR);
        if (head.length < HOST_CMSGHDR || head.length > length - at) break;
        const u8 *data = copy->control + at + HOST_CMSGHDR;
        u32 size = (u32)head.length - HOST_CMSGHDR;
        bool permitted = true, rights = head.level == SOL_SOCKET && head.type == SCM_RIGHTS;
        for (u32 i = 0; rights && i + 4 <= size; i += 4) permitted &= is_permitted(load32(data + i));
        if (!permitted) {
            close_descriptors(data, size);
            head.level = (u32)-1;
            memcpy(copy->control + at, &head, HOST_CMSGHDR);
        }
        if (aligned8(head.length) > length - at) break;
        at += aligned8(head.length);
    }
}

// A control message's data in the module's form, in place: its size.
static u32 repack_control(const struct command *c, u8 *data, u32 size) {
    struct kernel_timespec t;
    u32 done = 0;
    if (c->layout == LAYOUT_ERROR && size >= 4) store32(data, guest_errno(load32(data)));
    if (c->layout != LAYOUT_TIME && c->layout != LAYOUT_TIMES) return size;
    for (u32 at = 0; size - at >= sizeof t; at += sizeof t, done += guest_time_size()) {
        memcpy(&t, data + at, sizeof t);
        put_time(data + done, t.sec, t.nsec);
    }
    return done;
}

// Control messages that do not fit, or are not known, are dropped with MSG_CTRUNC, and descriptors in them closed.
static u32 put_control(const struct guest_message *guest, u8 *length_to, struct message_copy *copy) {
    enum { MSG_CTRUNC = 8 };
    u32 room = guest->control_length, used = 0, flags = copy->header.flags;
    u8 *to = guest_range(guest->control, room);
    u64 length = copy->header.control_length;
    for (u64 at = 0; length - at >= HOST_CMSGHDR;) {
        struct kernel_cmsghdr head;
        memcpy(&head, copy->control + at, HOST_CMSGHDR);
        if (head.length < HOST_CMSGHDR || head.length > length - at) break;
        u8 *data = copy->control + at + HOST_CMSGHDR;
        const struct command *c = find_command(w2e_received_control_commands, level_and(head.level, head.type));
        u32 size = c ? repack_control(c, data, (u32)head.length - HOST_CMSGHDR) : 0;
        if (!to || !c || room - used < GUEST_CMSGHDR + size) {
            flags |= MSG_CTRUNC;
            if (head.level == SOL_SOCKET && head.type == SCM_RIGHTS) close_descriptors(data, size);
        } else {
            store32(to + used, GUEST_CMSGHDR + size);
            store32(to + used + 4, head.level);
            store32(to + used + 8, head.type);
            guest_copy_bytes(guest->control + used + GUEST_CMSGHDR, data, size, size, room - used - GUEST_CMSGHDR);
            u32 end = used + aligned4(GUEST_CMSGHDR + size);
            used = end < room ? end : room;
        }
        if (aligned8(head.length) > length - at) break;
        at += aligned8(head.length);
    }
    store32(length_to, used);
    return flags;
}

static long send_message(u32 fd, u32 message, u32 flags) {
    W2E_UNINITIALIZED struct message_copy copy;
    const u8 *p = guest_range(message, GUEST_MSGHDR);
    if (!p) return -EFAULT;
    struct guest_message guest = message_of(p);
    long r = take_message(&guest, &copy);
    if (r == 0) r = take_control(&guest, &copy);
    return r ? r : WITH_FLAGS(flags, MESSAGE_FLAGS, sys(SYS_sendmsg, fd, own(&copy.header), flags));
}

static long receive_message(u32 fd, u32 message, u32 flags) {
    W2E_UNINITIALIZED struct message_copy copy;
    u8 *p = guest_range(message, GUEST_MSGHDR);
    if (!p) return -EFAULT;
    struct guest_message guest = message_of(p);
    long r = take_message(&guest, &copy);
    if (r) return r;
    if (flags & ~MESSAGE_FLAGS) return -EINVAL;
    if (guest.control && guest.control_length) {
        copy.header.control = own(&copy.control);
        copy.header.control_length = CONTROL_MAX;
        r = receive_and_hold(fd, own(&copy.header), flags);
        if (r >= 0) judge_descriptors(&copy);
        release_own();
    } else {
        r = sys(SYS_recvmsg, fd, own(&copy.header), flags);
    }
    if (r < 0) return r;
    store32(p + 4, copy.header.name_length);
    store32(p + 24, put_control(&guest, p + 20, &copy));
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
