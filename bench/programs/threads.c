// What threads cost: threads WHAT [N]. mutex: lock and unlock of a mutex that nobody else wants, while two threads run; contended: of one that
// two want; tls: thread-local variables through calls; switch: two threads in turn, by a condition variable; create: threads that end
// at once; work: a computation by N threads.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static long counter, rounds;

static void *locks(void *n) {
  for (long i = 0; i < rounds; i++) {
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
  }
  return n;
}

static _Thread_local unsigned own[4];
static void add(unsigned i) {
  own[i & 3] += i;
  own[(i + 1) & 3] ^= own[i & 3];
}
static void (*volatile adds)(unsigned i) = add; // so that the variables are found anew in each call
static void *uses_own(void *n) {
  for (long i = 0; i < rounds; i++) adds((unsigned)i);
  return (void *)(long)(own[0] + own[1] + own[2] + own[3]);
}

static void *takes_turns(void *n) {
  long me = (long)n;
  for (long i = 0; i < rounds; i++) {
    pthread_mutex_lock(&mutex);
    while ((counter & 1) != me) pthread_cond_wait(&turned, &mutex);
    counter++;
    pthread_cond_signal(&turned);
    pthread_mutex_unlock(&mutex);
  }
  return n;
}

static void *nothing(void *n) { return n; }

enum { SIZE = 1600 };
static atomic_int next_row;
static atomic_long inside;
static void *works(void *n) {
  long mine = 0;
  for (int y; (y = atomic_fetch_add(&next_row, 1)) < SIZE;) {
    for (int x = 0; x < SIZE; x++) {
      double cr = 3.0 * x / SIZE - 2, ci = 2.4 * y / SIZE - 1.2, r = 0, i = 0;
      int step = 0;
      for (; step < 60 && r * r + i * i < 4; step++) {
        double t = r * r - i * i + cr;
        i = 2 * r * i + ci;
        r = t;
      }
      mine += step;
    }
  }
  atomic_fetch_add(&inside, mine);
  return n;
}

static void run(int threads, void *(*function)(void *)) {
  pthread_t t[16];
  for (int i = 0; i < threads; i++) pthread_create(&t[i], NULL, function, (void *)(long)i);
  for (int i = 0; i < threads; i++) {
    void *result;
    pthread_join(t[i], &result);
    if (function == uses_own) counter += (long)result & 0xffff;
  }
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  int n = argc > 2 ? atoi(argv[2]) : 1;
  if (!strcmp(what, "mutex")) rounds = 30000000, run(1, locks);
  if (!strcmp(what, "contended")) rounds = 2000000, run(2, locks);
  if (!strcmp(what, "tls")) rounds = 100000000, run(1, uses_own);
  if (!strcmp(what, "switch")) rounds = 20000, run(2, takes_turns);
  if (!strcmp(what, "create"))
    for (int i = 0; i < 10000; i++) run(1, nothing);
  if (!strcmp(what, "work") && n <= 16) run(n, works);
  printf("%ld %ld\n", counter & 0x7fffffff, (long)inside);
  return 0;
}
