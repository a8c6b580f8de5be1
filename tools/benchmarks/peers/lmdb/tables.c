#include "peer.h"
#include "tables.h"

#include <errno.h>
#include <string.h>

const struct table_kind table_kinds[TABLES] = {
    [EVENTS] = {"events", 0, MDB_APPEND, 1, 0},
    [USERS] = {"users", MDB_DUPSORT | MDB_DUPFIXED, 0, 1, 0},
    [STATES] = {"states", 0, 0, 1, 1},
    [GRANTS] = {"grants", 0, 0, 0, 0},
    [OWNERS] = {"owners", 0, 0, 0, 0},
    [ACCOUNTS] = {"accounts", 0, 0, 0, 0},
    [CREDENTIALS] = {"credentials", 0, 0, 0, 0},
    [SELECTIONS] = {"selections", 0, 0, 0, 0},
    [META] = {"meta", 0, 0, 1, 1},
};

int open_environment(const char *directory, int is_read_only, MDB_env **environment) {
    int code = mdb_env_create(environment);
    if (code != 0) return code;
    mdb_env_set_maxdbs(*environment, 32);
    mdb_env_set_mapsize(*environment, (size_t)1 << 38);
    code = mdb_env_open(*environment, directory, MDB_NOTLS | (is_read_only ? MDB_RDONLY : 0), 0600);
    if (code != 0) mdb_env_close(*environment);
    return code;
}

// What a table's rows are like: the first record is that of a state, the last row that of a link.
static int learn_table(
    MDB_txn *transaction, enum table table, struct table_shape *shape, size_t *rows) {
    const struct table_kind *kind = &table_kinds[table];
    MDB_dbi handle;
    MDB_stat statistics;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_dbi_open(transaction, kind->name, kind->flags, &handle);
    if (code == 0) code = mdb_stat(transaction, handle, &statistics);
    if (code == 0) code = mdb_cursor_open(transaction, handle, &cursor);
    if (code != 0) return code;
    *rows = statistics.ms_entries;
    code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    if (code == 0 && key.mv_size > sizeof shape->sample) code = EPROTO;
    if (code == 0) {
        shape->key = key.mv_size;
        memcpy(shape->sample, key.mv_data, key.mv_size);
        shape->issued_value = table == STATES ? sizeof(uint64_t) : value.mv_size;
        code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    }
    if (code == 0) {
        const unsigned char *last = key.mv_data;
        shape->linked_value = value.mv_size;
        while (shape->prefix < shape->key && shape->sample[shape->prefix] == last[shape->prefix]) {
            shape->prefix++;
        }
        shape->is_text = 1;
        for (size_t index = 0; index < shape->key; index++) {
            if (shape->sample[index] > 126) shape->is_text = 0;
        }
    }
    mdb_cursor_close(cursor);
    return code;
}

static int learn_all(MDB_txn *transaction, struct table_shape shapes[TABLES]) {
    size_t rows[TABLES];
    MDB_dbi main;
    MDB_stat tables;
    for (int table = 0; table < TABLES; table++) {
        int code = learn_table(transaction, table, &shapes[table], &rows[table]);
        if (code != 0) return code;
    }
    // The key that sorts first in `meta` is that of the checkpoint; the other one is the header's.
    shapes[META].linked_value = shapes[META].issued_value;
    size_t links = rows[GRANTS];
    for (int table = 0; table < TABLES; table++) {
        const struct table_kind *kind = &table_kinds[table];
        size_t expected = kind->is_issued && !kind->is_overwritten ? 2 * links : links;
        if (table == META) expected = 2;
        if (rows[table] != expected) return EPROTO;
    }
    // Idempotency keys and notices are for other commands.
    int code = mdb_dbi_open(transaction, NULL, 0, &main);
    if (code == 0) code = mdb_stat(transaction, main, &tables);
    if (code == 0 && tables.ms_entries != TABLES + 2) code = EPROTO;
    return code;
}

int learn_shapes(const char *ledger, struct table_shape shapes[TABLES]) {
    MDB_env *environment;
    MDB_txn *transaction;
    int code = open_environment(ledger, 1, &environment);
    if (code != 0) return code;
    code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction);
    if (code == 0) {
        code = learn_all(transaction, shapes);
        mdb_txn_abort(transaction);
    }
    mdb_env_close(environment);
    return code;
}

int lmdb_check(int code, const char *action) {
    if (code == 0) return 0;
    if (code == EPROTO) {
        return peer_fail("the ledger writes other rows than peers/lmdb/tables.h says");
    }
    return peer_fail("LMDB could not %s: %s", action, mdb_strerror(code));
}
