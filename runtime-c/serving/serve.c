// A program that calls its exports on request: commands on standard input, replies on standard output, in binary
// (records below, little-endian as memory is). A trap ends the call, not the process. What test runners drive.
#include "hold.h"
#include "host.h"
#include "message.h"
#include "runtime.h"
#include "slots.h"
#include "text.h"

struct command { u32 export_index, arguments, results, reserved; }; // then the arguments, one slot each
struct reply { u32 status, length; };                               // then the results, or the trap's message
enum { STATUS_RETURNED = 0, STATUS_TRAPPED = 1 };

static u64 resume[W2E_JUMP_BUFFER / 8] __attribute__((aligned(16)));
static enum w2e_trap trapped;
static u64 initial_mask;

static void on_trap(enum w2e_trap trap) {
    trapped = trap;
    w2e_drop_holds();
    // The handler of a fault has blocked signals.
    host_signal_mask(SIG_SETMASK, &initial_mask, NULL);
    w2e_arch_jump(resume);
}

enum direction { FROM_STDIN, TO_STDOUT };

static bool transfer(enum direction direction, void *data, u64 length) {
    u8 *at = data;
    while (length) {
        long n = direction == TO_STDOUT ? host_write(STDOUT, at, length) : host_read(STDIN, at, length);
        if (n <= 0) return false;
        at += n;
        length -= (u64)n;
    }
    return true;
}

static void send(u32 status, const void *payload, u32 length) {
    struct reply reply = {status, length};
    if (!transfer(TO_STDOUT, &reply, sizeof reply) || !transfer(TO_STDOUT, (void *)payload, length))
        w2e_exit_process(1);
}

static void call(w2e_served *function, const void *arguments, void *results, u32 length) {
    trapped = TRAP_UNCAUGHT_EXCEPTION;
    w2e_jump_push(resume);
    bool returned = w2e_setjmp(resume) == 0;
    if (returned) function(arguments, results);
    w2e_jump_pop(resume);
    const char *message = w2e_trap_message(trapped);
    if (returned)
        send(STATUS_RETURNED, results, length);
    else
        send(STATUS_TRAPPED, message, (u32)text_length(message));
}

// Serves until the end of the input. `exports` are functions that read and write slots of 16 bytes.
void w2e_serve(w2e_served *const *exports, u32 count) {
    static u8 arguments[SLOTS_MAX * W2E_SLOT], results[SLOTS_MAX * W2E_SLOT];
    struct command command;
    host_signal_mask(SIG_SETMASK, NULL, &initial_mask);
    w2e_trap_hook = on_trap;
    while (transfer(FROM_STDIN, &command, sizeof command)) {
        if (command.export_index >= count || command.arguments > SLOTS_MAX || command.results > SLOTS_MAX) w2e_exit_process(1);
        if (!transfer(FROM_STDIN, arguments, (u64)command.arguments * W2E_SLOT)) w2e_exit_process(1);
        memset(results, 0, (u64)command.results * W2E_SLOT);
        call(exports[command.export_index], arguments, results, command.results * W2E_SLOT);
    }
}
