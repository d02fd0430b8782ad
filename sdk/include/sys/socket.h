// Emscripten's sys/socket.h; CMSG_NXTHDR without a comparison of signed and unsigned, which -Werror makes an error.
#ifndef W2E_SYS_SOCKET_H
#define W2E_SYS_SOCKET_H

#include_next <sys/socket.h>

#undef CMSG_NXTHDR
#define CMSG_NXTHDR(message, header)                                                                                             \
  ((header)->cmsg_len < sizeof(struct cmsghdr) ||                                                                                \
           CMSG_ALIGN((header)->cmsg_len) + sizeof(struct cmsghdr) >=                                                            \
               (size_t)((unsigned char *)(message)->msg_control + (message)->msg_controllen - (unsigned char *)(header))         \
       ? (struct cmsghdr *)0                                                                                                     \
       : (struct cmsghdr *)((unsigned char *)(header) + CMSG_ALIGN((header)->cmsg_len)))

#endif
