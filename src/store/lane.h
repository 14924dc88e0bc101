/* Lanes: the connections that threads read by while they search. One is the store's own, which
 * also writes; the others are spare ones that only read, and are open between sst_store_share and
 * sst_store_unshare, at the state that the transaction began with. A thread takes the store's own
 * when it is free: so one thread alone always sees what it wrote itself. */
#ifndef STORE_LANE_H
#define STORE_LANE_H

#include <pthread.h>

#include "store/sql.h"

enum { SST_SPARE_LANES = 3 };

typedef struct sst_lane {
    sst_sql *sql;
    pthread_mutex_t mutex; /* whoever reads holds it */
} sst_lane;

typedef struct sst_lanes {
    sst_lane own;
    sst_lane spares[SST_SPARE_LANES];
    sst_sql connections[SST_SPARE_LANES]; /* of the spares */
    unsigned made; /* spares that have a connection */
    unsigned open; /* that may be taken */
} sst_lanes;

void sst_lanes_init(sst_lanes *lanes, sst_sql *own);
void sst_lanes_free(sst_lanes *lanes);

/* Opens up to `count` spares at the state of the archive that is `generation`: those that find
 * another one, or fail, stay closed. */
void sst_lanes_open(sst_lanes *lanes, unsigned count, int64_t generation);
void sst_lanes_close(sst_lanes *lanes);

/* A lane that is free, else waits for the store's own. Give it back soon. */
sst_lane *sst_lane_take(sst_lanes *lanes);
void sst_lane_give(sst_lane *lane);

#endif
