// A JSON text is generated once and scanned many times: byte loads, character classes, branches, short recursion.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 1 << 18, ROUNDS = 600, DEPTH = 32 };

static char text[SIZE + 256];

struct totals { uint32_t objects, arrays, strings, numbers, words, hash; };

static void generate(void) {
  char *out = text;
  uint32_t seed = 7;
  *out++ = '[';
  while (out - text < SIZE - 200) {
    seed = seed * 1103515245 + 12345;
    out += snprintf(out, 200, "{\"id\": %u, \"name\": \"item \\\"%x\\\"\", \"tags\": [\"a%u\", true, null, %d.%u],\n \"ok\": false}, ",
                    seed >> 20, (unsigned)seed, seed >> 28, (int)(seed >> 16) - 30000, seed & 1023);
  }
  strcpy(out, "0]");
}

static const char *skip_space(const char *p) {
  while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') p++;
  return p;
}

static const char *scan_string(const char *p, struct totals *t) {
  uint32_t hash = 2166136261u;
  for (p++; *p != '"'; p++) {
    if (*p == '\\') p++;
    hash = (hash ^ (uint8_t)*p) * 16777619u;
  }
  t->strings++;
  t->hash += hash;
  return p + 1;
}

static const char *scan_number(const char *p, struct totals *t) {
  uint32_t value = 0;
  if (*p == '-') p++;
  while ((*p >= '0' && *p <= '9') || *p == '.') value = value * 10 + (uint32_t)(*p++ & 15);
  t->numbers++;
  t->hash ^= value;
  return p;
}

static const char *scan_value(const char *p, struct totals *t, int depth) {
  p = skip_space(p);
  if (depth > DEPTH) return NULL;
  switch (*p) {
    case '{':
    case '[': {
      char close = (char)(*p + 2);
      int is_object = *p == '{';
      *(is_object ? &t->objects : &t->arrays) += 1;
      for (p = skip_space(p + 1); p && *p != close;) {
        if (is_object) {
          p = skip_space(scan_string(p, t));
          if (*p++ != ':') return NULL;
        }
        p = scan_value(p, t, depth + 1);
        if (!p) return NULL;
        p = skip_space(p);
        if (*p == ',') p = skip_space(p + 1);
      }
      return p ? p + 1 : NULL;
    }
    case '"': return scan_string(p, t);
    case 't':
    case 'n': t->words++; return p + 4;
    case 'f': t->words++; return p + 5;
    default: return scan_number(p, t);
  }
}

int main(void) {
  struct totals totals = {0};
  generate();
  for (int round = 0; round < ROUNDS; round++)
    if (!scan_value(text, &totals, 0)) return 1;
  printf("json %u %u %u %u %u %u\n", totals.objects, totals.arrays, totals.strings, totals.numbers, totals.words, totals.hash);
  return 0;
}
