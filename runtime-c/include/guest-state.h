// What a signal handler of the module finds as it was and leaves as it was: state between two calls of the module.
#ifndef W2E_GUEST_STATE_H
#define W2E_GUEST_STATE_H

#include "types.h"
#include <threading.h>

struct guest_state {
    u32 temporary; // the second result of a call, setTempRet0
    u32 thrown;    // the C++ exception in flight
};
extern PER_THREAD struct guest_state w2e_guest_state;

#endif
