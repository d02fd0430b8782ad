// mmap inside linear memory. Without MAP_FIXED the module's own allocator gives page-aligned space, and the mapping
// is made over it; munmap puts fresh private pages back and returns the space once no part of it is mapped.
// MAP_FIXED maps over any page-aligned space that the module owns. Mappings survive fork as everywhere.
#include "commands.h"
#include "guest-calls.h"
#include "guest-space.h"
#include "guest.h"
#include "imports.gen.h"
#include "kernel.h"
#include "runtime.h"
#include "system-call.h"

// Part of a block that is mapped: ranges do not overlap. An empty one stands for a block that is to be freed.
struct live_range {
    u64 start, end;
    u32 block, block_size; // what the allocator returned
};

// Changed while held only. Grows by doubling, outside linear memory.
static struct live_range *ranges;
static u64 range_count, range_room;

// Blocks of which nothing is mapped, where the module does not export free: the next mappings take them. Changed while held only.
enum { IDLE_MAX = 256 };
static struct { u32 block, size; } idle[IDLE_MAX];
static u32 idle_count;

// For one range more, while held.
static bool make_room(void) {
    if (range_count < range_room) return true;
    u64 room = range_room ? 2 * range_room : HOST_PAGE / sizeof *ranges;
    long p = sys(SYS_mmap, 0, room * sizeof *ranges, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sys_failed(p)) return false;
    if (ranges) {
        memcpy((void *)p, ranges, range_count * sizeof *ranges);
        sys(SYS_munmap, own_bytes(ranges, range_room * sizeof *ranges), range_room * sizeof *ranges);
    }
    ranges = (struct live_range *)p;
    range_room = room;
    return true;
}

static bool overlaps(const struct live_range *r, u64 start, u64 end) { return r->start < r->end && r->start < end && start < r->end; }

static bool block_is_live(u32 block) {
    for (u64 i = 0; i < range_count; i++)
        if (ranges[i].block == block && ranges[i].start < ranges[i].end) return true;
    return false;
}

// An idle block that is large enough and not too large, while held. *size becomes its size.
static u32 take_idle(u32 *size) {
    for (u32 i = 0; i < idle_count; i++) {
        if (idle[i].size < *size || idle[i].size / 2 > *size) continue;
        u32 block = idle[i].block;
        *size = idle[i].size;
        idle[i] = idle[--idle_count];
        return block;
    }
    return 0;
}

// Notes that [block, block + size) is mapped, of a block of block_size bytes. An allocator that gives space twice is refused.
static bool note_range(u32 block, u32 size, u32 block_size) {
    hold();
    bool free = make_room();
    for (u64 i = 0; free && i < range_count; i++) free = !overlaps(&ranges[i], block, (u64)block + size);
    if (free) ranges[range_count++] = (struct live_range){block, (u64)block + size, block, block_size};
    release();
    return free;
}

// Cuts [start, end) out of the live ranges, while held, with room for one more.
static void cut(u64 start, u64 end) {
    for (u64 i = 0; i < range_count; i++) {
        struct live_range r = ranges[i];
        if (!overlaps(&r, start, end)) continue;
        // Both ends are left of one range at most: it is one that contains all of [start, end).
        if (r.start < start && r.end > end) ranges[range_count++] = (struct live_range){end, r.end, r.block, r.block_size};
        if (r.start < start) ranges[i].end = start;
        else if (r.end > end) ranges[i].start = end;
        else ranges[i].end = r.start;
    }
}

// Takes an empty range out of the list; its block, if that is to be freed, or 0. False if there is no empty range.
static bool take_empty(u32 *block) {
    bool found = false;
    *block = 0;
    hold();
    for (u64 i = 0; i < range_count && !found; i++) {
        struct live_range r = ranges[i];
        if (r.start < r.end) continue;
        found = true;
        ranges[i] = ranges[--range_count];
        bool last = !block_is_live(r.block);
        for (u64 k = 0; k < range_count && last; k++) last = ranges[k].block != r.block;
        if (last && guest_has_free()) *block = r.block;
        else if (last && idle_count < IDLE_MAX) idle[idle_count].block = r.block, idle[idle_count++].size = r.block_size;
    }
    release();
    return found;
}

u32 whole_pages(u32 length) { return (length + HOST_PAGE - 1) & ~(u32)(HOST_PAGE - 1); }

// The page protection the module may have: memory is never executable.
static u32 protection_of(u32 guest) { return guest & PROTECTION_FLAGS; }

// Mappings of hugetlbfs, and with MAP_HUGETLB, are larger than what was asked for: they could reach beyond memory.
static bool is_huge(i32 fd, u32 flags) {
    struct kernel_statfs s;
    return !(flags & MAP_ANONYMOUS) && sys(SYS_fstatfs, fd, own(&s)) == 0 && (u32)s.type == HUGETLBFS_MAGIC;
}

enum { MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2, MS_ASYNC = 1 };

// Behind a call on pages that may have unmapped them and failed: puts fresh ones back where there are none, so that no other
// mapping comes to lie inside linear memory. Where the kernel refuses that (RLIMIT_AS) the process ends, also that of a program
// with a module inside: it could map something there. Needs hardly any stack, which may not grow either.
static void leave_no_hole(u32 start, u32 size) {
    static const char text[] = "wasm2elf: pages of the module's memory were lost and cannot be put back\n";
    if (sys(SYS_msync, guest_pages(start, size), size, MS_ASYNC) != -ENOMEM) return;
    u32 flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    if (!sys_failed(sys(SYS_mmap, guest_pages(start, size), size, PROT_READ | PROT_WRITE, flags, -1, 0))) return;
    sys(SYS_write, STDERR, own_bytes(text, sizeof text - 1), sizeof text - 1);
    for (;;) sys(SYS_exit_group, W2E_TRAP_STATUS);
}

long move_into_guest(const void *elsewhere, u32 address, u32 size) {
    long r = sys(SYS_mremap, own_bytes(elsewhere, size), size, size, MREMAP_MAYMOVE | MREMAP_FIXED, guest_pages(address, size));
    if (sys_failed(r)) leave_no_hole(address, size);
    return r;
}

static long place(u32 start, u32 size, u32 protection, u32 flags, i32 fd, u64 offset) {
    flags &= ~MMAP_DROPPED_FLAGS;
    if (flags & ~MMAP_FLAGS || protection & ~(PROTECTION_FLAGS | PROTECTION_DROPPED_FLAGS) || is_huge(fd, flags)) return -EINVAL;
    u32 kept = flags & ~(u32)(MAP_FIXED_NOREPLACE | MAP_FIXED);
    if (kept & MAP_ANONYMOUS) {
        long r = sys(SYS_mmap, guest_pages(start, size), size, protection_of(protection), kept | MAP_FIXED, fd, offset);
        if (sys_failed(r)) leave_no_hole(start, size);
        return r;
    }
    // Elsewhere first: MAP_FIXED unmaps what is there before it finds out that a file cannot be mapped.
    long elsewhere = sys(SYS_mmap, NO_ADDRESS, size, protection_of(protection), kept, fd, offset);
    if (sys_failed(elsewhere)) return elsewhere;
    long r = move_into_guest((const void *)elsewhere, start, size);
    if (sys_failed(r)) sys(SYS_munmap, own_bytes((const void *)elsewhere, size), size);
    return r;
}

static long place_fresh_pages(u32 start, u32 size) {
    long r = place(start, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return sys_failed(r) ? r : 0;
}

// Calls the module.
static void free_empty_blocks(void) {
    for (u32 block; take_empty(&block);)
        if (block) guest_call_free(block);
}

long take_guest_space(u32 size) {
    u32 block_size = size;
    hold();
    u32 block = take_idle(&block_size);
    release();
    if (!block) block = guest_call_memalign((u32)HOST_PAGE, block_size);
    if (!block || block % HOST_PAGE || !guest_range(block, size)) return -ENOMEM;
    return note_range(block, size, block_size) ? (long)block : -ENOMEM;
}

long give_back_guest_space(u32 address, u32 size) {
    hold();
    long r = make_room() ? place_fresh_pages(address, size) : -ENOMEM;
    if (r == 0) cut(address, (u64)address + size);
    release();
    free_empty_blocks();
    return r;
}

// Calls the module.
static long map_over_space(u32 size, u32 protection, u32 flags, i32 fd, u64 offset) {
    long block = take_guest_space(size);
    if (block < 0) return block;
    long r = place((u32)block, size, protection, flags, fd, offset);
    if (!sys_failed(r)) return block;
    give_back_guest_space((u32)block, size);
    return r;
}
long map_guest_space(u32 size, u32 protection, u32 flags, i32 fd) { return map_over_space(size, protection, flags, fd, 0); }

static long map(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u64 offset) {
    u32 size = whole_pages(length);
    if (length == 0 || offset % HOST_PAGE) return -EINVAL;
    if (size < length) return -ENOMEM;
    if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))) return map_over_space(size, protection, flags, (i32)fd, offset);
    if (address % HOST_PAGE || !guest_range(address, size)) return -EINVAL;
    long r = place(address, size, protection, flags, (i32)fd, offset);
    return sys_failed(r) ? r : (long)address;
}

static long unmap(u32 address, u32 length) {
    u32 size = whole_pages(length);
    if (address % HOST_PAGE || length == 0 || size < length || !guest_range(address, size)) return -EINVAL;
    return give_back_guest_space(address, size);
}

// The pages move, whatever is mapped there; fresh ones take their place. A mapping never grows where it is: what
// lies behind it belongs to the module's allocator.
static long move_mapping(u32 from, u32 old_size, u32 to, u32 new_size) {
    long r = sys(SYS_mremap, guest_pages(from, old_size), old_size, new_size, MREMAP_MAYMOVE | MREMAP_FIXED, guest_pages(to, new_size));
    leave_no_hole(sys_failed(r) ? to : from, sys_failed(r) ? new_size : old_size);
    return sys_failed(r) ? r : give_back_guest_space(from, old_size);
}

static long remap(u32 address, u32 old_length, u32 new_length, u32 flags, u32 new_address) {
    u32 old_size = whole_pages(old_length), new_size = whole_pages(new_length);
    if (flags & ~MREMAP_FLAGS) return -EINVAL;
    if (address % HOST_PAGE || !old_size || !new_size || !guest_range(address, old_size)) return -EINVAL;
    if (flags & MREMAP_FIXED) {
        bool apart = (u64)new_address + new_size <= address || (u64)address + old_size <= new_address;
        if (!(flags & MREMAP_MAYMOVE) || new_address % HOST_PAGE || !guest_range(new_address, new_size) || !apart) return -EINVAL;
        long r = move_mapping(address, old_size, new_address, new_size);
        return r ? r : (long)new_address;
    }
    if (new_size <= old_size) {
        long r = new_size < old_size ? give_back_guest_space(address + new_size, old_size - new_size) : 0;
        return r ? r : (long)address;
    }
    long block = flags & MREMAP_MAYMOVE ? take_guest_space(new_size) : -ENOMEM;
    if (block < 0) return block;
    long r = move_mapping(address, old_size, (u32)block, new_size);
    if (r) give_back_guest_space((u32)block, new_size);
    return r ? r : block;
}

// An address is not an error even if it looks like a small negative number.
static u32 address_result(long r) { return r < 0 ? syscall_result(r) : (u32)r; }

// mmap2 counts its offset in 4096-byte units.
u32 w2e_env___syscall_mmap2(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u32 offset) {
    return address_result(map(address, length, protection, flags, fd, (u64)offset * 4096));
}
u32 w2e_env___syscall_munmap(u32 address, u32 length) { return syscall_result(unmap(address, length)); }
u32 w2e_env___syscall_msync(u32 address, u32 length, u32 flags) {
    return syscall_result(WITH_FLAGS(flags, MSYNC_FLAGS, sys(SYS_msync, guest_pages(address, length), length, flags)));
}
u32 w2e_env___syscall_madvise(u32 address, u32 length, u32 advice) {
    if (!find_command(w2e_madvise_commands, advice)) return syscall_result(-EINVAL);
    return syscall_result(sys(SYS_madvise, guest_pages(address, length), length, advice));
}
u32 w2e_env___syscall_mprotect(u32 address, u32 length, u32 protection) {
    return syscall_result(WITH_FLAGS(protection, PROTECTION_FLAGS | PROTECTION_DROPPED_FLAGS,
                                     sys(SYS_mprotect, guest_pages(address, length), length, protection_of(protection))));
}
u32 w2e_env___syscall_mincore(u32 address, u32 length, u32 vector) {
    return syscall_result(sys(SYS_mincore, guest_pages(address, length), length, guest_buffer(vector, whole_pages(length) / HOST_PAGE)));
}
u32 w2e_env___syscall_mlock(u32 address, u32 length) { return syscall_result(sys(SYS_mlock, guest_pages(address, length), length)); }
u32 w2e_env___syscall_munlock(u32 address, u32 length) { return syscall_result(sys(SYS_munlock, guest_pages(address, length), length)); }
u32 w2e_env___syscall_mlockall(u32 flags) { return syscall_result(WITH_FLAGS(flags, MLOCKALL_FLAGS, sys(SYS_mlockall, flags))); }
u32 w2e_env___syscall_munlockall(void) { return syscall_result(sys(SYS_munlockall)); }
u32 w2e_env___syscall_mremap(u32 address, u32 old_size, u32 new_size, u32 flags, u32 new_address) {
    return address_result(remap(address, old_size, new_size, flags, new_address));
}

// Emscripten's own form, 3.1.4 to 3.1.41: the address goes to *allocated_or_address by eras; offsets in bytes.
static u32 map_js(u32 length, u32 protection, u32 flags, u32 fd, u64 offset, u32 allocated, u32 address) {
    u8 *to = guest_range(allocated, 4), *at = address ? guest_range(address, 4) : NULL;
    if (!to || (address && !at)) return syscall_result(-EFAULT);
    long r = map(0, length, protection, flags & ~(u32)MAP_FIXED, fd, offset);
    if (r < 0) return syscall_result(r);
    store32(to, 0); // not the module's to free: _munmap_js does
    if (!at) return (u32)r;
    store32(at, (u32)r);
    return 0;
}
u32 w2e_env__mmap_js(u32 length, u32 protection, u32 flags, u32 fd, u32 offset, u32 allocated) {
    return map_js(length, protection, flags, fd, offset, allocated, 0);
}
// Seven values are of two eras: an address that is wished for, first (3.1.6), or the place for the address, last. Behind that address stands
// the length, and behind a length the protection.
u32 w2e_env__mmap_js_address(u32 first, u32 second, u32 third, u32 fourth, u32 fifth, u32 sixth, u32 last) {
    bool wished = first == 0 || second & ~(u32)(PROTECTION_FLAGS | PROTECTION_DROPPED_FLAGS);
    return wished ? map_js(second, third, fourth, fifth, sixth, last, 0) : map_js(first, second, third, fourth, fifth, sixth, last);
}
u32 w2e_env__mmap_js_64(u32 length, u32 protection, u32 flags, u32 fd, u64 offset, u32 allocated, u32 address) {
    return map_js(length, protection, flags, fd, offset, allocated, address);
}
u32 w2e_env__munmap_js(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u32 offset) {
    (void)protection, (void)flags, (void)fd, (void)offset;
    return syscall_result(unmap(address, length));
}
u32 w2e_env__munmap_js_64(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u64 offset) {
    (void)protection, (void)flags, (void)fd, (void)offset;
    return syscall_result(unmap(address, length));
}
u32 w2e_env__msync_js_4(u32 address, u32 length, u32 flags, u32 fd) {
    (void)fd;
    return w2e_env___syscall_msync(address, length, flags);
}
u32 w2e_env__msync_js(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u32 offset) {
    (void)protection, (void)fd, (void)offset;
    return w2e_env___syscall_msync(address, length, flags);
}
u32 w2e_env__msync_js_64(u32 address, u32 length, u32 protection, u32 flags, u32 fd, u64 offset) {
    (void)protection, (void)fd, (void)offset;
    return w2e_env___syscall_msync(address, length, flags);
}
