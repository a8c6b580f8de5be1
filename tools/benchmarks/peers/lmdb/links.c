#include "store.h"

#include <string.h>

// Bytes that look random and are the same for the same table and number.
static uint64_t next_bits(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15;
    uint64_t bits = *state;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
}

// A key such as the ledger's: it starts as all of the table do, and sorts among them where it will.
// Text takes its letters from what another key has.
static void fill_key(
    unsigned char *key, const struct table_shape *shape, int table, uint64_t number) {
    uint64_t state = number * TABLES + (uint64_t)table;
    memcpy(key, shape->sample, shape->prefix);
    size_t rest = shape->key - shape->prefix;
    for (size_t index = 0; index < rest; index++) {
        uint64_t bits = next_bits(&state) >> 32;
        key[shape->prefix + index] =
            shape->is_text ? shape->sample[shape->prefix + bits % rest] : (unsigned char)bits;
    }
}

static void put_big_endian(unsigned char *bytes, uint64_t number) {
    for (int index = 0; index < 8; index++) {
        bytes[index] = (unsigned char)(number >> (56 - 8 * index));
    }
}

static int put(
    struct store *store, MDB_txn *transaction, enum table table, uint64_t number,
    size_t value_size) {
    unsigned char key_bytes[512], position[8];
    MDB_val key = {store->shapes[table].key, key_bytes};
    MDB_val value = {value_size, store->value};
    put_big_endian(position, store->position);
    if (table == EVENTS) {
        memcpy(key_bytes, position, sizeof position);
    } else if (table == META) {
        memcpy(key_bytes, store->shapes[META].sample, key.mv_size);
    } else {
        fill_key(key_bytes, &store->shapes[table], table, number);
    }
    memcpy(store->value, position, sizeof position);
    return mdb_put(transaction, store->handles[table], &key, &value, table_kinds[table].put_flags);
}

static int put_issued(struct store *store, MDB_txn *transaction, uint64_t number) {
    store->position++;
    for (enum table table = 0; table < TABLES; table++) {
        if (!table_kinds[table].is_issued) continue;
        int code = put(store, transaction, table, number, store->shapes[table].issued_value);
        if (code != 0) return code;
    }
    return 0;
}

static int put_linked(struct store *store, MDB_txn *transaction, uint64_t number) {
    store->position++;
    for (enum table table = 0; table < TABLES; table++) {
        int code = put(store, transaction, table, number, store->shapes[table].linked_value);
        if (code != 0) return code;
    }
    return 0;
}

static int end_writing(MDB_txn *transaction, int code) {
    if (code == 0) return lmdb_check(mdb_txn_commit(transaction), "commit");
    mdb_txn_abort(transaction);
    return lmdb_check(code, "put");
}

static int issue_part(struct store *store, uint64_t first, uint64_t count) {
    MDB_txn *transaction;
    int code = mdb_txn_begin(store->environment, NULL, 0, &transaction);
    if (code != 0) return lmdb_check(code, "begin");
    for (uint64_t index = 0; index < count && code == 0; index++) {
        code = put_issued(store, transaction, first + index);
    }
    return end_writing(transaction, code);
}

int lmdb_issue(void *context, uint64_t first, uint64_t count) {
    struct connection *connection = context;
    for (uint64_t done = 0; done < count; done += 1000) {
        uint64_t part = count - done < 1000 ? count - done : 1000;
        if (issue_part(connection->store, first + done, part) != 0) return -1;
    }
    return 0;
}

int lmdb_link(void *context, const uint64_t *numbers, size_t count) {
    struct connection *connection = context;
    MDB_txn *transaction;
    int code = mdb_txn_begin(connection->store->environment, NULL, 0, &transaction);
    if (code != 0) return lmdb_check(code, "begin");
    for (size_t index = 0; index < count && code == 0; index++) {
        code = put_linked(connection->store, transaction, numbers[index]);
    }
    return end_writing(transaction, code);
}
