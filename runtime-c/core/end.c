// The end of the process.
#include "host.h"
#include "message.h"

void w2e_exit_process(u32 status) {
    host_exit(status);
}

void w2e_fatal(const char *text, u32 status) {
    struct message m;
    message_start(&m);
    message_text(&m, text);
    message_text(&m, "\n");
    message_write(&m, STDERR);
    w2e_exit_process(status);
}
