// dlopen and its relatives as in a static program of musl: nothing can be loaded, and dlerror says so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static const char *message;
static char text[128];

static void *refuse(const char *name) {
  snprintf(text, sizeof text, "%s: dynamic loading is not supported", name ? name : "dlsym");
  message = text;
  return 0;
}

void *dlopen(const char *file, int mode) {
  (void)mode;
  return refuse(file ? file : "dlopen");
}

void *dlsym(void *restrict handle, const char *restrict name) {
  (void)handle;
  return refuse(name);
}

int dlclose(void *handle) {
  (void)handle;
  refuse("dlclose");
  return -1;
}

int dladdr(const void *address, Dl_info *info) {
  (void)address, (void)info;
  return 0;
}

char *dlerror(void) {
  char *last = (char *)message;
  message = 0;
  return last;
}
