// Runs the program in ring 0: enters the module in the kernel through the program's device, and does here what it comes back for. The
// functions of the module are here, too, with the same memory and variables: imports call these, and signal handlers run here.
#include "guest-calls.h"
#include "kernel.h"
#include "message.h"
#include "opened.h"
#include "request.h"
#include "ring0.h"
#include "runtime.h"
#include "system-call.h"
#include "text.h"
#include "w2e.h"
#include <run.h>

// Of the compiled program (codegen/emit/kernel.ts).
extern void (*const w2e_kernel_imports[])(void);
extern const u32 w2e_kernel_import_count;
extern const u64 w2e_kernel_hash[W2E_HASH_WORDS];
extern const char w2e_kernel_device[];
// Where functions begin in the code for ring 0, in order, and which ones they are here, or 0 (linker/kernel-functions.ts).
extern const struct {
    u32 place, function;
} w2e_kernel_functions[];
extern const u32 w2e_kernel_function_count;

void w2e_launcher_call(void (*function)(void), struct w2e_request *request);
extern const u8 w2e_launcher_call_end[];
_Static_assert(__builtin_offsetof(struct w2e_request, integers) == 56 && __builtin_offsetof(struct w2e_request, floats) == 104 &&
                   __builtin_offsetof(struct w2e_request, stack) == 168 && __builtin_offsetof(struct w2e_request, values) == 232,
               "call.S");

__attribute__((used, retain)) u8 w2e_system_buffer[W2E_SYSTEM_BUFFER_SIZE] __attribute__((aligned(16)));

__attribute__((used, retain)) const u64 w2e_getdents_address = (u64)&w2e_getdents_mark;

static struct w2e_request request;
static enum { UNKNOWN, HERE, IN_KERNEL } place;
// The device, and a copy for a child while a fork is under way.
static long device = -1, copy = -1;

// The program in the kernel uses all vector registers.
static long call_device(u32 command) {
    long result;
    if (command != W2E_CLONE) request.serial++; // a handler may fork while an ioctl is to be made again
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"((long)SYS_ioctl), "D"(device), "S"((long)command), "d"(&request)
                     : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15");
    return result;
}

// The value of a variable of the environment, or "".
static const char *environment(const char *name) {
    u64 length = text_length(name);
    for (char **e = w2e_process.environ; *e; e++)
        if (!memcmp(*e, name, length) && (*e)[length] == '=') return *e + length + 1;
    return "";
}

// Descriptors of the program begin at 3, so the device is moved out of their way.
enum { DEVICE_MIN = 300, F_DUPFD_CLOEXEC = 1030, ESTALE = 116 };

static long out_of_the_way(long fd) {
    long high = sys(SYS_fcntl, fd, F_DUPFD_CLOEXEC, DEVICE_MIN);
    if (sys_failed(high)) return fd;
    sys(SYS_close, fd);
    return high;
}

static void tell(const char *text) {
    if (environment("W2E_KERNEL_LOG")[0] != '1') return;
    struct message m;
    message_start(&m);
    message_text(&m, "wasm2elf: ");
    message_text(&m, text);
    message_text(&m, "\n");
    message_write(&m, STDERR);
}

// Where the program runs, decided once.
static bool in_kernel(void) {
    if (place != UNKNOWN) return place == IN_KERNEL;
    const char *wish = environment("W2E_KERNEL");
    place = HERE;
    if (text_equal(wish, "off")) return false;
    device = sys(SYS_openat, AT_FDCWD, own_text(w2e_kernel_device), O_RDWR | O_CLOEXEC, 0);
    if (device >= 0) {
        device = out_of_the_way(device);
        place = IN_KERNEL;
        tell("the program runs in the kernel");
        return true;
    }
    if (text_equal(wish, "require")) w2e_fatal("wasm2elf: the program's module is not loaded, or its device may not be opened (W2E_KERNEL=require)", 1);
    tell("the program does not run in the kernel: its module is not loaded, or its device may not be opened");
    return false;
}

static u64 function_at(u32 place, u64 *start) {
    u64 function = 0;
    for (u32 i = 0; i < w2e_kernel_function_count && w2e_kernel_functions[i].place <= place; i++) {
        *start = w2e_kernel_functions[i].place;
        function = w2e_kernel_functions[i].function;
    }
    return function;
}

const struct w2e_outside *frames_behind(u64 address) {
    static struct w2e_outside program;
    bool calls_import = address >= (u64)w2e_launcher_call && address < (u64)w2e_launcher_call_end;
    if (place != IN_KERNEL || !calls_import || call_device(W2E_TRACE)) return NULL;
    program = (struct w2e_outside){request.places, request.place_count, function_at};
    return &program;
}

// Ends the process with the words of a trap.
static W2E_NORETURN void report(void) {
    struct w2e_outside program = {request.places, request.place_count, function_at};
    w2e_report_outside(request.number ? request.number : TRAP_OUT_OF_BOUNDS_MEMORY_ACCESS, &program);
}

// Calls an import, and goes on behind it. Calls the module.
static long import(void) {
    if (request.number >= w2e_kernel_import_count) w2e_fatal("wasm2elf: the module in the kernel is another one", 1);
    w2e_launcher_call(w2e_kernel_imports[request.number], &request);
    return call_device(W2E_RESUME);
}

// In programs that open files.
#pragma weak open_file
#pragma weak judge_opened

static long make_call(u32 number, const u64 *a) {
    switch (number) {
    case SYS_openat: return open_file((i32)a[0], (struct kernel_address){a[1]}, (u32)a[2], (u32)a[3]); // made in ring 0 by guest.h
    case W2E_CALL_JUDGE: return judge_opened((long)a[0]);
    default: return sys6(number, (long)a[0], (long)a[1], (long)a[2], (long)a[3], (long)a[4], (long)a[5]);
    }
}

static long system_call(void) {
    request.values[0] = (u64)make_call(request.number, request.integers);
    return call_device(W2E_RESUME);
}

static u32 run_here(u32 number, u32 a, u32 b) {
    switch (number) {
    case 0: guest_call__start(); return 0;
    case 1: guest_call___wasm_call_ctors(); return 0;
    default: return guest_call_main(a, b);
    }
}

// What to do where the device does not run the program. Nothing has run yet if these are answers to RUN.
static u32 refused(long error, u32 number, u32 a, u32 b) {
    if ((error != -ESTALE && error != -ENOMEM) || text_equal(environment("W2E_KERNEL"), "require"))
        w2e_fatal("wasm2elf: the module in the kernel refuses", 1);
    place = HERE;
    tell(error == -ESTALE ? "the module in the kernel belongs to another program: this one runs in user space"
                          : "no memory for a stack in the kernel: the program runs in user space");
    return run_here(number, a, b);
}

u32 w2e_run_export(u32 number, u32 a, u32 b) {
    static u8 buffer[W2E_JUMP_BUFFER] __attribute__((aligned(16)));
    if (!in_kernel()) return run_here(number, a, b);
    for (u32 i = 0; i < W2E_HASH_WORDS; i++) request.hash[i] = w2e_kernel_hash[i];
    request.export_number = number;
    request.number = (u32)device;
    request.arguments[0] = a;
    request.arguments[1] = b;
    // Whatever throws to places of the program in ring 0 comes back here: an import, or a handler at any time.
    bool thrown = w2e_setjmp(buffer);
    w2e_jump_base(buffer);
    long left = call_device(thrown ? W2E_THROW : W2E_RUN);
    if (left == -EINVAL && thrown) w2e_uncaught(); // it has none
    while (left != W2E_LEFT_RETURNED) {
        switch (left) {
        case W2E_LEFT_IMPORT: left = import(); break;
        case W2E_LEFT_CALL: left = system_call(); break;
        case W2E_LEFT_SIGNAL: case -EINTR: left = call_device(W2E_RESUME); break;
        case W2E_LEFT_TRAP: report();
        default: w2e_jump_base(NULL); return refused(left, number, a, b);
        }
    }
    w2e_jump_base(NULL);
    return (u32)request.result;
}

long before_fork(void) {
    if (place != IN_KERNEL) return 0;
    long fd = call_device(W2E_CLONE);
    if (sys_failed(fd)) return fd;
    copy = out_of_the_way(fd);
    return 0;
}

long forked(long pid) {
    if (place != IN_KERNEL) return pid;
    if (pid == 0) sys(SYS_dup3, copy, device, O_CLOEXEC); // an ioctl that the kernel makes again has the number
    sys(SYS_close, copy);
    copy = -1;
    return pid;
}
