#include <stdio.h>

#include "samestory.h"

int main(void)
{
    printf("samestory %s\n", sst_version());
    return 0;
}
