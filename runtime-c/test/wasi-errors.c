// What WASI preview 1 refuses and POSIX does not: one error number a line.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

static void opened(int fd) {
    printf("%d\n", fd < 0 ? errno : 0);
    if (fd >= 0) close(fd);
}

int main(int argc, char **argv) {
    __wasi_filesize_t position;
    __wasi_fdstat_t status;
    int directory = open("lib", O_RDONLY | O_DIRECTORY), file = open("text", O_RDONLY), other = open("text", O_RDONLY);
    printf("%d %d\n", __wasi_fd_seek(directory, 0, __WASI_WHENCE_SET, &position), __wasi_fd_tell(directory, &position));
    printf("%d\n", __wasi_fd_seek(file, 3, __WASI_WHENCE_SET, &position));
    printf("%d %d %d\n", __wasi_fd_renumber(file, 77), __wasi_fd_renumber(77, file), __wasi_fd_renumber(77, 77));
    printf("%d %d\n", __wasi_fd_renumber(file, file), __wasi_fd_renumber(other, file));
    opened(open("lib", O_RDWR));
    opened(open("lib", O_RDWR | O_DIRECTORY));
    opened(open("lib", O_WRONLY | O_DIRECTORY));
    opened(open("lib", O_RDONLY | O_DIRECTORY));
    __wasi_fd_fdstat_get(file, &status);
    printf("%d", __wasi_fd_fdstat_set_rights(file, status.fs_rights_base, status.fs_rights_inheriting));
    printf(" %d", __wasi_fd_fdstat_set_rights(file, status.fs_rights_base | __WASI_RIGHTS_FD_WRITE, 0));
    printf(" %d", __wasi_fd_fdstat_set_rights(file, 0, 0));
    printf(" %d\n", __wasi_fd_fdstat_set_rights(77, 0, 0));
    printf("%d %d\n", symlink("/etc/passwd", "link") < 0 ? errno : 0, symlink("text", "link") < 0 ? errno : 0);
    unlink("link");
    // A file of the working directory that has the name of an absolute one.
    char text[16] = "";
    int same = open(argv[1], O_RDONLY);
    read(same, text, sizeof text - 1);
    printf("%s", text);
    return 0;
}
