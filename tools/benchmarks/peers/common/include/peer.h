// The same work in other databases, for the ledger to be measured against.
//
// A peer keeps what a ledger keeps: an append-only table of events, single-use states, accounts of
// which a grant and a provider account have one holder each, and the selection of each user. How it
// does so is its own affair; what is measured, and who asks how often, is common to all.
//
// Functions that can fail return 0, or -1 and leave a text; see peer_message.

#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

// Lengths of what samples are made of, without the zero byte at the end.
enum { PEER_USER = 21, PEER_GRANT = 36, PEER_SUBJECT = 21, PEER_EMAIL = 24, PEER_NAME = 14 };

// The number of the first account that is linked rather than imported, and of its user.
static const uint64_t peer_first_link = 1000000000;

// What there is to read.
enum peer_reading { PEER_SELECTION, PEER_ACCOUNTS, PEER_HISTORY };

// A database of one kind. `store` is it opened, `connection` what one thread at a time uses.
typedef struct {
    const char *name;
    // Opens what is at a place, which a kind gives a meaning of its own.
    int (*open)(const char *place, void **store);
    void (*close)(void *store);
    int (*connect)(void *store, void **connection);
    void (*disconnect)(void *connection);
    // Appends the events of importing that many accounts, three to a user, to an empty database;
    // views are left as they are. NULL where there is no other way than copying a ledger.
    int (*load)(void *connection, uint64_t accounts);
    // Makes the views anew from the events, durably. NULL where there is no such thing.
    int (*rebuild)(void *connection);
    // Issues states by number, in as few transactions as it likes.
    int (*issue)(void *connection, uint64_t first, uint64_t count);
    // Consumes those states and links their accounts, in one durable transaction.
    int (*link)(void *connection, const uint64_t *numbers, size_t count);
    // Lets what is read from here on be of one state; NULL where that is all the same.
    int (*begin)(void *connection);
    int (*end)(void *connection);
    // Reads one thing of each of so many users, whose names follow one another; counts the rows.
    int (*read)(
        void *connection, enum peer_reading what, const char *users, size_t count, uint64_t *rows);
} peer_kind;

// MARK: - Links

// How links are asked for.
typedef struct {
    unsigned callers;
    uint64_t count;        // Of each caller, one after the other.
    uint64_t first;        // The number of the first link; its state is issued.
    unsigned connections;  // Each commits alone; 0 is one writer that commits what has queued up.
} peer_links;

// What a run took.
typedef struct {
    double seconds;      // Of the wall clock.
    double cpu_seconds;  // Of all threads of this process.
} peer_run;

// Links; `latencies` takes the seconds of each link, in any order.
int peer_link(
    const peer_kind *kind, void *store, const peer_links *links, double *latencies, peer_run *run);

// MARK: - Readings

// What is read.
typedef struct {
    enum peer_reading what;
    const char *users;  // Their names, one after the other.
    size_t count;
    unsigned passes;   // How often each user is asked for.
    unsigned threads;  // Each takes its part of the users.
    int together;      // Whether all is of one state.
} peer_readings;

// Reads; counts the rows that were found.
int peer_read(
    const peer_kind *kind, void *store, const peer_readings *readings, uint64_t *rows,
    peer_run *run);

// MARK: - Samples

// Letters that look random and are the same for the same number and salt.
void peer_letters(uint64_t number, uint64_t salt, unsigned char *letters, size_t count);

// Made-up accounts: all values of a kind are equally long, and none says where it sorts.
typedef struct {
    char user[PEER_USER + 1], grant[PEER_GRANT + 1], subject[PEER_SUBJECT + 1];
    char email[PEER_EMAIL + 1], name[PEER_NAME + 1];
    unsigned char digest[32];  // Of a state.
} peer_sample;

// An account, and the user whose it is.
void peer_sample_make(uint64_t account, uint64_t user, peer_sample *sample);

extern const char *const peer_toolkit, *const peer_provider, *const peer_platform;
extern const char *const peer_scopes;

// MARK: - Machine

// Seconds of a clock that is never set, and of the processor that this process has used.
double peer_clock(void);
double peer_process_seconds(void);

// Microseconds since 1970.
int64_t peer_now(void);

// The file system that a directory is on, such as "ext4"; one called "tmpfs" is in memory.
const char *peer_file_system(const char *directory);

// MARK: - Failures

// Keeps a text, as of printf, unless there is one, and returns -1.
int peer_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// What failed first since `peer_forget`.
const char *peer_message(void);
void peer_forget(void);

#endif
