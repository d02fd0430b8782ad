// System V shared memory, semaphores and message queues (sysvipc(7)). A segment is attached over space of the module's
// own memory, and survives fork there as anywhere. The kernel's records are those of 64-bit
// architectures; the module's are musl's for 32 bits, with times of either size.
#include "commands.h"
#include "guest-space.h"
#include "hold.h"
#include "imports.gen.h"
#include "system-call.h"
#include "time-layout.h"

enum {
    IPC_RMID = 0, IPC_SET = 1, IPC_STAT = 2, IPC_64 = 0x100, SHM_RDONLY = 010000, SHM_RND = 020000,
    SHM_LOCK = 11, SHM_UNLOCK = 12, GETPID = 11, GETVAL = 12, GETALL = 13, GETNCNT = 14, GETZCNT = 15, SETVAL = 16, SETALL = 17,
    ATTACHED_MAX = 256, SEMBUF_SIZE = 6, GUEST_PERMISSION = 36, RECORD_WORDS = 16,
};

struct kernel_permission {
    u32 key, uid, gid, creator_uid, creator_gid, mode;
    u16 sequence, pad[3];
    u64 unused[2];
};
// struct shmid64_ds, semid64_ds or msqid64_ds.
struct kernel_record {
    struct kernel_permission permission;
    u64 word[RECORD_WORDS];
};

static void put_permission(u8 *to, const struct kernel_permission *p) {
    const u32 words[] = {p->key, p->uid, p->gid, p->creator_uid, p->creator_gid, p->mode, p->sequence, 0, 0};
    for (u32 i = 0; i < W2E_COUNT(words); i++) store32(to + 4 * i, words[i]);
}

// One field of a record: where it is in the kernel's, and how it is stored in the module's, one after the other.
enum field_kind { END, LONG, INT, TIME, SHORT };
struct field { u8 kind, host; };
static const struct field segment_fields[] = {{LONG, 48}, {TIME, 56}, {TIME, 64}, {TIME, 72}, {INT, 80}, {INT, 84}, {LONG, 88}, {END, 0}};
static const struct field semaphore_fields[] = {{TIME, 48}, {TIME, ARCH_SEMID_CHANGED}, {SHORT, ARCH_SEMID_COUNT}, {END, 0}};
static const struct field queue_fields[] = {
    {TIME, 48}, {TIME, 56}, {TIME, 64}, {LONG, 72}, {LONG, 80}, {LONG, 88}, {INT, 96}, {INT, 100}, {END, 0},
};

// Longs beyond 32 bits are cut to the largest.
static void put_record(u8 *to, const struct kernel_record *record, const struct field *f) {
    const u8 *host = (const u8 *)record;
    u32 at = GUEST_PERMISSION;
    put_permission(to, &record->permission);
    for (; f->kind != END; f++) {
        u64 value = load64(host + f->host);
        if (f->kind == TIME && abi_has(ABI_TIME64)) {
            at = (at + 7) & ~7u;
            store64(to + at, value);
            at += 8;
            continue;
        }
        if (f->kind == LONG && value > 0xffffffff) value = 0xffffffff;
        store32(to + at, f->kind == SHORT ? (u16)value : (u32)value);
        at += 4;
    }
}

struct record_type {
    long call;
    u32 size, size_time64; // of the module's record
    const struct field *fields;
};
static const struct record_type segments = {SYS_shmctl, 72, 88, segment_fields};
static const struct record_type semaphores = {SYS_semctl, 56, 72, semaphore_fields};
static const struct record_type queues = {SYS_msgctl, 76, 96, queue_fields};

static long control_call(const struct record_type *type, u32 id, u32 command, struct kernel_record *record) {
    return type->call == SYS_semctl ? sys(SYS_semctl, id, 0, command, own_or_null(record)) : sys(type->call, id, command, own_or_null(record));
}

// IPC_STAT, IPC_SET (owner, mode, and a queue's size), IPC_RMID.
static long control(const struct record_type *type, u32 id, u32 command, u32 buffer) {
    struct kernel_record record = {{0}, {0}};
    u32 size = abi_has(ABI_TIME64) ? type->size_time64 : type->size;
    u8 *p = buffer ? guest_range(buffer, size) : NULL;
    if (command == IPC_RMID) return control_call(type, id, command, NULL);
    if (command != IPC_SET && command != IPC_STAT) return -EINVAL;
    if (!p) return -EFAULT;
    long r = control_call(type, id, IPC_STAT, &record);
    if (r < 0) return r;
    if (command == IPC_STAT) {
        memset(p, 0, size);
        put_record(p, &record, type->fields);
        return r;
    }
    record.permission.uid = load32(p + 4);
    record.permission.gid = load32(p + 8);
    record.permission.mode = load32(p + 20);
    if (type == &queues) store64((u8 *)&record + 88, load32(p + (abi_has(ABI_TIME64) ? 72 : 56)));
    return control_call(type, id, IPC_SET, &record);
}

// What is attached where, so that shmdt knows how much to put back. Changed while held only.
static struct { u32 address, size; } attached[ATTACHED_MAX];
static u32 attached_count;

// A segment may be larger than its record says: rounded to huge pages, or another one under the same number. So it is
// attached where the kernel likes, and exactly `size` bytes of it move into linear memory. Parts of huge pages do not.
static long attach_over(u32 id, u32 address, u32 size, u32 flags) {
    long at = sys(SYS_shmat, id, NO_ADDRESS, flags);
    if (sys_failed(at)) return at;
    const u8 *segment = (const u8 *)at;
    long r = sys(SYS_mprotect, own_bytes(segment, HOST_PAGE), HOST_PAGE, flags & SHM_RDONLY ? PROT_READ : PROT_READ | PROT_WRITE);
    if (r == 0) r = move_into_guest(segment, address, size);
    if (sys_failed(r)) sys(SYS_shmdt, own_bytes(segment, size));
    return r;
}

static bool note_attached(u32 address, u32 size) {
    hold();
    bool room = attached_count < ATTACHED_MAX;
    if (room) attached[attached_count].address = address, attached[attached_count++].size = size;
    release();
    return room;
}

// The size of what is attached at an address, which is not any more; 0 if there is nothing.
static u32 forget_attached(u32 address) {
    u32 size = 0;
    hold();
    for (u32 i = 0; i < attached_count && !size; i++) {
        if (attached[i].address != address) continue;
        size = attached[i].size;
        attached[i] = attached[--attached_count];
    }
    release();
    return size;
}

// Calls the module.
static long attach(u32 id, u32 address, u32 flags) {
    struct kernel_record record;
    if (flags & ~SHMAT_FLAGS) return -EINVAL;
    long r = sys(SYS_shmctl, id, IPC_STAT, own(&record));
    if (r < 0) return r;
    if (record.word[0] > 0x7fffffff) return -ENOMEM;
    u32 size = whole_pages((u32)record.word[0]);
    if (flags & SHM_RND) address -= address % (u32)HOST_PAGE;
    if (address % HOST_PAGE || (address && !guest_range(address, size))) return -EINVAL;
    long at = address ? (long)address : take_guest_space(size);
    if (at < 0) return at;
    r = attach_over(id, (u32)at, size, flags & SHM_RDONLY);
    if (!sys_failed(r) && note_attached((u32)at, size)) return at;
    give_back_guest_space((u32)at, size);
    return sys_failed(r) ? r : -ENOMEM;
}

static long detach(u32 address) {
    u32 size = forget_attached(address);
    return size ? give_back_guest_space(address, size) : -EINVAL;
}

u32 w2e_env_shmget(u32 key, u32 size, u32 flags) { return libc_result(WITH_FLAGS(flags, SHMGET_FLAGS, sys(SYS_shmget, (i32)key, size, flags))); }
u32 w2e_env_shmat(u32 id, u32 address, u32 flags) {
    long r = attach(id, address, flags);
    return r < 0 ? libc_result(r) : (u32)r;
}
u32 w2e_env_shmdt(u32 address) { return libc_result(detach(address)); }
u32 w2e_env_shmctl(u32 id, u32 command, u32 buffer) {
    command &= ~(u32)IPC_64;
    if (command == SHM_LOCK || command == SHM_UNLOCK) return libc_result(sys(SYS_shmctl, id, command, NO_ADDRESS));
    return libc_result(control(&segments, id, command, buffer));
}

u32 w2e_env_semget(u32 key, u32 count, u32 flags) { return libc_result(WITH_FLAGS(flags, IPCGET_FLAGS, sys(SYS_semget, (i32)key, count, flags))); }
u32 w2e_env_semop(u32 id, u32 operations, u32 count) {
    return libc_result(sys(SYS_semop, id, guest_buffer(operations, (u64)count * SEMBUF_SIZE), count));
}
u32 w2e_env_semtimedop(u32 id, u32 operations, u32 count, u32 timeout) {
    struct kernel_timespec storage;
    long error = 0;
    const struct kernel_timespec *t = guest_time(timeout, &storage, &error);
    return libc_result(error ? error : sys(SYS_semtimedop, id, guest_buffer(operations, (u64)count * SEMBUF_SIZE), count, own_or_null(t)));
}

// Values of a set of semaphores. The kernel transfers as many as the set under that number has at that moment, so the
// array is the runtime's own, as large as a set can be, and a page behind it stops the kernel in any case.
static long all_values(u32 id, u32 command, u32 array) {
    enum { VALUES_SIZE = 2 * 65536 };
    struct kernel_record record;
    long r = sys(SYS_semctl, id, 0, IPC_STAT, own(&record));
    if (r < 0) return r;
    u64 size = 2 * load64((const u8 *)&record + ARCH_SEMID_COUNT), room = VALUES_SIZE + HOST_PAGE;
    const u8 *guest = guest_range(array, size);
    if (size > VALUES_SIZE || !guest) return -EFAULT;
    long at = sys(SYS_mmap, 0, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sys_failed(at)) return at;
    u8 *values = (u8 *)at;
    r = sys(SYS_mprotect, own_bytes(values + VALUES_SIZE, HOST_PAGE), HOST_PAGE, PROT_NONE);
    if (r == 0 && command == SETALL) memcpy(values, guest, size);
    if (r == 0) r = sys(SYS_semctl, id, 0, command, own_bytes(values, VALUES_SIZE));
    if (r >= 0 && command == GETALL && !guest_copy_bytes(array, values, VALUES_SIZE, size, size)) r = -EFAULT;
    sys(SYS_munmap, own_bytes(values, room), room);
    return r;
}
u32 w2e_env_semctl(u32 id, u32 index, u32 command, u32 va) {
    u32 argument = guest_argument(va);
    command &= ~(u32)IPC_64;
    switch (command) {
    case GETPID: case GETVAL: case GETNCNT: case GETZCNT: return libc_result(sys(SYS_semctl, id, index, command, 0));
    case SETVAL: return libc_result(sys(SYS_semctl, id, index, command, argument));
    case GETALL: case SETALL: return libc_result(all_values(id, command, argument));
    default: return libc_result(control(&semaphores, id, command, argument));
    }
}

// struct msgbuf begins with a long: messages go through a copy outside the module's memory.
struct kernel_message { i64 type; u8 text[]; };

static struct kernel_message *message_buffer(u32 size) {
    long p = sys(SYS_mmap, 0, sizeof(i64) + (u64)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return sys_failed(p) ? NULL : (struct kernel_message *)p;
}

u32 w2e_env_msgget(u32 key, u32 flags) { return libc_result(WITH_FLAGS(flags, IPCGET_FLAGS, sys(SYS_msgget, (i32)key, flags))); }
u32 w2e_env_msgsnd(u32 id, u32 message, u32 size, u32 flags) {
    const u8 *p = guest_range(message, 4 + (u64)size);
    if (flags & ~MESSAGE_QUEUE_FLAGS) return libc_result(-EINVAL);
    if (!p) return libc_result(-EFAULT);
    struct kernel_message *m = message_buffer(size);
    if (!m) return libc_result(-ENOMEM);
    m->type = (i32)load32(p);
    memcpy(m->text, p + 4, size);
    long r = sys(SYS_msgsnd, id, own_bytes(m, sizeof(i64) + (u64)size), size, flags);
    sys(SYS_munmap, own_bytes(m, sizeof(i64) + (u64)size), sizeof(i64) + (u64)size);
    return libc_result(r);
}
u32 w2e_env_msgrcv(u32 id, u32 message, u32 size, u32 type, u32 flags) {
    u8 *p = guest_range(message, 4 + (u64)size);
    if (flags & ~MESSAGE_QUEUE_FLAGS) return libc_result(-EINVAL);
    if (!p) return libc_result(-EFAULT);
    struct kernel_message *m = message_buffer(size);
    if (!m) return libc_result(-ENOMEM);
    long r = sys(SYS_msgrcv, id, own_bytes(m, sizeof(i64) + (u64)size), size, (i32)type, flags);
    if (r >= 0) {
        store32(p, (u32)m->type);
        guest_copy_bytes(message + 4, m->text, size, (u64)r, size);
    }
    sys(SYS_munmap, own_bytes(m, sizeof(i64) + (u64)size), sizeof(i64) + (u64)size);
    return libc_result(r);
}
u32 w2e_env_msgctl(u32 id, u32 command, u32 buffer) { return libc_result(control(&queues, id, command & ~(u32)IPC_64, buffer)); }
