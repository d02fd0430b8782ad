// A virtual machine whose instructions are functions in a table: one indirect call per step, two signatures.
#include <stdint.h>
#include <stdio.h>

enum { PROGRAM = 256, STEPS = 30000000 };

struct machine { uint32_t r[8]; uint32_t at; };
typedef void (*handler)(struct machine *, uint32_t);
typedef uint32_t (*operation)(uint32_t, uint32_t);

static uint32_t op_add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t op_xor(uint32_t a, uint32_t b) { return a ^ (b >> 1); }
static uint32_t op_mul(uint32_t a, uint32_t b) { return a * (b | 1); }
static uint32_t op_rot(uint32_t a, uint32_t b) { return a << (b & 15) | a >> (16 - (b & 15)); }

static operation operations[4] = {op_add, op_xor, op_mul, op_rot};

static void do_load(struct machine *m, uint32_t x) { m->r[x & 7] += x >> 3; }
static void do_move(struct machine *m, uint32_t x) { m->r[x & 7] = m->r[x >> 3 & 7] + 1; }
static void do_alu(struct machine *m, uint32_t x) { m->r[x & 7] = operations[x >> 6 & 3](m->r[x & 7], m->r[x >> 3 & 7]); }
static void do_skip(struct machine *m, uint32_t x) { m->at += m->r[x & 7] & 1; }
static void do_swap(struct machine *m, uint32_t x) {
  uint32_t t = m->r[x & 7];
  m->r[x & 7] = m->r[x >> 3 & 7];
  m->r[x >> 3 & 7] = t;
}

static handler handlers[6] = {do_load, do_alu, do_move, do_skip, do_swap, do_alu};
static struct { uint32_t code, operand; } program[PROGRAM];

int main(void) {
  struct machine m = {{1, 2, 3, 4, 5, 6, 7, 8}, 0};
  uint32_t seed = 99;
  for (int i = 0; i < PROGRAM; i++) {
    seed = seed * 1664525 + 1013904223;
    program[i].code = (seed >> 8) % 6;
    program[i].operand = seed >> 16;
  }
  for (uint32_t step = 0; step < STEPS; step++) {
    uint32_t at = m.at++ % PROGRAM;
    handlers[program[at].code](&m, program[at].operand);
  }
  uint32_t sum = 0;
  for (int i = 0; i < 8; i++) sum = sum * 31 + m.r[i];
  printf("dispatch %u\n", sum);
  return 0;
}
