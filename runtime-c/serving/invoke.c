// --invoke-main: calls the export that the command line names with the arguments that follow, and prints each result on
// a line. A command line that does not fit any export is answered with all of them, and status 2.
#include "guest-calls.h"
#include "kernel.h"
#include "message.h"
#include "numbers.h"
#include "printable.h"
#include "runtime.h"
#include "slots.h"
#include "text.h"

enum { USAGE_STATUS = 2, LONGEST_NUMBER = 400 };

static u64 arguments[SLOTS_MAX][W2E_SLOT / 8], results[SLOTS_MAX][W2E_SLOT / 8];
static const struct w2e_callable *chosen;

static const char *type_name(char letter) {
    switch (letter) {
    case 'i': return "i32";
    case 'j': return "i64";
    case 'f': return "f32";
    case 'd': return "f64";
    case 'v': return "v128";
    case 'F': return "funcref";
    case 'E': return "externref";
    default: return "exnref";
    }
}

static void make_room(struct message *m, int fd) {
    if (m->length > sizeof m->text - LONGEST_NUMBER) message_write(m, fd);
}

// Words of the command line: a terminal should not obey them.
static void put_word(struct message *m, const char *word) {
    char unit[PRINTABLE_UNIT];
    for (u32 length; (length = printable_unit(&word, unit)) != 0;) {
        make_room(m, STDERR);
        message_bytes(m, unit, length);
    }
}

static void put_types(struct message *m, const char *types) {
    message_text(m, "(");
    for (const char *type = types; *type; type++) {
        make_room(m, STDERR);
        if (type != types) message_text(m, ", ");
        message_text(m, type_name(*type));
    }
    message_text(m, ")");
}

static W2E_NORETURN void usage(struct message *m, const struct w2e_callable *exports, u32 count) {
    message_text(m, count ? "usage: NAME ARGUMENT..., where NAME is one of\n" : "the module exports no function that can be called\n");
    for (u32 i = 0; i < count; i++) {
        message_text(m, "  ");
        put_word(m, exports[i].name);
        message_text(m, " ");
        put_types(m, exports[i].params);
        if (exports[i].results[0]) {
            message_text(m, " -> ");
            put_types(m, exports[i].results);
        }
        message_text(m, "\n");
    }
    message_write(m, STDERR);
    w2e_exit_process(USAGE_STATUS);
}

static bool read_argument(const char *text, char type, u64 *slot) {
    u64 value[2] = {0, 0};
    bool read;
    switch (type) {
    case 'i': read = read_integer(text, 32, value); break;
    case 'j': read = read_integer(text, 64, value); break;
    case 'v': read = read_integer(text, 128, value); break;
    case 'f': read = read_float(text, &float32, value); break;
    case 'd': read = read_float(text, &float64, value); break;
    default: read = text_equal(text, "null"); break;
    }
    slot[0] = value[0];
    slot[1] = value[1];
    return read;
}

static void print_result(struct message *m, char type, const u64 *slot) {
    switch (type) {
    case 'i': print_signed(m, (i32)slot[0]); break;
    case 'j': print_signed(m, (i64)slot[0]); break;
    case 'v': print_unsigned_128(m, slot); break;
    case 'f': print_float(m, (u32)slot[0], &float32); break;
    case 'd': print_float(m, slot[0], &float64); break;
    default: message_text(m, slot[0] ? type_name(type) : "null"); break;
    }
    message_text(m, "\n");
}

void w2e_invoke_prepare(const struct w2e_callable *exports, u32 count) {
    struct message m;
    message_start(&m);
    // Without a name argv may be empty altogether.
    char **words = w2e_process.argv[0] ? w2e_process.argv + 1 : w2e_process.argv;
    if (!words[0]) usage(&m, exports, count);
    for (u32 i = 0; i < count && !chosen; i++)
        if (printable_equal(words[0], exports[i].name)) chosen = &exports[i];
    if (!chosen) {
        message_text(&m, "no such export: ");
        put_word(&m, words[0]);
        message_text(&m, "\n");
        usage(&m, exports, count);
    }
    u64 expected = text_length(chosen->params), given = 0;
    while (words[given + 1]) given++;
    if (given != expected) {
        message_text(&m, "wrong number of arguments: ");
        message_decimal(&m, given);
        message_text(&m, "\n");
        usage(&m, exports, count);
    }
    for (u64 i = 0; i < expected; i++) {
        if (read_argument(words[i + 1], chosen->params[i], arguments[i])) continue;
        message_text(&m, "not a value of type ");
        message_text(&m, type_name(chosen->params[i]));
        message_text(&m, ": ");
        put_word(&m, words[i + 1]);
        message_text(&m, "\n");
        usage(&m, exports, count);
    }
}

// What has to run before an export of a library is called; a program's _start does this itself.
static void construct(void) {
    if (text_equal(chosen->name, "_start") || text_equal(chosen->name, "_initialize") || text_equal(chosen->name, "__wasm_call_ctors")) return;
    if (guest_has__initialize()) guest_call__initialize();
    else guest_call___wasm_call_ctors();
}

void w2e_invoke(void) {
    construct();
    chosen->call(arguments, results);
    // The module's own output comes first.
    guest_call_fflush(0);
    struct message m;
    message_start(&m);
    for (u32 i = 0; chosen->results[i]; i++) {
        make_room(&m, STDOUT);
        print_result(&m, chosen->results[i], results[i]);
    }
    message_write(&m, STDOUT);
}
