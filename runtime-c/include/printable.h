// Foreign text as it may be shown: runtime-c/tables/printable.ts says which characters are escaped.
#ifndef W2E_PRINTABLE_H
#define W2E_PRINTABLE_H

#include "message.h"

// Room for one character or its escape, the longest of which is \u{10ffff}.
enum { PRINTABLE_UNIT = 12 };

// Writes the first character of a text to `unit`, or its escape: \u{…} for a character, \x… for a byte that is no UTF-8. Returns
// how many bytes it wrote and moves `text` on; 0 at the end of the text. AS-safe.
u32 printable_unit(const char **text, char unit[PRINTABLE_UNIT]);

// Appends a text, or what there is room for.
void message_printable(struct message *m, const char *text);

// Whether `text`, escaped, is `shown`.
bool printable_equal(const char *text, const char *shown);

#endif
