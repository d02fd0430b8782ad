// poll_oneoff: waits for descriptors and clocks together, by ppoll(2) until the earliest deadline.
#include "clock.h"
#include "guest.h"
#include "imports.gen.h"
#include "system-call.h"
#include "wasi.h"

enum {
    SUBSCRIPTIONS_MAX = 1024, EVENT_SIZE = 32,
    CLOCK = 0, FD_READ = 1, FD_WRITE = 2, CLOCKS = 4, ABSOLUTE = 1, HANGUP = 1,
    POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32, FIONREAD = 0x541b,
};

// Where a subscription has what says about a clock; descriptors are at the same place in both.
struct layout { u8 size, clock, timeout, flags; };
static const struct layout preview1 = {WASI_SUBSCRIPTION_SIZE, 16, 24, 40}, snapshot0 = {SNAPSHOT0_SUBSCRIPTION_SIZE, 24, 32, 48};

struct pollfd { i32 fd; i16 events, revents; };

static i64 now(u32 clock) {
    struct kernel_timespec t = {0, 0};
    w2e_clock_gettime(clock, &t);
    return t.sec * 1000000000 + t.nsec;
}

// Nanoseconds until a clock subscription is due, at `start` on the monotonic clock.
static i64 time_left(const struct layout *l, const u8 *subscription) {
    u64 timeout = load64(subscription + l->timeout);
    i64 most = 0x7fffffffffffffff, value = timeout > (u64)most ? most : (i64)timeout;
    if (!(load16(subscription + l->flags) & ABSOLUTE)) return value;
    i64 left = value - now(load32(subscription + l->clock));
    return left > 0 ? left : 0;
}

static void put_event(u8 *event, const u8 *subscription, long error) {
    memset(event, 0, EVENT_SIZE);
    store64(event, load64(subscription));
    store16(event + 8, (u16)error_number(error));
    event[10] = subscription[8];
}

static void put_ready(u8 *event, const u8 *subscription, const struct pollfd *p) {
    i32 available = 0;
    put_event(event, subscription, p->revents & POLLNVAL ? -EBADF : p->revents & POLLERR ? -EIO : 0);
    if (subscription[8] == FD_READ) sys(SYS_ioctl, p->fd, FIONREAD, own(&available));
    store64(event + 16, subscription[8] == FD_READ ? (u64)available : HOST_PAGE);
    store16(event + 24, p->revents & POLLHUP ? HANGUP : 0);
}

// Descriptors to wait for, and the time until the first clock is due (-1: none); -EINVAL for what WASI does not have.
static long prepare(const struct layout *l, const u8 *in, u32 count, struct pollfd *fds, i64 *wait) {
    *wait = -1;
    for (u32 i = 0; i < count; i++, in += l->size) {
        fds[i] = (struct pollfd){-1, 0, 0};
        if (in[8] == CLOCK) {
            if (load32(in + l->clock) >= CLOCKS) return -EINVAL;
            i64 left = time_left(l, in);
            if (*wait < 0 || left < *wait) *wait = left;
        } else if (in[8] == FD_READ || in[8] == FD_WRITE) {
            fds[i] = (struct pollfd){(i32)load32(in + 16), in[8] == FD_READ ? POLLIN : POLLOUT, 0};
        } else {
            return -EINVAL;
        }
    }
    return 0;
}

static u32 poll(const struct layout *l, u32 subscriptions, u32 events, u32 count, u32 to) {
    W2E_UNINITIALIZED struct pollfd fds[SUBSCRIPTIONS_MAX];
    const u8 *in = guest_range(subscriptions, (u64)count * l->size);
    u8 *out = guest_range(events, (u64)count * EVENT_SIZE), *total = guest_range(to, 4);
    i64 wait;
    if (!in || !out || !total) return error_number(-EFAULT);
    if (count == 0 || count > SUBSCRIPTIONS_MAX) return error_number(-EINVAL);
    i64 start = now(CLOCK_MONOTONIC);
    long r = prepare(l, in, count, fds, &wait);
    if (r) return error_number(r);
    struct kernel_timespec t = {wait / 1000000000, wait % 1000000000};
    r = sys(SYS_ppoll, own_bytes(fds, count * sizeof *fds), count, wait < 0 ? NO_ADDRESS : own(&t), NO_ADDRESS, 8);
    if (r < 0) return error_number(r);
    i64 passed = now(CLOCK_MONOTONIC) - start;
    u32 ready = 0;
    for (u32 i = 0; i < count; i++, in += l->size) {
        u8 *event = out + ready * EVENT_SIZE;
        if (in[8] != CLOCK && fds[i].revents) {
            put_ready(event, in, &fds[i]);
        } else if (in[8] == CLOCK && (load16(in + l->flags) & ABSOLUTE ? time_left(l, in) == 0 : time_left(l, in) <= passed)) {
            put_event(event, in, 0);
        } else {
            continue;
        }
        ready++;
    }
    store32(total, ready);
    return 0;
}

u32 w2e_wasi_poll_oneoff(u32 subscriptions, u32 events, u32 count, u32 to) { return poll(&preview1, subscriptions, events, count, to); }
u32 w2e_wasi_poll_oneoff_snapshot0(u32 subscriptions, u32 events, u32 count, u32 to) { return poll(&snapshot0, subscriptions, events, count, to); }
