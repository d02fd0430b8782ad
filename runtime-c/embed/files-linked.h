// Objects for foreign programs have no files inside. include/executable/files-linked.h is the other one.
#ifndef W2E_FILES_LINKED_H
#define W2E_FILES_LINKED_H

#define has_files() false

#endif
