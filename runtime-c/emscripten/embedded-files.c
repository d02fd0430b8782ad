// Files that Emscripten's --embed-file has put into the module: 3.1.7 and later hand their table over in a constructor, 3.1.6 and earlier
// export its address, which w2e_init loads.
#include "imports.gen.h"
#include "w2e.h"

void w2e_env__emscripten_fs_load_embedded_files(u32 files) { w2e_files_load(files); }
