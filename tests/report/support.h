/* What the tests of the report share. */
#ifndef TESTS_REPORT_SUPPORT_H
#define TESTS_REPORT_SUPPORT_H

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/story.h"

static inline sst_slice test_slice(const char *text)
{
    return (sst_slice){text, strlen(text)};
}

#endif
