// posix_spawn on fork and execve. The child reports a failed step through a close-on-exec pipe, so the caller gets
// the error number as its result. File actions are musl's list (fdop.h), newest first; attributes are musl's too.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fdop.h"

static int move_to(int from, int to) {
  if (from == to) return 0;
  if (dup2(from, to) < 0) return -1;
  return close(from);
}

static int apply_file_action(const struct fdop *op) {
  switch (op->cmd) {
  case FDOP_CLOSE: close(op->fd); return 0;
  case FDOP_DUP2: return op->srcfd == op->fd ? fcntl(op->fd, F_SETFD, 0) : dup2(op->srcfd, op->fd);
  case FDOP_OPEN: {
    int fd = open(op->path, op->oflag, op->mode);
    return fd < 0 ? -1 : move_to(fd, op->fd);
  }
  case FDOP_CHDIR: return chdir(op->path);
  case FDOP_FCHDIR: return fchdir(op->fd);
  default: return 0;
  }
}

static void default_signal(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL}, old;
  if (!sigaction(signal, 0, &old) && old.sa_handler != SIG_DFL) sigaction(signal, &action, 0);
}

// Handlers of the parent are reset by execve; signals that are ignored stay so unless SETSIGDEF names them.
static int apply_attributes(const posix_spawnattr_t *attr) {
  int flags = attr->__flags;
  if (flags & POSIX_SPAWN_SETSIGDEF)
    for (int signal = 1; signal < _NSIG; signal++)
      if (sigismember(&attr->__def, signal) == 1) default_signal(signal);
  if ((flags & POSIX_SPAWN_SETSID) && setsid() < 0) return -1;
  if ((flags & POSIX_SPAWN_SETPGROUP) && setpgid(0, attr->__pgrp)) return -1;
  if ((flags & POSIX_SPAWN_RESETIDS) && (setgid(getgid()) || setuid(getuid()))) return -1;
  if (flags & POSIX_SPAWN_SETSIGMASK) return sigprocmask(SIG_SETMASK, &attr->__mask, 0);
  return 0;
}

// Runs in the child; returns only on failure. The report pipe moves out of the way of an action that needs its number.
static int become(int *report, const char *path, const posix_spawn_file_actions_t *actions,
                  const posix_spawnattr_t *attr, char *const argv[], char *const envp[]) {
  if (attr && apply_attributes(attr)) return -1;
  struct fdop *op = actions ? actions->__actions : 0;
  while (op && op->next) op = op->next;
  for (; op; op = op->prev) {
    if (op->fd == *report) {
      int moved = fcntl(*report, F_DUPFD_CLOEXEC, 0);
      if (moved < 0) return -1;
      close(*report);
      *report = moved;
    }
    if (apply_file_action(op) < 0) return -1;
  }
  int (*exec)(const char *, char *const *, char *const *) = attr && attr->__fn ? (void *)attr->__fn : execve;
  return exec(path, argv, envp);
}

int posix_spawn(pid_t *restrict result, const char *restrict path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *restrict attr, char *const argv[restrict], char *const envp[restrict]) {
  int report[2], error = 0;
  if (pipe2(report, O_CLOEXEC)) return errno;
  pid_t pid = fork();
  if (pid < 0) {
    error = errno;
  } else if (!pid) {
    close(report[0]);
    become(&report[1], path, actions, attr, argv, envp);
    error = errno;
    write(report[1], &error, sizeof error);
    _exit(127);
  }
  close(report[1]);
  if (pid > 0) {
    if (read(report[0], &error, sizeof error) != sizeof error) error = 0;
    if (error) waitpid(pid, 0, 0);
    else if (result) *result = pid;
  }
  close(report[0]);
  return error;
}
