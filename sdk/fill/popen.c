// popen and pclose on posix_spawn: FILE lives in the module, so these cannot be imports.
// Streams and the processes behind them are kept in a list; a later child does not inherit earlier streams (POSIX).
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct stream {
  struct stream *next;
  FILE *file;
  pid_t pid;
};

static struct stream *streams;

static int spawn_shell(pid_t *pid, const char *command, int child_end, int child_fd) {
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  for (struct stream *s = streams; s && !error; s = s->next)
    error = posix_spawn_file_actions_addclose(&actions, fileno(s->file));
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, child_end, child_fd);
  char *argv[] = {"sh", "-c", (char *)command, 0};
  if (!error) error = posix_spawn(pid, "/bin/sh", &actions, 0, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

FILE *popen(const char *command, const char *mode) {
  if (*mode != 'r' && *mode != 'w') {
    errno = EINVAL;
    return 0;
  }
  int reading = *mode == 'r', ends[2];
  if (pipe2(ends, O_CLOEXEC)) return 0;
  int ours = ends[!reading], theirs = ends[reading];
  struct stream *stream = malloc(sizeof *stream);
  FILE *file = stream ? fdopen(ours, mode) : 0;
  int error = file ? spawn_shell(&stream->pid, command, theirs, reading) : ENOMEM;
  close(theirs);
  if (error) {
    if (file) fclose(file);
    else close(ours);
    free(stream);
    errno = error;
    return 0;
  }
  if (!strchr(mode, 'e')) fcntl(ours, F_SETFD, 0);
  stream->file = file;
  stream->next = streams;
  streams = stream;
  return file;
}

int pclose(FILE *file) {
  struct stream **link = &streams;
  while (*link && (*link)->file != file) link = &(*link)->next;
  struct stream *stream = *link;
  if (!stream) {
    errno = ECHILD;
    return -1;
  }
  pid_t pid = stream->pid;
  *link = stream->next;
  free(stream);
  fclose(file);
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}
