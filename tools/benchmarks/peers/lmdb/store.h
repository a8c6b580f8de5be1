#ifndef LMDB_PEER_STORE_H
#define LMDB_PEER_STORE_H

#include "lmdb_peer.h"
#include "tables.h"

// The environment, for all threads.
struct store {
    MDB_env *environment;
    MDB_dbi handles[TABLES];
    struct table_shape shapes[TABLES];
    uint64_t position;
    unsigned char value[65536];
};

// What one thread reads with. The transaction is kept from one reading to the next, as a careful
// program does; it holds a state of the database only in between `renew` and `reset`.
struct connection {
    struct store *store;
    MDB_txn *transaction;
    MDB_cursor *cursors[TABLES];
    int is_one;  // Whether the transaction is held over several readings.
};

int lmdb_issue(void *connection, uint64_t first, uint64_t count);
int lmdb_link(void *connection, const uint64_t *numbers, size_t count);
int lmdb_begin(void *connection);
int lmdb_end(void *connection);
int lmdb_read(
    void *connection, enum peer_reading what, const char *users, size_t count, uint64_t *rows);

#endif
