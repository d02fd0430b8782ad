// Emscripten's event loop (its header eventloop): timers, immediates and one main loop. JavaScript goes on with
// them after main has returned or has been left (`throw 'unwind'`); here they run then, on the same stack, until none is left.
#include "guest-calls.h"
#include "guest.h"
#include "imports.gen.h"
#include "message.h"
#include "runtime.h"
#include "threading.h"

enum { TASKS_MAX = 256, FRAME_MS_TIMES_3 = 50, LONGEST_MS = 0x7fffffff };
enum task_kind { NO_TASK, ONCE, ONCE_WITH_VALUE, INTERVAL, WHILE_TRUE, WHILE_TRUE_TIMED, MAIN_LOOP, MAIN_LOOP_WITH_ARGUMENT };
enum timing { TIMING_TIMEOUT, TIMING_FRAMES, TIMING_IMMEDIATE };

struct task {
    u32 kind, id, callback, argument, value;
    double due, period; // milliseconds of emscripten_get_now
};

// Changed while held only.
static struct task tasks[TASKS_MAX];
static u32 last_id;
// The main loop's, which stays when it is paused.
static struct main_loop {
    struct task task; // NO_TASK: there is none
    u32 timing, value;
    double period;
    bool paused;
} main_loop;

static W2E_NORETURN void abort_with(const char *text) {
    struct message m;
    message_start(&m);
    message_text(&m, text);
    message_write(&m, STDERR);
    w2e_env_abort();
}

// JavaScript's setTimeout: what is no number from 1 on is 1.
static double delay(double ms) { return ms >= 1 && ms <= LONGEST_MS ? ms : 1; }

static u32 add_with_value(u32 kind, u32 callback, u32 argument, u32 value, double after, double period) {
    double due = w2e_env_emscripten_get_now() + after;
    hold();
    u32 place = 0;
    while (place < TASKS_MAX && tasks[place].kind) place++;
    u32 id = ++last_id;
    if (place < TASKS_MAX) tasks[place] = (struct task){kind, id, callback, argument, value, due, period};
    release();
    if (place == TASKS_MAX) abort_with("wasm2elf: more timers than 256 at once\n");
    return id;
}

static u32 add(u32 kind, u32 callback, u32 argument, double after, double period) {
    return add_with_value(kind, callback, argument, 0, after, period);
}
void w2e_run_later(u32 callback, u32 argument, u32 value) { add_with_value(ONCE_WITH_VALUE, callback, argument, value, 0, 0); }

static void remove_task(u32 id) {
    hold();
    for (u32 i = 0; i < TASKS_MAX; i++)
        if (tasks[i].id == id) tasks[i] = (struct task){0};
    release();
}

enum taken { NONE_LEFT, NOT_YET, TAKEN };

// Of emscripten_get_now; a time that never comes.
#define NEVER __builtin_inf()

// Whether a task counts up to a time: until an end the main loop does not.
static bool counts(const struct task *task, double until) {
    return task->kind && task->due <= until && (task->kind < MAIN_LOOP || until == NEVER);
}

// The task that is due first. It is taken if its time has come; one that repeats stays, and is put off by its period.
static enum taken take(struct task *next, double until) {
    double now = w2e_env_emscripten_get_now();
    enum taken result = NONE_LEFT;
    hold();
    struct task *first = NULL;
    for (struct task *each = tasks; each < tasks + TASKS_MAX; each++)
        if (counts(each, until) && (!first || each->due < first->due || (each->due == first->due && each->id < first->id))) first = each;
    if (first) {
        *next = *first;
        result = first->due > now ? NOT_YET : TAKEN;
    }
    if (result == TAKEN && first->kind == INTERVAL) first->due = now + first->period;
    else if (result == TAKEN) *first = (struct task){0};
    release();
    return result;
}

// The main loop's next turn, if it is still the same.
static void schedule(double after) {
    double due = w2e_env_emscripten_get_now() + (after > 0 ? after : 0);
    hold();
    u32 place = 0;
    while (place < TASKS_MAX && tasks[place].kind) place++;
    if (place < TASKS_MAX) {
        main_loop.task.id = ++last_id;
        main_loop.task.due = due;
        tasks[place] = main_loop.task;
    }
    release();
    if (place == TASKS_MAX) abort_with("wasm2elf: more timers than 256 at once\n");
}

// Calls the module.
static void run(const struct task *task) {
    double start = w2e_env_emscripten_get_now();
    switch (task->kind) {
    case ONCE: case INTERVAL: guest_call_element_vi(task->callback, task->argument); return;
    case ONCE_WITH_VALUE: guest_call_element_vii(task->callback, task->argument, task->value); return;
    case WHILE_TRUE:
        if (guest_call_element_ii(task->callback, task->argument)) add(WHILE_TRUE, task->callback, task->argument, 0, 0);
        return;
    case WHILE_TRUE_TIMED:
        if (guest_call_element_idi(task->callback, start, task->argument)) {
            double left = start + task->period - w2e_env_emscripten_get_now();
            add(WHILE_TRUE_TIMED, task->callback, task->argument, left > 0 ? left : 0, task->period);
        }
        return;
    case MAIN_LOOP: guest_call_element_v(task->callback); break;
    case MAIN_LOOP_WITH_ARGUMENT: guest_call_element_vi(task->callback, task->argument); break;
    default: return;
    }
    if (main_loop.task.kind && !main_loop.paused && main_loop.task.id == task->id) schedule(start + main_loop.period - w2e_env_emscripten_get_now());
}

static void wait_until(double due) {
    double left = due - w2e_env_emscripten_get_now();
    if (left > 0) w2e_sleep(left < LONGEST_MS ? (u32)(left + 0.999) : LONGEST_MS);
}

void w2e_run_event_loop(void) {
    struct task next;
    for (enum taken taken; (taken = take(&next, NEVER)) != NONE_LEFT;) {
        if (taken == TAKEN) run(&next);
        else wait_until(next.due); // a signal's handler may change what is next
    }
}

// Asyncify's sleep: JavaScript goes on with timers meanwhile, while the main loop waits. The caller's frames stay where they are, below those
// of the callbacks; a callback that sleeps runs what is due until its own end.
void w2e_env_emscripten_sleep(u32 ms) {
    double end = w2e_env_emscripten_get_now() + delay((i32)ms);
    struct task next;
    for (;;) {
        enum taken taken = on_main_thread() ? take(&next, end) : NONE_LEFT;
        if (taken == TAKEN) run(&next);
        else if (taken == NOT_YET) wait_until(next.due);
        else if (w2e_env_emscripten_get_now() < end) wait_until(end);
        else return;
    }
}

// The end of main's part: the rest of it never runs. Calls the module.
static W2E_NORETURN void leave_main(void) {
    w2e_run_event_loop();
    w2e_exit_program(0);
}

static void set_timing(u32 timing, u32 value, double period) {
    hold();
    main_loop.timing = timing;
    main_loop.value = value;
    main_loop.period = period;
    release();
}
static double period_of(u32 timing, u32 value) {
    switch (timing) {
    case TIMING_TIMEOUT: return (double)(i32)value;
    case TIMING_FRAMES: return (double)((i32)value > 1 ? value : 1) * FRAME_MS_TIMES_3 / 3;
    default: return 0;
    }
}

static void set_main_loop(u32 kind, u32 callback, u32 argument, i32 per_second, u32 endless) {
    if (main_loop.task.kind)
        abort_with("Aborted(Assertion failed: emscripten_set_main_loop: there can only be one main loop function at once: call "
                   "emscripten_cancel_main_loop to cancel the previous one before setting a new one with different parameters.)\n");
    hold();
    main_loop.task = (struct task){.kind = kind, .callback = callback, .argument = argument};
    main_loop.paused = false;
    release();
    if (per_second > 0) set_timing(TIMING_TIMEOUT, 1000 / (u32)per_second, 1000.0 / per_second);
    else set_timing(TIMING_FRAMES, 1, period_of(TIMING_FRAMES, 1));
    schedule(main_loop.period);
    if (endless) leave_main();
}
void w2e_env_emscripten_set_main_loop(u32 callback, u32 per_second, u32 endless) { set_main_loop(MAIN_LOOP, callback, 0, (i32)per_second, endless); }
void w2e_env_emscripten_set_main_loop_arg(u32 callback, u32 argument, u32 per_second, u32 endless) {
    set_main_loop(MAIN_LOOP_WITH_ARGUMENT, callback, argument, (i32)per_second, endless);
}

static void pause_main_loop(void) {
    if (main_loop.task.kind) remove_task(main_loop.task.id);
    hold();
    main_loop.paused = true;
    release();
}
void w2e_env_emscripten_pause_main_loop(void) { pause_main_loop(); }
void w2e_env_emscripten_cancel_main_loop(void) {
    pause_main_loop();
    hold();
    main_loop.task = (struct task){0};
    release();
}
void w2e_env_emscripten_resume_main_loop(void) {
    if (!main_loop.task.kind || !main_loop.paused) return;
    hold();
    main_loop.paused = false;
    release();
    schedule(0);
}
// 1 where there is no main loop.
u32 w2e_env_emscripten_set_main_loop_timing(u32 timing, u32 value) {
    if (timing > TIMING_IMMEDIATE) return 1;
    set_timing(timing, value, period_of(timing, value));
    return !main_loop.task.kind;
}
void w2e_env_emscripten_get_main_loop_timing(u32 timing, u32 value) {
    u8 *p = timing ? guest_range(timing, 4) : NULL, *q = value ? guest_range(value, 4) : NULL;
    if (p) store32(p, main_loop.timing);
    if (q) store32(q, main_loop.value);
}

u32 w2e_env_emscripten_set_timeout(u32 callback, double ms, u32 argument) { return add(ONCE, callback, argument, delay(ms), 0); }
void w2e_env_emscripten_clear_timeout(u32 id) { remove_task(id); }
u32 w2e_env_emscripten_set_interval(u32 callback, double ms, u32 argument) { return add(INTERVAL, callback, argument, delay(ms), delay(ms)); }
void w2e_env_emscripten_clear_interval(u32 id) { remove_task(id); }
u32 w2e_env_emscripten_set_immediate(u32 callback, u32 argument) { return add(ONCE, callback, argument, 0, 0); }
void w2e_env_emscripten_clear_immediate(u32 id) { remove_task(id); }
void w2e_env_emscripten_set_timeout_loop(u32 callback, double ms, u32 argument) { add(WHILE_TRUE_TIMED, callback, argument, 0, delay(ms)); }
void w2e_env_emscripten_set_immediate_loop(u32 callback, u32 argument) { add(WHILE_TRUE, callback, argument, 0, 0); }
void w2e_env_emscripten_async_call(u32 callback, u32 argument, u32 ms) { add(ONCE, callback, argument, delay((i32)ms), 0); }

void w2e_env_emscripten_unwind_to_js_event_loop(void) {
    wait_for_work();
    leave_main();
}
void w2e_env_emscripten_exit_with_live_runtime(void) { w2e_env_emscripten_unwind_to_js_event_loop(); }
