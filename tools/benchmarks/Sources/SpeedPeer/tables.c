#include "tables.h"

#include <errno.h>

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

// The lengths of a table's rows: the first record is that of a state, the last row that of a link.
static int learn_table(MDB_txn *transaction, enum table table, struct table_sizes *sizes, size_t *rows) {
    MDB_dbi handle;
    MDB_stat statistics;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_dbi_open(transaction, table_kinds[table].name, table_kinds[table].flags, &handle);
    if (code == 0) code = mdb_stat(transaction, handle, &statistics);
    if (code == 0) code = mdb_cursor_open(transaction, handle, &cursor);
    if (code != 0) return code;
    *rows = statistics.ms_entries;
    code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    if (code == 0) {
        sizes->key = key.mv_size;
        sizes->issued_value = table == STATES ? sizeof(uint64_t) : value.mv_size;
        code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
        if (code == 0) sizes->linked_value = value.mv_size;
    }
    mdb_cursor_close(cursor);
    return code;
}

static int learn_all(MDB_txn *transaction, struct table_sizes sizes[TABLES]) {
    size_t rows[TABLES];
    MDB_dbi main;
    MDB_stat tables;
    for (int table = 0; table < TABLES; table++) {
        int code = learn_table(transaction, table, &sizes[table], &rows[table]);
        if (code != 0) return code;
    }
    // The key that sorts first in `meta` is that of the checkpoint; the other one is the header's.
    sizes[META].linked_value = sizes[META].issued_value;
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

int learn_sizes(const char *ledger, struct table_sizes sizes[TABLES]) {
    MDB_env *environment;
    MDB_txn *transaction;
    int code = open_environment(ledger, 1, &environment);
    if (code != 0) return code;
    code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction);
    if (code == 0) {
        code = learn_all(transaction, sizes);
        mdb_txn_abort(transaction);
    }
    mdb_env_close(environment);
    return code;
}
