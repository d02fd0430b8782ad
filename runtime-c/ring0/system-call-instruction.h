// System calls from ring 0: calls of the kernel (kernel/switch.S), in place of the instruction of arch/.
#ifndef W2E_SYSTEM_CALL_INSTRUCTION_H
#define W2E_SYSTEM_CALL_INSTRUCTION_H

// The result of the call, or a negative errno. Runs signal handlers of the module in front of its return if signals are due.
long w2e_system_call(long number, long a, long b, long c, long d, long e, long f);
long w2e_system_call_3(long number, long a, long b, long c);

static inline long sys6(long n, long a, long b, long c, long d, long e, long f) { return w2e_system_call(n, a, b, c, d, e, f); }
static inline long sys3(long n, long a, long b, long c) { return w2e_system_call_3(n, a, b, c); }

#endif
