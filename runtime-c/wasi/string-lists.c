// Lists of strings in WASI form.
#include "string-lists.h"
#include "guest.h"
#include "text.h"

u32 put_string_sizes(char **strings, u32 count_to, u32 size_to) {
    u8 *count = guest_range(count_to, 4), *size = guest_range(size_to, 4);
    u32 n = 0;
    u64 bytes = 0;
    for (; strings[n]; n++) bytes += text_length(strings[n]) + 1;
    if (!count || !size) return error_number(-EFAULT);
    store32(count, n);
    store32(size, (u32)bytes);
    return 0;
}

u32 put_strings(char **strings, u32 pointers, u32 buffer, u32 already_at) {
    for (; *strings; strings++, pointers += 4) {
        u64 n = text_length(*strings) + 1;
        u8 *p = guest_range(pointers, 4), *to = guest_range(buffer, n);
        if (!p || !to) return error_number(-EFAULT);
        memcpy(to, *strings, n);
        store32(p, already_at ? already_at : buffer);
        buffer += (u32)n;
        if (already_at) already_at += (u32)n;
    }
    return 0;
}
