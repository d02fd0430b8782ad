// Emscripten's threads: what its JavaScript does between libc and workers. Calls of the system need no proxying to the main
// thread: they are made where they are. A thread whose function has returned while it is to be kept alive waits for work
// that others send it (its event loop).
#include "guest-calls.h"
#include "guest.h"
#include "host.h"
#include "imports.gen.h"
#include "runtime.h"
#include "threads.h"

// In struct pthread of the module's libc: the end of its stack and its size. Where they are depends on the release; what
// lies behind them is a size of 0 (guard_size) in all of them.
static bool find_stack(u32 thread, u32 *top, u32 *size) {
    static const u8 places[] = {52, 48, 44};
    for (u32 i = 0; i < W2E_COUNT(places); i++) {
        const u8 *p = guest_range(thread + places[i], 8);
        if (!p || thread + places[i] < thread) continue;
        *top = load32(p);
        *size = load32(p + 4);
        if (*size && *size <= *top && *top % 16 == 0 && guest_range(*top, 0)) return true;
    }
    return false;
}

enum { NOT_MAIN = 0, MAIN = 1, CAN_BLOCK = 1, NO_PROFILE = 0, STACK_USUAL = 65536 };

// One of them is there, depending on the release.
static void init_thread(u32 thread, u32 main) {
    guest_call__emscripten_thread_init_4(thread, main, main, CAN_BLOCK);
    guest_call__emscripten_thread_init_5(thread, main, main, CAN_BLOCK, NO_PROFILE);
    guest_call__emscripten_thread_init_6(thread, main, main, CAN_BLOCK, STACK_USUAL, NO_PROFILE);
}

// Calls the module.
static void run(void) {
    u32 top, size;
    if (find_stack(w2e_thread.guest, &top, &size)) {
        guest_call_stackRestore(top);
        guest_call_emscripten_stack_set_limits(top, top - size);
    }
    init_thread(w2e_thread.guest, NOT_MAIN);
    guest_call_emscripten_tls_init();
    u32 result = guest_call_element_ii(w2e_thread.function, w2e_thread.argument);
    guest_call__emscripten_thread_exit(result);
}

// 0 or an error number. Calls the module.
u32 w2e_env___pthread_create_js(u32 thread, u32 attributes, u32 function, u32 argument) {
    (void)attributes; // libc has put them into the thread
    free_left_threads();
    long id = start_thread(run, thread, function, argument);
    return id < 0 ? guest_errno(-id) : 0;
}

void w2e_env__emscripten_init_main_thread_js(u32 thread) {
    w2e_thread.guest = thread;
    init_thread(thread, MAIN);
    guest_call_emscripten_tls_init();
}
void w2e_env___emscripten_init_main_thread_js(u32 thread) { w2e_env__emscripten_init_main_thread_js(thread); }

// Only where the module itself calls it: the runtime runs main on the main thread. Calls the module.
void w2e_env___call_main(u32 argc, u32 argv) { w2e_exit_program(guest_call_main(argc, argv)); }

// Of a thread that ends without anybody to join it, or of one that has been joined. Calls the module.
void w2e_env__emscripten_thread_cleanup(u32 thread) {
    if (thread == w2e_thread.guest) {
        w2e_thread.ends_itself = true;
        return;
    }
    await_thread(thread);
    guest_call__emscripten_thread_free_data(thread);
}
void w2e_env___emscripten_thread_cleanup(u32 thread) { w2e_env__emscripten_thread_cleanup(thread); }
void w2e_env__emscripten_thread_exit_joinable(u32 thread) { (void)thread; }
void w2e_env__emscripten_thread_set_strongref(u32 thread) { (void)thread; }

// ---- work that threads send each other

// Somebody waits for it in its event loop, or finds it where it waits for something else.
static void notify(u32 guest) {
    hold();
    struct w2e_thread *t = find_thread(guest);
    if (t) {
        __atomic_store_n(&t->notified, 1, __ATOMIC_RELEASE);
        host_wake(own(&t->notified), 1);
    }
    release();
}

// Calls the module.
static W2E_NORETURN void event_loop(void) {
    for (;;) {
        if (__atomic_exchange_n(&w2e_thread.notified, 0, __ATOMIC_ACQUIRE)) guest_call__emscripten_check_mailbox();
        else host_wait(own(&w2e_thread.notified), 0, NULL);
    }
}

bool on_main_thread(void) { return &w2e_thread == w2e_main_thread; }

void wait_for_work(void) {
    // Behind _emscripten_thread_exit there is no thread for the module any more.
    if (guest_has_pthread_self() && !guest_call_pthread_self()) leave_thread();
    if (on_main_thread() && w2e_run_event_loop) w2e_run_event_loop();
    event_loop();
}

u32 w2e_env__emscripten_notify_thread_queue(u32 thread, u32 main) {
    (void)main;
    notify(thread);
    return 1;
}
u32 w2e_env__emscripten_notify_proxying_queue(u32 thread, u32 current, u32 main, u32 queue) {
    (void)current, (void)main, (void)queue;
    notify(thread);
    return 1;
}
void w2e_env__emscripten_notify_task_queue(u32 thread, u32 current, u32 main, u32 queue) {
    w2e_env__emscripten_notify_proxying_queue(thread, current, main, queue);
}
void w2e_env__emscripten_notify_mailbox_postmessage(u32 thread, u32 current) {
    (void)current;
    notify(thread);
}
void w2e_env__emscripten_notify_mailbox_postmessage_main(u32 thread, u32 current, u32 main) {
    (void)main;
    w2e_env__emscripten_notify_mailbox_postmessage(thread, current);
}
void w2e_env__emscripten_thread_mailbox_await(u32 thread) { (void)thread; }

// JavaScript that is to run on the main thread: there is none.
double w2e_env_emscripten_receive_on_main_thread_js(u32 index, u32 count, u32 arguments) {
    (void)index, (void)count, (void)arguments;
    w2e_trap_undefined_import("JavaScript on the main thread");
}
double w2e_env__emscripten_receive_on_main_thread_js(u32 index, u32 code, u32 count, u32 arguments) {
    (void)code;
    return w2e_env_emscripten_receive_on_main_thread_js(index, count, arguments);
}
double w2e_env__emscripten_receive_on_main_thread_js_of(u32 index, u32 code, u32 thread, u32 count, u32 arguments) {
    (void)code, (void)thread;
    return w2e_env_emscripten_receive_on_main_thread_js(index, count, arguments);
}

double w2e_env__emscripten_receive_on_main_thread_js_with(u32 index, u32 code, u32 thread, u32 count, u32 arguments, u32 context, u32 context_arguments) {
    (void)code, (void)thread, (void)context, (void)context_arguments;
    return w2e_env_emscripten_receive_on_main_thread_js(index, count, arguments);
}

void w2e_env_emscripten_check_blocking_allowed(void) {}
u32 w2e_env__emscripten_default_pthread_stack_size(void) { return STACK_USUAL; }
u32 w2e_env_emscripten_webgl_create_context(u32 target, u32 attributes) {
    (void)target, (void)attributes;
    return 0;
}
u32 w2e_env_emscripten_set_canvas_element_size(u32 target, u32 width, u32 height) {
    enum { UNKNOWN_TARGET = -4 };
    (void)target, (void)width, (void)height;
    return (u32)UNKNOWN_TARGET;
}

// ---- signals of one thread

enum { SIGCANCEL = 33, DISABLE_BACK = 12, ASYNC_BACK = 11, CANCEL_BACK = 16 }; // how far in front of the stack these fields are

// Whether somebody has cancelled this thread, which may end at any time.
static bool is_to_end_now(void) {
    static const u8 places[] = {52, 48, 44};
    u32 top, size;
    if (!find_stack(w2e_thread.guest, &top, &size)) return false;
    for (u32 i = 0; i < W2E_COUNT(places); i++) {
        const u8 *p = guest_range(w2e_thread.guest, places[i] + 8u);
        if (!p || load32(p + places[i]) != top || load32(p + places[i] + 4) != size) continue;
        p += places[i];
        return load32(p - CANCEL_BACK) && !p[-DISABLE_BACK] && p[-ASYNC_BACK];
    }
    return false;
}

// What blocks ends with EINTR; a thread that may be cancelled at any time ends here. Calls the module.
static void on_cancel(int signal, struct kernel_siginfo *info, void *context) {
    if (w2e_defer_signal(signal, info, context) || !w2e_thread.guest || !is_to_end_now()) return;
    enum { CANCELED = -1 };
    guest_call__emscripten_thread_exit((u32)CANCELED);
    leave_thread();
}

static long kill_thread(u32 guest, u32 signal) {
    if (signal >= SIGNALS) return -EINVAL;
    if (signal == SIGCANCEL) {
        struct kernel_sigaction action = {(void *)on_cancel, SA_SIGINFO | ARCH_SA_RESTORER, w2e_arch_signal_return, 0};
        host_signal_action(SIGCANCEL, &action, NULL);
    }
    hold();
    struct w2e_thread *t = guest ? find_thread(guest) : NULL;
    // A thread that has ended may be named until it is joined.
    long r = !guest ? -ESRCH : t && signal ? host_signal_thread(host_process(), t->id, (int)signal) : 0;
    release();
    return r;
}
u32 w2e_env_pthread_kill(u32 thread, u32 signal) { return error_number(kill_thread(thread, signal)); }
u32 w2e_env___pthread_kill_js(u32 thread, u32 signal) { return error_number(kill_thread(thread, signal)); }
