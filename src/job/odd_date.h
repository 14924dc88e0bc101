/* Dates that nobody understood are told once for each shape, with an example. */
#ifndef JOB_ODD_DATE_H
#define JOB_ODD_DATE_H

#include "base/buffer.h"
#include "base/story.h"

/* True for a shape that `shapes` (zeroed at first; the caller frees it) does not hold yet; then it
 * does, and `note` has the message. Beyond some kilobytes of shapes each is told again. */
bool sst_odd_date_note(sst_buffer *shapes, sst_slice published, sst_error *note);

#endif
