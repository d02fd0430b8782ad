// --env and --inherit-env: the environment that the module sees is what w2e_capabilities says (tables/capabilities.ts), in the place
// of the process's. A variable with a fixed value comes before an inherited one.
#include "confined.h"
#include "host.h"
#include "message.h"
#include "reserve.h"
#include "runtime.h"
#include "text.h"

// Calls `visit` for the text of each record with that letter; true as soon as it is.
static bool any(char wanted, bool (*visit)(const char *text, void *of), void *of) {
    for (const char *p = w2e_capabilities; *p;) {
        char letter = *p++;
        if (letter == wanted && visit(p, of)) return true;
        p += text_length(p) + 1;
        if (letter == 'd') p += text_length(p) + 1;
    }
    return false;
}

// Whether two texts have the same name in front of an equals sign or of their end.
static bool same_name(const char *a, const char *b) {
    while (*a && *a != '=' && *a == *b) a++, b++;
    return (!*a || *a == '=') && (!*b || *b == '=');
}
static bool names(const char *text, void *variable) { return same_name(text, variable); }
static bool inherits(const char *text, void *variable) { return !*text || same_name(text, variable); }
static bool count_one(const char *text, void *count) {
    (void)text;
    ++*(u64 *)count;
    return false;
}
static bool append(const char *text, void *end) {
    *(*(char ***)end)++ = (char *)text;
    return false;
}

void w2e_limit_environment(void) {
    u64 count = 1;
    for (char **v = w2e_process.environ; *v; v++) count++;
    any('e', count_one, &count);
    long block = host_map(whole_host_pages(count * sizeof(char *)), PROT_READ | PROT_WRITE, 0);
    if (sys_failed(block)) w2e_fatal("wasm2elf: no memory for the environment", 1);
    char **to = (char **)block;
    any('e', append, &to);
    for (char **v = w2e_process.environ; *v; v++)
        if (!any('e', names, *v) && any('i', inherits, *v)) *to++ = *v;
    *to = NULL;
    w2e_process.environ = (char **)block;
}
