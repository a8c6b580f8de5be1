#include "speed_peer.h"
#include "tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct speed_peer_rows {
    MDB_env *environment;
    MDB_dbi handle;
    size_t count, capacity;
    unsigned char *keys;  // All of one length, in the order in which they are looked up.
    size_t key_size;
};

// MARK: - Copying

static int remember(speed_peer_rows *rows, const MDB_val *key) {
    if (rows->key_size == 0) rows->key_size = key->mv_size;
    if (rows->key_size != key->mv_size) return EPROTO;
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? 1024 : 2 * rows->capacity;
        unsigned char *keys = realloc(rows->keys, capacity * rows->key_size);
        if (keys == NULL) return ENOMEM;
        rows->keys = keys;
        rows->capacity = capacity;
    }
    memcpy(rows->keys + rows->count * rows->key_size, key->mv_data, rows->key_size);
    rows->count++;
    return 0;
}

static int copy_rows(speed_peer_rows *rows, MDB_txn *from, MDB_txn *to) {
    MDB_dbi source;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_dbi_open(from, table_kinds[SELECTIONS].name, 0, &source);
    if (code == 0) code = mdb_dbi_open(to, table_kinds[SELECTIONS].name, MDB_CREATE, &rows->handle);
    if (code == 0) code = mdb_cursor_open(from, source, &cursor);
    if (code != 0) return code;
    while (code == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        code = remember(rows, &key);
        if (code == 0) code = mdb_put(to, rows->handle, &key, &value, 0);
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? 0 : code;
}

// Swaps every key with one before it, by a generator that starts the same in every run.
static void shuffle(speed_peer_rows *rows) {
    uint64_t state = 1;
    unsigned char spare[512];
    for (size_t index = rows->count; index > 1; index--) {
        state = state * 6364136223846793005 + 1442695040888963407;
        unsigned char *one = rows->keys + (index - 1) * rows->key_size;
        unsigned char *other = rows->keys + (state >> 33) % index * rows->key_size;
        memcpy(spare, one, rows->key_size);
        memmove(one, other, rows->key_size);
        memcpy(other, spare, rows->key_size);
    }
}

static int copy_table(speed_peer_rows *rows, const char *ledger) {
    MDB_env *source;
    MDB_txn *from, *to;
    int code = open_environment(ledger, 1, &source);
    if (code != 0) return code;
    code = mdb_txn_begin(source, NULL, MDB_RDONLY, &from);
    if (code == 0) {
        code = mdb_txn_begin(rows->environment, NULL, 0, &to);
        if (code == 0) {
            code = copy_rows(rows, from, to);
            if (code == 0) {
                code = mdb_txn_commit(to);
            } else {
                mdb_txn_abort(to);
            }
        }
        mdb_txn_abort(from);
    }
    mdb_env_close(source);
    return code;
}

int speed_peer_rows_open(const char *directory, const char *ledger, speed_peer_rows **opened) {
    speed_peer_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) return ENOMEM;
    int code = open_environment(directory, 0, &rows->environment);
    if (code != 0) {
        free(rows);
        return code;
    }
    code = copy_table(rows, ledger);
    if (code != 0) {
        speed_peer_rows_close(rows);
        return code;
    }
    shuffle(rows);
    *opened = rows;
    return 0;
}

void speed_peer_rows_close(speed_peer_rows *rows) {
    mdb_env_close(rows->environment);
    free(rows->keys);
    free(rows);
}

// MARK: - Reading

// The byte is read through this, so that the compiler cannot leave the reading out.
static volatile unsigned char last_byte;

static int read_row(speed_peer_rows *rows, MDB_txn *transaction, size_t index, uint64_t *found) {
    MDB_val key = {rows->key_size, rows->keys + index * rows->key_size};
    MDB_val value;
    int code = mdb_get(transaction, rows->handle, &key, &value);
    if (code == MDB_NOTFOUND) return 0;
    if (code != 0) return code;
    last_byte = ((unsigned char *)value.mv_data)[value.mv_size - 1];
    *found += 1;
    return 0;
}

static int read_in_one(speed_peer_rows *rows, unsigned passes, uint64_t *found) {
    MDB_txn *transaction;
    int code = mdb_txn_begin(rows->environment, NULL, MDB_RDONLY, &transaction);
    if (code != 0) return code;
    for (unsigned pass = 0; pass < passes; pass++) {
        for (size_t index = 0; index < rows->count && code == 0; index++) {
            code = read_row(rows, transaction, index, found);
        }
    }
    mdb_txn_abort(transaction);
    return code;
}

static int read_each(speed_peer_rows *rows, unsigned passes, uint64_t *found) {
    for (unsigned pass = 0; pass < passes; pass++) {
        for (size_t index = 0; index < rows->count; index++) {
            MDB_txn *transaction;
            int code = mdb_txn_begin(rows->environment, NULL, MDB_RDONLY, &transaction);
            if (code != 0) return code;
            code = read_row(rows, transaction, index, found);
            mdb_txn_abort(transaction);
            if (code != 0) return code;
        }
    }
    return 0;
}

int speed_peer_rows_read(
    speed_peer_rows *rows, unsigned passes, int transaction_per_row, uint64_t *found,
    double *cpu_seconds) {
    *found = 0;
    double start = speed_peer_thread_seconds();
    int code = transaction_per_row ? read_each(rows, passes, found) : read_in_one(rows, passes, found);
    *cpu_seconds = speed_peer_thread_seconds() - start;
    return code;
}
