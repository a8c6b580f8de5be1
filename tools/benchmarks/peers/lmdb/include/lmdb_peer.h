// What a program in C reaches with LMDB on the same disk and machine: the limit.
//
// It writes straight into LMDB: no rules, no events, no codecs. Where a command of the ledger writes a
// row, it writes one whose key and value are as long, beside the rows of a copy of the ledger. Like the
// ledger it has one writer thread, commits in groups with LMDB's default, durable flags, and answers a
// caller when the commit that holds its rows has returned.

#ifndef LMDB_PEER_H
#define LMDB_PEER_H

#include "peer.h"

// A place is a directory with `ledger`, a copy of the ledger beside which to write and read, and
// `sample`, a ledger that holds nothing but states issued and then linked, one for each user: from it
// the lengths of rows are taken. One that writes other rows than this peer knows of is refused. Both
// must be closed: LMDB must not open a file twice in one process.
const peer_kind *lmdb_peer(void);

// The version of LMDB.
const char *lmdb_peer_version(void);

// How many records the copy has, and how many bytes in all.
int lmdb_peer_count(void *store, uint64_t *records, uint64_t *bytes);

#endif
