// fd_readdir: directory records from a position on. A cookie is the kernel's own offset in the directory.
#include "guest.h"
#include "imports.gen.h"
#include "path-call.h"
#include "text.h"
#include "wasi.h"

enum { DIRENT_SIZE = 24, RECORDS_SIZE = 8192, NAME_OFFSET = 19 };

// d_type of getdents64(2): DT_CHR, DT_DIR, DT_BLK, DT_REG, DT_LNK, DT_SOCK are 2, 4, 6, 8, 10, 12.
static const u8 filetype_of[16] = {
    [2] = CHARACTER_DEVICE, [4] = DIRECTORY, [6] = BLOCK_DEVICE, [8] = REGULAR_FILE, [10] = SYMBOLIC_LINK, [12] = SOCKET_STREAM,
};

// Appends what fits; the last record may be cut, which tells the caller to ask again from its cookie on.
static u32 append(u8 *to, u32 used, u32 size, const void *from, u64 length) {
    u32 n = length < size - used ? (u32)length : size - used;
    memcpy(to + used, from, n);
    return used + n;
}

u32 w2e_wasi_fd_readdir(u32 fd, u32 buffer, u32 size, u64 cookie, u32 to) {
    W2E_UNINITIALIZED u8 records[RECORDS_SIZE];
    u8 *out = guest_range(buffer, size);
    u32 used = 0;
    if (!out) return error_number(-EFAULT);
    long n = sys(SYS_lseek, fd, cookie, 0);
    if (n < 0) return error_number(n);
    while (used < size && (n = records_call(SYS_getdents64, (i32)fd, own(&records), RECORDS_SIZE)) > 0) {
        // struct linux_dirent64: u64 inode, u64 next offset, u16 record length, u8 type, name.
        for (const u8 *r = records; r < records + n && used < size; r += load16(r + 16)) {
            const char *name = (const char *)r + NAME_OFFSET;
            u8 head[DIRENT_SIZE] = {0};
            store64(head, load64(r + 8));
            store64(head + 8, load64(r));
            store32(head + 16, (u32)text_length(name));
            head[20] = filetype_of[r[18] & 15];
            used = append(out, used, size, head, DIRENT_SIZE);
            used = append(out, used, size, name, text_length(name));
        }
    }
    return wasi_count(n < 0 ? n : used, to);
}
