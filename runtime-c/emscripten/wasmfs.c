// WASMFS, Emscripten's file system inside the module, asks for files that were put into the JavaScript (--preload-file): there are none.
#include "host.h"
#include "imports.gen.h"

u32 w2e_env__wasmfs_get_num_preloaded_files(void) { return 0; }
u32 w2e_env__wasmfs_get_num_preloaded_dirs(void) { return 0; }
u32 w2e_env__wasmfs_get_preloaded_file_mode(u32 index) {
    (void)index;
    return 0;
}
void w2e_env__wasmfs_get_preloaded_parent_path(u32 index, u32 to) { (void)index, (void)to; }
void w2e_env__wasmfs_get_preloaded_child_path(u32 index, u32 to) { (void)index, (void)to; }
void w2e_env__wasmfs_get_preloaded_path_name(u32 index, u32 to) { (void)index, (void)to; }
u32 w2e_env__wasmfs_get_preloaded_file_size(u32 index) {
    (void)index;
    return 0;
}
void w2e_env__wasmfs_copy_preloaded_file_data(u32 index, u32 to) { (void)index, (void)to; }
u32 w2e_env__wasmfs_copy_preloaded_file_data_result(u32 index, u32 to) {
    (void)index, (void)to;
    return 0;
}

// The next byte of standard input; -1 at its end.
u32 w2e_env__wasmfs_stdin_get_char(void) {
    u8 byte = 0;
    return host_read(0, &byte, 1) == 1 ? byte : (u32)-1;
}
