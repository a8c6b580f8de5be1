// The same work in SQLite 3: write-ahead log, synchronous=FULL, prepared statements.

#ifndef SQLITE_PEER_H
#define SQLITE_PEER_H

#include "peer.h"

// A place is the path of the database, which is made where it is missing.
const peer_kind *sqlite_peer(void);

// The version of SQLite.
const char *sqlite_peer_version(void);

#endif
