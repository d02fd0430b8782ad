// measure [-n ROUNDS] [-c CPU] [-i FILE] [-e FILE] -- COMMAND… [-- COMMAND…]…
// Runs the commands in turn, ROUNDS times each, and prints per command one JSON object: wall and CPU time (user and
// system, of all threads and awaited children) of each run in ns, the largest resident set in KiB, and the wait status
// of the last run that failed, or 0. Standard output is discarded, standard input is -i's file or /dev/null, standard error goes
// to the end of -e's file or is discarded. A command that writes a number of ns to descriptor 3 is judged by it: it
// knows better what is start-up.
// -c pins everything to one processor. Built by bench/measure.ts with the system's C compiler.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COMMANDS = 32, MAX_ROUNDS = 10000, REPORT = 3 };

struct command {
  char **argv;
  long long wall[MAX_ROUNDS], cpu[MAX_ROUNDS];
  long resident;
  int status;
};

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long nanoseconds(struct timeval t) { return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL; }

static const char *input = "/dev/null", *errors = "/dev/null";

static _Noreturn void child(char **argv, int report) {
  int in = open(input, O_RDONLY), out = open("/dev/null", O_WRONLY);
  int err = open(errors, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (in < 0 || out < 0 || err < 0) _exit(126);
  dup2(in, 0), dup2(out, 1), dup2(err, 2), dup2(report, REPORT);
  execv(argv[0], argv);
  _exit(127);
}

static void run_once(struct command *command, int round) {
  int report[2];
  if (pipe(report)) exit(1);
  long long start = now();
  // The child shares nothing that it changes, so the cheapest fork will do; it keeps the parent's size out of the figure.
  pid_t pid = vfork();
  if (pid < 0) exit(1);
  if (pid == 0) child(command->argv, report[1]);
  int status;
  struct rusage usage;
  wait4(pid, &status, 0, &usage);
  command->wall[round] = now() - start;
  close(report[1]);
  char text[32] = "";
  ssize_t length = read(report[0], text, sizeof text - 1);
  close(report[0]);
  command->cpu[round] = length > 0 ? atoll(text) : nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  if (usage.ru_maxrss > command->resident) command->resident = usage.ru_maxrss;
  if (status) command->status = status;
}

static void print_numbers(const char *name, const long long *numbers, int count) {
  printf("\"%s\":[", name);
  for (int i = 0; i < count; i++) printf("%s%lld", i ? "," : "", numbers[i]);
  printf("],");
}

int main(int argc, char **argv) {
  static struct command commands[MAX_COMMANDS];
  int rounds = 1, processor = -1, count = 0;
  for (int option; (option = getopt(argc, argv, "+n:c:i:e:")) != -1;) {
    if (option == 'n') rounds = atoi(optarg);
    else if (option == 'c') processor = atoi(optarg);
    else if (option == 'i') input = optarg;
    else if (option == 'e') errors = optarg;
    else return 2;
  }
  if (rounds < 1 || rounds > MAX_ROUNDS) return 2;
  for (int i = optind; i < argc; i++) {
    if (i == optind || strcmp(argv[i], "--") == 0) {
      if (count == MAX_COMMANDS) return 2;
      if (strcmp(argv[i], "--") == 0) argv[i++] = NULL;
      if (i == argc) return 2;
      commands[count++].argv = &argv[i];
    }
  }
  if (processor >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < count; i++) run_once(&commands[i], round);
  printf("[");
  for (int i = 0; i < count; i++) {
    printf("%s{", i ? "," : "");
    print_numbers("wall", commands[i].wall, rounds);
    print_numbers("cpu", commands[i].cpu, rounds);
    printf("\"resident\":%ld,\"status\":%d}", commands[i].resident, commands[i].status);
  }
  printf("]\n");
  return 0;
}
