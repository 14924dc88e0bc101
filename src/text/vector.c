#include "text/vector.h"

#define SAME(byte)                                                                             \
    {                                                                                          \
        byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte,    \
            byte, byte                                                                         \
    }
#define FOUR(byte) SAME(byte), SAME(byte + 1), SAME(byte + 2), SAME(byte + 3)
#define SIXTEEN(byte) FOUR(byte), FOUR(byte + 4), FOUR(byte + 8), FOUR(byte + 12)
#define ALL(byte)                                                                              \
    SIXTEEN(byte), SIXTEEN(byte + 16), SIXTEEN(byte + 32), SIXTEEN(byte + 48)

const uint8_t sst_same_bytes[256][16] = {ALL(0), ALL(64), ALL(128), ALL(192)};
