/* HTML character references left in text (HTML 4.01, section 24; numeric ones in any range). */
#ifndef PAGE_ENTITY_H
#define PAGE_ENTITY_H

#include "base/buffer.h"

/* Position of the first reference in [at, end), or NULL. */
const char *sst_entity_find(const char *at, const char *end);

/* Appends the text with its references decoded. */
void sst_entity_append(sst_buffer *buffer, const char *at, const char *end);

#endif
