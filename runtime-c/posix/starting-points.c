// Where paths start, as it changes: programs that do not link this stay where they began (opened.c).
#include "opened.h"

void starting_points_change(void) { __atomic_fetch_add(&w2e_moves, 1, __ATOMIC_SEQ_CST); }
void starting_points_changed(void) {
    __atomic_fetch_add(&w2e_start_state, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_sub(&w2e_moves, 1, __ATOMIC_SEQ_CST);
}
