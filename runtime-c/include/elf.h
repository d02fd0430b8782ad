// What of the ELF gABI the runtime reads in images that are in memory.
#ifndef W2E_ELF_H
#define W2E_ELF_H

#include "types.h"

enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_TLS = 7, PT_GNU_EH_FRAME = 0x6474e550 };

struct elf_program_header {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};

// The executable's own header, which the link has in the image.
extern const u8 __ehdr_start[];

#endif
