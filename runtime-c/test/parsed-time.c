// The host's strptime on pairs of format and text: what module.c's check_parsed_time prints.
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        struct tm t = {1, 2, 3, 4, 5, 106, 1, 7, 0};
        char *end = strptime(argv[i + 1], argv[i], &t);
        printf("%d\n", end ? (int)(end - argv[i + 1]) : -1);
        if (end) printf("%d\n%d\n%d\n%d\n%d\n%d\n%d\n%d\n%d\n", t.tm_sec, t.tm_min, t.tm_hour, t.tm_mday, t.tm_mon, t.tm_year, t.tm_wday, t.tm_yday, t.tm_isdst);
    }
}
