// Error numbers of Emscripten (and WASI) for those of Linux; the table is indexed by the Linux number.
// 41 and 58 do not exist in Linux; unknown numbers become EINVAL (28).
#include "guest-calls.h"
#include "guest.h"

static const u8 guest_of_linux[] = {
    0, 63, 44, 71, 27, 29, 60, 1, 45, 8, 12, 6, 48, 2, 21, 105,
    10, 20, 75, 43, 54, 31, 28, 41, 33, 59, 74, 22, 51, 70, 69, 34,
    64, 18, 68, 16, 37, 46, 52, 55, 32, 28, 49, 24, 106, 156, 107, 108,
    109, 110, 111, 112, 113, 114, 115, 104, 103, 102, 28, 101, 100, 116, 117, 118,
    119, 120, 121, 47, 122, 123, 124, 65, 36, 125, 9, 61, 126, 127, 128, 129,
    130, 131, 132, 133, 25, 134, 135, 136, 57, 17, 35, 67, 50, 66, 137, 138,
    139, 5, 3, 4, 38, 40, 39, 13, 15, 42, 30, 53, 140, 141, 73, 14,
    142, 23, 7, 26, 72, 143, 144, 145, 146, 147, 19, 148, 149, 11, 150, 151,
    152, 153, 62, 56, 154, 155,
};

u32 guest_errno(long linux_errno) {
    if (abi_has(ABI_LINUX_ERRNO)) return (u32)linux_errno;
    return linux_errno >= 0 && linux_errno < (long)W2E_COUNT(guest_of_linux) ? guest_of_linux[linux_errno] : 28;
}

u8 *guest_errno_location(void) {
    u32 address = guest_call___errno_location();
    return address ? guest_range(address, 4) : NULL;
}
void guest_set_errno(long linux_errno) {
    u8 *location = guest_errno_location();
    if (location) store32(location, guest_errno(linux_errno));
}

u32 libc_result(long r) {
    if (!sys_failed(r)) return (u32)r;
    guest_set_errno(-r);
    return (u32)-1;
}
