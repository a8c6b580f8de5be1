// The same work in PostgreSQL: fsync and synchronous_commit on, prepared statements, a local socket.

#ifndef POSTGRESQL_PEER_H
#define POSTGRESQL_PEER_H

#include "peer.h"

// A place is what libpq connects by, of a database that may be emptied: opening it does.
const peer_kind *postgresql_peer(void);

// The version of a server, as "15.18".
int postgresql_peer_version(const char *place, char *version, size_t size);

#endif
