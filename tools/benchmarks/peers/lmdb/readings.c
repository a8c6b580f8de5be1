#include "store.h"

#include <string.h>

int lmdb_begin(void *context) {
    struct connection *connection = context;
    connection->is_one = 1;
    return lmdb_check(mdb_txn_renew(connection->transaction), "renew");
}

int lmdb_end(void *context) {
    struct connection *connection = context;
    connection->is_one = 0;
    mdb_txn_reset(connection->transaction);
    return 0;
}

// What is read goes through this, so that the compiler cannot leave the reading out.
static _Thread_local volatile unsigned char last_byte;

static void touch(const MDB_val *value, uint64_t *rows) {
    last_byte = ((unsigned char *)value->mv_data)[value->mv_size - 1];
    *rows += 1;
}

static int read_selection(struct connection *connection, const char *user, uint64_t *rows) {
    char bytes[64];
    size_t toolkit = strlen(peer_toolkit);
    memcpy(bytes, user, PEER_USER);
    bytes[PEER_USER] = 0;
    memcpy(bytes + PEER_USER + 1, peer_toolkit, toolkit);
    MDB_val key = {PEER_USER + 1 + toolkit, bytes}, value;
    MDB_dbi table = connection->store->handles[SELECTIONS];
    int code = mdb_get(connection->transaction, table, &key, &value);
    if (code == 0) touch(&value, rows);
    return code;
}

static int cursor(struct connection *connection, enum table table, MDB_cursor **opened) {
    MDB_cursor **kept = &connection->cursors[table];
    MDB_dbi handle = connection->store->handles[table];
    int code = *kept == NULL ? mdb_cursor_open(connection->transaction, handle, kept)
                             : mdb_cursor_renew(connection->transaction, *kept);
    *opened = *kept;
    return code;
}

// All rows whose key begins with the user and a zero byte.
static int read_accounts(struct connection *connection, const char *user, uint64_t *rows) {
    char bytes[PEER_USER + 1];
    memcpy(bytes, user, PEER_USER);
    bytes[PEER_USER] = 0;
    MDB_val key = {sizeof bytes, bytes}, value;
    MDB_cursor *place;
    int code = cursor(connection, CREDENTIALS, &place);
    if (code == 0) code = mdb_cursor_get(place, &key, &value, MDB_SET_RANGE);
    while (code == 0) {
        if (key.mv_size < sizeof bytes || memcmp(key.mv_data, bytes, sizeof bytes) != 0) break;
        touch(&value, rows);
        code = mdb_cursor_get(place, &key, &value, MDB_NEXT);
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

// The records at all positions of the user.
static int read_history(struct connection *connection, const char *user, uint64_t *rows) {
    MDB_val key = {PEER_USER, (void *)user}, position, record;
    MDB_cursor *place;
    int code = cursor(connection, USERS, &place);
    if (code == 0) code = mdb_cursor_get(place, &key, &position, MDB_SET);
    while (code == 0) {
        MDB_dbi table = connection->store->handles[EVENTS];
        code = mdb_get(connection->transaction, table, &position, &record);
        if (code != 0) return code;
        touch(&record, rows);
        code = mdb_cursor_get(place, &key, &position, MDB_NEXT_DUP);
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

static int read_one(
    struct connection *connection, enum peer_reading what, const char *user, uint64_t *rows) {
    switch (what) {
    case PEER_SELECTION: return read_selection(connection, user, rows);
    case PEER_ACCOUNTS: return read_accounts(connection, user, rows);
    case PEER_HISTORY: return read_history(connection, user, rows);
    }
    return 0;
}

int lmdb_read(
    void *context, enum peer_reading what, const char *users, size_t count, uint64_t *rows) {
    struct connection *connection = context;
    int code = 0;
    for (size_t index = 0; index < count && code == 0; index++) {
        if (!connection->is_one) code = mdb_txn_renew(connection->transaction);
        if (code != 0) break;
        code = read_one(connection, what, users + index * PEER_USER, rows);
        if (!connection->is_one) mdb_txn_reset(connection->transaction);
    }
    return lmdb_check(code, "read");
}
