// Arguments or results of a call from outside.
#ifndef W2E_SLOTS_H
#define W2E_SLOTS_H

// More than a function type can have.
enum { SLOTS_MAX = 1024 };

#endif
