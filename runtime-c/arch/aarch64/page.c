// The page size of the running kernel; start.c sets it before anything is mapped.
#include "arch.h"

u64 w2e_host_page = 65536;
