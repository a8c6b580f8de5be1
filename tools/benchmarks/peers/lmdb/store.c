#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_tables(struct store *store) {
    MDB_txn *transaction;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_txn_begin(store->environment, NULL, 0, &transaction);
    if (code != 0) return code;
    for (int table = 0; table < TABLES && code == 0; table++) {
        unsigned flags = table_kinds[table].flags | MDB_CREATE;
        code = mdb_dbi_open(transaction, table_kinds[table].name, flags, &store->handles[table]);
    }
    if (code == 0) code = mdb_cursor_open(transaction, store->handles[EVENTS], &cursor);
    if (code == 0) {
        if (mdb_cursor_get(cursor, &key, &value, MDB_LAST) == 0) {
            const unsigned char *bytes = key.mv_data;
            for (int index = 0; index < 8; index++) {
                store->position = store->position << 8 | bytes[index];
            }
        }
        mdb_cursor_close(cursor);
        return mdb_txn_commit(transaction);
    }
    mdb_txn_abort(transaction);
    return code;
}

static void lmdb_close(void *context) {
    struct store *store = context;
    mdb_env_close(store->environment);
    free(store);
}

static int lmdb_open(const char *place, void **opened) {
    char path[4096];
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) return peer_fail("out of memory");
    memset(store->value, 'v', sizeof store->value);
    snprintf(path, sizeof path, "%s/sample", place);
    int code = learn_shapes(path, store->shapes);
    snprintf(path, sizeof path, "%s/ledger", place);
    if (code == 0) code = open_environment(path, 0, &store->environment);
    if (code != 0) {
        free(store);
        return lmdb_check(code, "open");
    }
    code = open_tables(store);
    if (code != 0) {
        lmdb_close(store);
        return lmdb_check(code, "open tables");
    }
    *opened = store;
    return 0;
}

static int lmdb_connect(void *store, void **opened) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return peer_fail("out of memory");
    connection->store = store;
    MDB_env *environment = connection->store->environment;
    int code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &connection->transaction);
    if (code != 0) {
        free(connection);
        return lmdb_check(code, "begin");
    }
    mdb_txn_reset(connection->transaction);
    *opened = connection;
    return 0;
}

static void lmdb_disconnect(void *context) {
    struct connection *connection = context;
    for (int table = 0; table < TABLES; table++) {
        if (connection->cursors[table] != NULL) mdb_cursor_close(connection->cursors[table]);
    }
    mdb_txn_abort(connection->transaction);
    free(connection);
}

int lmdb_peer_count(void *context, uint64_t *records, uint64_t *bytes) {
    struct store *store = context;
    MDB_txn *transaction;
    MDB_cursor *cursor;
    MDB_val key, value;
    *records = *bytes = 0;
    int code = mdb_txn_begin(store->environment, NULL, MDB_RDONLY, &transaction);
    if (code != 0) return lmdb_check(code, "begin");
    code = mdb_cursor_open(transaction, store->handles[EVENTS], &cursor);
    if (code == 0) {
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
            *records += 1;
            *bytes += value.mv_size;
        }
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(transaction);
    return lmdb_check(code, "count");
}

const char *lmdb_peer_version(void) { return mdb_version(NULL, NULL, NULL); }

static const peer_kind kind = {
    .name = "C",
    .open = lmdb_open,
    .close = lmdb_close,
    .connect = lmdb_connect,
    .disconnect = lmdb_disconnect,
    .issue = lmdb_issue,
    .link = lmdb_link,
    .begin = lmdb_begin,
    .end = lmdb_end,
    .read = lmdb_read,
};

const peer_kind *lmdb_peer(void) { return &kind; }
