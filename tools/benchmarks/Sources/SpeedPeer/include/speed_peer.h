// What a program in C reaches on the same disk and machine, for the ledger to be measured against.
//
// The peer writes straight into LMDB: no rules, no events, no codecs. Where a command of the ledger
// writes a row, the peer writes one whose key and value are as long. Like the ledger it has one writer
// thread, commits in groups with LMDB's default, durable flags, and answers a caller when the commit
// that holds its rows has returned.
//
// Functions that can fail return 0, an errno (positive) or an LMDB code (negative); see
// speed_peer_message.

#ifndef SPEED_PEER_H
#define SPEED_PEER_H

#include <stddef.h>
#include <stdint.h>

// An open peer: one LMDB environment with the tables of a ledger.
typedef struct speed_peer speed_peer;

// What a run took.
typedef struct {
    double seconds;      // Of the wall clock.
    double cpu_seconds;  // Of all threads of this process.
    uint64_t commits;
} speed_peer_run;

// Makes a peer in a directory that exists and is empty.
//
// Its rows are as long as those of a ledger that holds nothing but states issued and then linked, one
// for each user. That ledger must be closed: LMDB must not open a file twice in one process. A ledger
// that writes other rows than the peer knows of is refused with EPROTO.
int speed_peer_open(const char *directory, const char *ledger, speed_peer **peer);

// Closes a peer; its files stay.
void speed_peer_close(speed_peer *peer);

// Writes what issuing that many states writes; not in groups but a thousand to a commit.
int speed_peer_issue(speed_peer *peer, uint64_t count);

// Links states that were issued, oldest first: each of `callers` threads asks for `count` links, one
// after the other, and waits for each until it is durable.
int speed_peer_link(speed_peer *peer, unsigned callers, uint64_t count, speed_peer_run *run);

// Rows to look up: a table of a ledger, copied row by row.
typedef struct speed_peer_rows speed_peer_rows;

// Copies table `selections` of a ledger that is closed into a directory that exists and is empty.
int speed_peer_rows_open(const char *directory, const char *ledger, speed_peer_rows **rows);
void speed_peer_rows_close(speed_peer_rows *rows);

// Looks up every row `passes` times, in an order that jumps about, and reads one byte of each.
//
// In one transaction, or each in one of its own. Counts what was found; `cpu_seconds` is of the
// calling thread.
int speed_peer_rows_read(
    speed_peer_rows *rows, unsigned passes, int transaction_per_row, uint64_t *found,
    double *cpu_seconds);

// The file system that a directory is on, such as "ext4".
const char *speed_peer_file_system(const char *directory);

// Whether a file system of that name keeps its files in memory, where a commit costs nothing.
int speed_peer_is_in_memory(const char *file_system);

// The version of LMDB.
const char *speed_peer_lmdb_version(void);

// Seconds of the processor that the calling thread, or the whole process, has used.
double speed_peer_thread_seconds(void);
double speed_peer_process_seconds(void);

// Seconds of a clock that is never set.
double speed_peer_clock(void);

// What a code means.
const char *speed_peer_message(int code);

#endif
