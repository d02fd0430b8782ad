// The end of the program: exit, failed assertions; and what is printed for Emscripten.
#include "guest.h"
#include "host.h"
#include "imports.gen.h"
#include "message.h"
#include "printable.h"
#include "runtime.h"
#include "text.h"

void w2e_env_exit(u32 status) { w2e_exit_program(status); }
void w2e_env__exit(u32 status) { w2e_exit_process(status); }
void w2e_env_emscripten_force_exit(u32 status) { w2e_exit_program(status); }

static void message_guest(struct message *m, u32 text, const char *if_null) {
    const char *s = guest_string(text);
    if (s) message_printable(m, s);
    else message_text(m, if_null);
}

void w2e_env___assert_fail(u32 condition, u32 file, u32 line, u32 function) {
    struct message m;
    message_start(&m);
    message_text(&m, "Assertion failed: ");
    message_guest(&m, condition, "?");
    message_text(&m, " (");
    message_guest(&m, file, "unknown file");
    message_text(&m, ": ");
    message_guest(&m, function, "unknown function");
    message_text(&m, ": ");
    message_decimal(&m, line);
    message_text(&m, ")\n");
    message_write(&m, STDERR);
    w2e_env_abort();
}

static void print_bytes(u32 text, u64 length, int fd) {
    struct kernel_iovec parts[2] = {{guest_buffer(text, length), length}, {own_text("\n"), 1}};
    host_write_vector(fd, parts, 2);
}
static void print_line(u32 text, int fd) {
    const char *s = guest_string(text);
    if (s) print_bytes(text, text_length(s), fd);
}
// At most `length` bytes, up to a NUL.
static void print_part(u32 text, u32 length, int fd) {
    const u8 *p = guest_range(text, length);
    u32 n = 0;
    while (p && n < length && p[n]) n++;
    if (p) print_bytes(text, n, fd);
}
void w2e_env__emscripten_out(u32 text) { print_line(text, 1); }
void w2e_env_emscripten_out(u32 text) { print_line(text, 1); }
u32 w2e_env_puts(u32 text) {
    print_line(text, 1);
    return 0;
}
void w2e_env_emscripten_console_log(u32 text) { print_line(text, 1); }
void w2e_env__emscripten_err(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_err(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_console_error(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_console_warn(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_console_trace(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_dbg(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_dbg_backtrace(u32 text) { print_line(text, STDERR); }
void w2e_env_emscripten_outn(u32 text, u32 length) { print_part(text, length, 1); }
void w2e_env_emscripten_errn(u32 text, u32 length) { print_part(text, length, STDERR); }
void w2e_env_emscripten_dbgn(u32 text, u32 length) { print_part(text, length, STDERR); }
