// The mix of an embedded-core benchmark: a linked list that is searched, reversed and sorted, small integer matrices,
// a state machine over number texts, and a CRC-16 that ties the results together.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 64, SIDE = 12, TEXT = 512, ITERATIONS = 14000 };

static uint16_t crc_byte(uint16_t crc, uint8_t byte) {
  for (int bit = 0; bit < 8; bit++) {
    uint16_t carry = (uint16_t)((crc ^ byte) & 1);
    crc >>= 1;
    byte >>= 1;
    if (carry) crc ^= 0xa001;
  }
  return crc;
}

static uint16_t crc_word(uint16_t crc, uint32_t word) {
  for (int i = 0; i < 4; i++) crc = crc_byte(crc, (uint8_t)(word >> (8 * i)));
  return crc;
}

// --- Lists ---

struct payload { int16_t value, index; };
struct node { struct node *next; struct payload *payload; };

static struct node nodes[NODES];
static struct payload payloads[NODES];
typedef int32_t (*order)(const struct payload *, const struct payload *);

static int32_t by_value(const struct payload *a, const struct payload *b) { return a->value - b->value; }
static int32_t by_index(const struct payload *a, const struct payload *b) { return a->index - b->index; }

static struct node *list_build(uint32_t seed) {
  for (int i = 0; i < NODES; i++) {
    seed = seed * 1103515245 + 12345;
    payloads[i] = (struct payload){(int16_t)(seed >> 17 & 0x3fff), (int16_t)i};
    nodes[i] = (struct node){i + 1 < NODES ? &nodes[i + 1] : NULL, &payloads[i]};
  }
  return nodes;
}

static struct node *list_find(struct node *list, int16_t value) {
  while (list && (list->payload->value & 0xff) != value) list = list->next;
  return list;
}

static struct node *list_reverse(struct node *list) {
  struct node *done = NULL;
  while (list) {
    struct node *next = list->next;
    list->next = done;
    done = list;
    list = next;
  }
  return done;
}

// Merge sort from short runs upwards, no recursion.
static struct node *list_sort(struct node *list, order compare) {
  for (int run = 1;; run *= 2) {
    struct node *p = list, *tail = NULL;
    int merges = 0;
    list = NULL;
    while (p) {
      struct node *q = p;
      int left = 0, right = run;
      merges++;
      while (left < run && q) left++, q = q->next;
      while (left > 0 || (right > 0 && q)) {
        struct node *taken;
        if (left == 0 || (right > 0 && q && compare(p->payload, q->payload) > 0))
          taken = q, q = q->next, right--;
        else
          taken = p, p = p->next, left--;
        if (tail) tail->next = taken;
        else list = taken;
        tail = taken;
      }
      p = q;
    }
    tail->next = NULL;
    if (merges <= 1) return list;
  }
}

static uint16_t run_lists(uint16_t crc, uint32_t seed) {
  struct node *list = list_build(seed);
  for (int16_t i = 0; i < 24; i++) {
    struct node *found = list_find(list, (int16_t)((seed + (uint32_t)i * 11) & 0xff));
    list = list_reverse(list);
    crc = crc_byte(crc, found ? (uint8_t)found->payload->index : 0xff);
  }
  list = list_sort(list, by_value);
  for (struct node *n = list; n; n = n->next) crc = crc_byte(crc, (uint8_t)n->payload->value);
  list = list_sort(list, by_index);
  return crc_word(crc, (uint32_t)list->payload->value);
}

// --- Matrices ---

static int16_t a[SIDE * SIDE], b[SIDE * SIDE];
static int32_t c[SIDE * SIDE];

static uint16_t run_matrices(uint16_t crc, uint32_t seed, uint32_t side) {
  for (uint32_t i = 0; i < side * side; i++) {
    seed = seed * 69069 + 1;
    a[i] = (int16_t)(seed >> 20);
    b[i] = (int16_t)((seed >> 8) & 0xff);
  }
  for (uint32_t i = 0; i < side; i++)
    for (uint32_t j = 0; j < side; j++) {
      int32_t sum = 0;
      for (uint32_t k = 0; k < side; k++) sum += (int32_t)a[i * side + k] * b[k * side + j];
      c[i * side + j] = sum;
    }
  int32_t clipped = 0, last = 0;
  for (uint32_t i = 0; i < side * side; i++) {
    clipped += c[i] > last ? 10 : c[i] & 7;
    last = c[i] >> 2;
  }
  return crc_word(crc, (uint32_t)clipped);
}

// --- State machine ---

enum state { START, SIGN, INTEGER, FRACTION, EXPONENT_SIGN, EXPONENT, INVALID, STATES };

static const char *const words[8] = {"5012", "-874", "+122.5", "35.54e+4", ".1e-13", "T0.3e-1F", "-110.700", "1.2.3"};
static char text[TEXT + 16];

static enum state scan_word(const char **at, uint32_t transitions[STATES]) {
  enum state state = START;
  const char *p = *at;
  for (; *p && state != INVALID; p++) {
    char ch = *p;
    if (ch == ',') {
      p++;
      break;
    }
    int digit = ch >= '0' && ch <= '9';
    enum state next = INVALID;
    switch (state) {
      case START: next = digit ? INTEGER : ch == '+' || ch == '-' ? SIGN : ch == '.' ? FRACTION : INVALID; break;
      case SIGN: next = digit ? INTEGER : ch == '.' ? FRACTION : INVALID; break;
      case INTEGER: next = digit ? INTEGER : ch == '.' ? FRACTION : INVALID; break;
      case FRACTION: next = digit ? FRACTION : ch == 'e' || ch == 'E' ? EXPONENT_SIGN : INVALID; break;
      case EXPONENT_SIGN: next = ch == '+' || ch == '-' || digit ? EXPONENT : INVALID; break;
      case EXPONENT: next = digit ? EXPONENT : INVALID; break;
      default: break;
    }
    if (next != state) transitions[state]++;
    state = next;
  }
  if (state == INVALID)
    while (*p && *p++ != ',') {}
  *at = p;
  return state;
}

static uint16_t run_states(uint16_t crc, uint32_t seed) {
  uint32_t finals[STATES] = {0}, transitions[STATES] = {0};
  size_t length = 0;
  while (length < TEXT - 16) {
    seed = seed * 1103515245 + 12345;
    for (const char *w = words[seed >> 27 & 7]; *w; w++) text[length++] = *w;
    text[length++] = ',';
  }
  text[length] = 0;
  for (const char *p = text; *p;) finals[scan_word(&p, transitions)]++;
  for (int i = 0; i < STATES; i++) crc = crc_word(crc_word(crc, finals[i]), transitions[i]);
  return crc;
}

int main(void) {
  uint16_t crc = 0;
  for (uint32_t i = 0; i < ITERATIONS; i++) {
    crc = run_lists(crc, i * 2654435761u);
    crc = run_matrices(crc, crc + i, SIDE - (i & 1));
    crc = run_states(crc, crc ^ i);
  }
  printf("core %u\n", crc);
  return 0;
}
