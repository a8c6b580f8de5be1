#ifndef SPEED_PEER_TABLES_H
#define SPEED_PEER_TABLES_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

// What the ledger writes when a state is issued, and when the link of a new account consumes it. The
// numbers are those of a user's first account; the lengths are taken from a ledger, and one whose number of rows is not what
// this table says is refused.
//
//   table        key                           value                      issue  link
//   events       position (8)                  record                     put    put    appended
//   users        user                          position (8)               put    put    duplicate
//   states       digest of the state (32)      positions (8, then 16)     put    put    overwritten
//   grants       grant                         user 0 credential                 put
//   owners       credential                    user                              put
//   accounts     digest of account, credential user                              put
//   credentials  user 0 credential             row of the view                   put
//   selections   user 0 toolkit                row of the view                   put
//   meta         "checkpoint"                  checkpoint                 put    put    overwritten
//
// Issuing is 4 puts, linking is 9. Not counted: what the ledger reads to decide (the last record, the
// state's row and record, the grant's holder, the user's rows, the holders of the provider account).
enum table {
    EVENTS,
    USERS,
    STATES,
    GRANTS,
    OWNERS,
    ACCOUNTS,
    CREDENTIALS,
    SELECTIONS,
    META,
    TABLES
};

struct table_kind {
    const char *name;
    unsigned flags;      // Of mdb_dbi_open.
    unsigned put_flags;  // Of mdb_put.
    int is_issued;       // Whether issuing puts a row, beside linking.
    int is_overwritten;  // Whether that row is the same one.
};

extern const struct table_kind table_kinds[TABLES];

// What the rows of a table are like.
struct table_shape {
    size_t key, issued_value, linked_value;
    unsigned char sample[512];  // A key.
    size_t prefix;              // How much of it all keys have in common.
    int is_text;                // Whether the rest is written in few letters rather than any bytes.
};

// Learns what the rows of a ledger are like, and checks their number.
int learn_shapes(const char *ledger, struct table_shape shapes[TABLES]);

// Opens an environment as the ledger does; read-only where that is asked for.
int open_environment(const char *directory, int is_read_only, MDB_env **environment);

// Keeps what an LMDB code means, and returns -1; 0 stays 0.
int lmdb_check(int code, const char *action);

#endif
