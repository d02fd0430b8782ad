// What JavaScript's console prints.
#ifndef W2E_JAVASCRIPT_TEXT_H
#define W2E_JAVASCRIPT_TEXT_H

#include "message.h"

// The shortest decimal of a positive finite number: its digits without zeros in front and behind, the first `point` of which are
// its integer part.
struct decimal {
    u32 count;
    i32 point;
    char digits[24];
};
void shortest_decimal(double value, struct decimal *to);

// A number as ECMAScript's Number::toString(10) has it: the shortest decimal, with an exponent below 1e-6 and from 1e21 on.
void message_javascript_number(struct message *m, double value);

#endif
