// Where an executable of ours would end: in a foreign program the call ends, except in a process that the module forked.
#include "embed.h"
#include "host.h"
#include "message.h"
#include <run.h>

static u32 exit_status;
bool w2e_own_process;

long forked(long pid) {
    if (pid == 0) w2e_own_process = true;
    return pid;
}

void w2e_exit_process(u32 status) {
    if (w2e_own_process || !w2e_entry) host_exit(status);
    exit_status = status;
    w2e_end_call(W2E_EXIT, NULL);
}

void w2e_fatal(const char *text, u32 status) {
    (void)status;
    w2e_end_call(W2E_NO_MEMORY, text);
}

u32 w2e_api_exit_status(void) { return exit_status; }
