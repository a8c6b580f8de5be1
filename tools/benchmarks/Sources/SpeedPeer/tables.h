#ifndef SPEED_PEER_TABLES_H
#define SPEED_PEER_TABLES_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

// What the ledger writes when a state is issued, and when the link of a new account consumes it. The
// numbers are those of a user's first account; speed_peer_open takes the lengths from a ledger and
// refuses one whose number of rows is not what this table says.
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

struct table_sizes {
    size_t key, issued_value, linked_value;
};

// Learns the lengths of the rows, and checks their number.
int learn_sizes(const char *ledger, struct table_sizes sizes[TABLES]);

// Opens an environment as the ledger does; read-only where that is asked for.
int open_environment(const char *directory, int is_read_only, MDB_env **environment);

#endif
