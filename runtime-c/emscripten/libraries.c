// dlopen and dlsym of modules that were linked dynamically: all of them are in the program, with their data and functions in place.
// What is left to do at run time is to find names, and to call the constructors of a library when it is opened first.
#include "contract.gen.h"
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "runtime.h"
#include "text.h"

// `struct w2e_libraries`, with everything behind it; absent in programs of one module.
extern const u8 w2e_libraries[] W2E_WEAK;

enum { NAME_ROOM = 1024, NO_LIBRARY = -1, MAIN = 0, RTLD_GLOBAL = 256 };
enum state { CLOSED, OPEN, OPEN_FOR_ALL };

// Of libraries that are not open from the start. Changed while held only.
static u8 states[W2E_LIBRARIES];

static u32 library_count(void) { return w2e_libraries ? ((const struct w2e_libraries *)w2e_libraries)->count : 0; }
static const struct w2e_library *library_at(u32 i) {
    return (const struct w2e_library *)(w2e_libraries + sizeof(struct w2e_libraries)) + i;
}
static const char *text_at(u32 place) { return (const char *)w2e_libraries + place; }

static const char *base_name(const char *path) {
    const char *base = path;
    for (; *path; path++)
        if (*path == '/') base = path + 1;
    return base;
}

// The library that is called so, else the one whose file is.
static i32 library_named(const char *name) {
    if (!*name) return NO_LIBRARY;
    if (library_count() && text_equal(name, "__main__")) return MAIN;
    for (u32 i = 1; i < library_count(); i++)
        if (text_equal(text_at(library_at(i)->name), name)) return (i32)i;
    const char *base = base_name(name);
    for (u32 i = 1; i < library_count(); i++)
        if (text_equal(base_name(text_at(library_at(i)->name)), base)) return (i32)i;
    return NO_LIBRARY;
}

// A handle is a structure of the module's libc, which has had several layouts: where it has the flags of dlopen, and the name. In front of
// the name are numbers and addresses, which are no text. Emscripten before 3.1.6, then 3.1.69 without and with the file, 3.1.6.
static const struct handle_form { u32 flags, name; } handle_forms[] = {{0, 20}, {4, 28}, {4, 36}, {20, 44}};

struct opened { i32 library; u32 flags; };

static bool is_text(const char *text) {
    if (!*text) return false;
    for (; *text; text++)
        if ((u8)*text < ' ') return false;
    return true;
}

// The library of a handle; its name, if it has one, goes to `name`.
static struct opened library_of(u32 handle, char name[NAME_ROOM]) {
    name[0] = 0;
    for (u64 i = 0; i < sizeof handle_forms / sizeof *handle_forms; i++) {
        const struct handle_form form = handle_forms[i];
        char text[NAME_ROOM];
        if (guest_text(handle + form.name, text, NAME_ROOM) <= 0 || !is_text(text)) continue;
        i32 library = library_named(text);
        if (library == NO_LIBRARY && name[0]) continue;
        memcpy(name, text, NAME_ROOM);
        const u8 *flags = form.flags ? guest_range(handle + form.flags, 4) : NULL;
        if (library != NO_LIBRARY) return (struct opened){library, flags ? load32(flags) : 0};
    }
    return (struct opened){NO_LIBRARY, 0};
}

// Appends to a text as far as there is room.
static u32 append(char *to, u32 at, u32 room, const char *text) {
    for (; *text && at + 1 < room; text++) to[at++] = *text;
    to[at] = 0;
    return at;
}

// The module's dlerror() text, if it exports the way to set it: printf's arguments, which are on its stack meanwhile. Calls the module.
static void set_error(const char *before, const char *name, const char *after) {
    enum { FORMAT = 4, TEXT = 8, ROOM = 2 * NAME_ROOM };
    static const char format[FORMAT] = "%s";
    if (!HAS_STACK_POINTER || !guest_has___dl_seterr()) return;
    u32 saved = w2e_stack_pointer;
    struct free_stack space = beyond_red_zone(saved, TEXT + ROOM);
    u32 block = space.at;
    u8 *p = guest_range(block, TEXT + ROOM);
    if (!p) return;
    store32(p, block + TEXT);
    memcpy(p + FORMAT, format, sizeof format);
    char *text = (char *)p + TEXT;
    append(text, append(text, append(text, 0, ROOM, before), ROOM, name), ROOM, after);
    w2e_stack_pointer = space.pointer;
    guest_call___dl_seterr(block + FORMAT, block);
    w2e_stack_pointer = saved;
}

// Whether it is to be initialized now: a library is once, whatever its constructors do.
static bool mark_open(u32 i, bool for_all) {
    hold();
    bool first = states[i] == CLOSED && !library_at(i)->started;
    if (states[i] != OPEN_FOR_ALL) states[i] = for_all ? OPEN_FOR_ALL : OPEN;
    release();
    return first;
}

// Opens a library behind those that it needs. Calls the module.
static void open_library(u32 i, bool for_all) {
    if (!mark_open(i, for_all)) return;
    const struct w2e_library *library = library_at(i);
    const u32 *needed = (const u32 *)(w2e_libraries + library->needed);
    for (u32 k = 0; k < library->needed_count; k++) open_library(needed[k], for_all);
    if (library->constructors) guest_call_element_v(library->constructors);
}

// Calls the module.
static bool open_handle(u32 handle) {
    char name[NAME_ROOM];
    struct opened opened = library_of(handle, name);
    if (opened.library == NO_LIBRARY) {
        set_error("Could not load dynamic lib: ", name, "\nit is not in this executable: give it to wasm2elf behind the main module");
        return false;
    }
    open_library((u32)opened.library, (opened.flags & RTLD_GLOBAL) != 0);
    return true;
}
// Emscripten of some time after 3.1.6 hands over the handle of the main module, before it opens anything.
void w2e_env__dlinit(u32 handle) { (void)handle; }
u32 w2e_env__dlopen_js(u32 handle) { return open_handle(handle); }
void w2e_env__emscripten_dlopen_js(u32 handle, u32 on_success, u32 on_error) {
    w2e_env_emscripten_set_immediate(open_handle(handle) ? on_success : on_error, handle);
}
void w2e_env__emscripten_dlopen_js_value(u32 handle, u32 on_success, u32 on_error, u32 value) {
    w2e_run_later(open_handle(handle) ? on_success : on_error, handle, value);
}

// The value of a name in a library, or 0.
static u32 symbol_in(u32 i, const char *name) {
    const struct w2e_library *library = library_at(i);
    const struct w2e_library_symbol *symbols = (const struct w2e_library_symbol *)(w2e_libraries + library->symbols);
    u32 low = 0, high = library->symbol_count;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        const u8 *a = (const u8 *)name, *b = (const u8 *)text_at(symbols[middle].name);
        while (*a && *a == *b) a++, b++;
        if (*a == *b) return symbols[middle].value;
        if (*a < *b) high = middle;
        else low = middle + 1;
    }
    return 0;
}

// In all that are open for all: the main module, what started with it, what was opened with RTLD_GLOBAL.
static u32 symbol_anywhere(const char *name) {
    for (u32 i = 0; i < library_count(); i++) {
        hold();
        bool visible = library_at(i)->started || states[i] == OPEN_FOR_ALL;
        release();
        u32 value = visible ? symbol_in(i, name) : 0;
        if (value) return value;
    }
    return 0;
}

// RTLD_DEFAULT and RTLD_NEXT are no handles.
static i32 library_to_search(u32 handle, char name[NAME_ROOM]) {
    return handle == 0 || handle == (u32)-1 ? MAIN : library_of(handle, name).library;
}

// `everywhere` is what the search in all libraries is called in messages. Calls the module.
static u32 find_symbol(u32 handle, u32 symbol, const char *everywhere) {
    char library[NAME_ROOM], name[NAME_ROOM];
    append(library, 0, NAME_ROOM, everywhere);
    long n = guest_text(symbol, name, NAME_ROOM);
    if (n < 0) name[0] = 0;
    i32 i = library_to_search(handle, library);
    u32 value = n < 0 || i == NO_LIBRARY ? 0 : i == MAIN ? symbol_anywhere(name) : symbol_in((u32)i, name);
    if (!value) {
        char text[2 * NAME_ROOM];
        append(text, append(text, append(text, 0, sizeof text, name), sizeof text, "\" in dynamic lib: "), sizeof text, library);
        set_error("Tried to lookup unknown symbol \"", text, "");
    }
    return value;
}
u32 w2e_env__dlsym_js(u32 handle, u32 symbol) { return find_symbol(handle, symbol, "RTLD_DEFAULT"); }
u32 w2e_env__dlsym_js_3(u32 handle, u32 symbol, u32 index) {
    (void)index;
    return find_symbol(handle, symbol, "__main__");
}
u32 w2e_env__dlsym_js_4(u32 handle, u32 symbol, u32 length, u32 index) {
    (void)length;
    return w2e_env__dlsym_js_3(handle, symbol, index);
}
