#include "speed_peer.h"
#include "tables.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// A caller's request: a link to be written, and the way to tell the caller.
struct request {
    struct request *next;
    uint64_t link;
    int code;
    sem_t answered;
};

struct speed_peer {
    MDB_env *environment;
    MDB_dbi handles[TABLES];
    struct table_sizes sizes[TABLES];
    uint64_t position, issued, linked;
    unsigned char value[65536];

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct request *oldest, **end;
    unsigned count, wanted;
    int is_closed;
    uint64_t commits;
};

// MARK: - Rows

// Bytes that look random and are the same for the same table and number: identifiers and digests.
static void fill_key(unsigned char *key, size_t size, int table, uint64_t number) {
    uint64_t state = number * TABLES + (uint64_t)table;
    for (size_t offset = 0; offset < size; offset += sizeof state) {
        state += 0x9E3779B97F4A7C15;
        uint64_t bits = state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        bits ^= bits >> 31;
        size_t rest = size - offset;
        memcpy(key + offset, &bits, rest < sizeof bits ? rest : sizeof bits);
    }
}

static void put_big_endian(unsigned char *bytes, uint64_t number) {
    for (int index = 0; index < 8; index++) bytes[index] = (unsigned char)(number >> (56 - 8 * index));
}

static int put(
    speed_peer *peer, MDB_txn *transaction, enum table table, uint64_t number, size_t value_size) {
    unsigned char key_bytes[512], position[8];
    MDB_val key = {peer->sizes[table].key, key_bytes};
    MDB_val value = {value_size, peer->value};
    put_big_endian(position, peer->position);
    if (table == EVENTS) {
        memcpy(key_bytes, position, sizeof position);
    } else {
        fill_key(key_bytes, key.mv_size, table, table == META ? 0 : number);
    }
    memcpy(peer->value, position, sizeof position);
    return mdb_put(transaction, peer->handles[table], &key, &value, table_kinds[table].put_flags);
}

static int put_issued(speed_peer *peer, MDB_txn *transaction, uint64_t number) {
    peer->position++;
    for (enum table table = 0; table < TABLES; table++) {
        if (!table_kinds[table].is_issued) continue;
        int code = put(peer, transaction, table, number, peer->sizes[table].issued_value);
        if (code != 0) return code;
    }
    return 0;
}

static int put_linked(speed_peer *peer, MDB_txn *transaction, uint64_t number) {
    peer->position++;
    for (enum table table = 0; table < TABLES; table++) {
        int code = put(peer, transaction, table, number, peer->sizes[table].linked_value);
        if (code != 0) return code;
    }
    return 0;
}

// MARK: - Opening

static int open_tables(speed_peer *peer) {
    MDB_txn *transaction;
    int code = mdb_txn_begin(peer->environment, NULL, 0, &transaction);
    if (code != 0) return code;
    for (int table = 0; table < TABLES && code == 0; table++) {
        unsigned flags = table_kinds[table].flags | MDB_CREATE;
        code = mdb_dbi_open(transaction, table_kinds[table].name, flags, &peer->handles[table]);
    }
    if (code == 0) return mdb_txn_commit(transaction);
    mdb_txn_abort(transaction);
    return code;
}

int speed_peer_open(const char *directory, const char *ledger, speed_peer **opened) {
    speed_peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) return ENOMEM;
    memset(peer->value, 'v', sizeof peer->value);
    peer->end = &peer->oldest;
    int code = learn_sizes(ledger, peer->sizes);
    if (code == 0) code = open_environment(directory, 0, &peer->environment);
    if (code != 0) {
        free(peer);
        return code;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&peer->mutex, NULL);
    pthread_cond_init(&peer->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    code = open_tables(peer);
    if (code != 0) {
        speed_peer_close(peer);
        return code;
    }
    *opened = peer;
    return 0;
}

void speed_peer_close(speed_peer *peer) {
    mdb_env_close(peer->environment);
    pthread_cond_destroy(&peer->changed);
    pthread_mutex_destroy(&peer->mutex);
    free(peer);
}

int speed_peer_issue(speed_peer *peer, uint64_t count) {
    while (count > 0) {
        MDB_txn *transaction;
        uint64_t part = count < 1000 ? count : 1000;
        int code = mdb_txn_begin(peer->environment, NULL, 0, &transaction);
        if (code != 0) return code;
        for (uint64_t index = 0; index < part && code == 0; index++) {
            code = put_issued(peer, transaction, peer->issued + index);
        }
        if (code != 0) {
            mdb_txn_abort(transaction);
            return code;
        }
        code = mdb_txn_commit(transaction);
        if (code != 0) return code;
        peer->issued += part;
        count -= part;
    }
    return 0;
}

// MARK: - The writer

static int commit(speed_peer *peer, struct request *requests) {
    MDB_txn *transaction;
    int code = mdb_txn_begin(peer->environment, NULL, 0, &transaction);
    if (code != 0) return code;
    for (struct request *one = requests; one != NULL && code == 0; one = one->next) {
        code = put_linked(peer, transaction, one->link);
    }
    if (code == 0) return mdb_txn_commit(transaction);
    mdb_txn_abort(transaction);
    return code;
}

static void answer(struct request *requests, int code) {
    while (requests != NULL) {
        struct request *next = requests->next;
        requests->code = code;
        sem_post(&requests->answered);
        requests = next;
    }
}

// Waits for as many requests as the last commit had, as the ledger's writer does: callers that were
// just answered are about to ask again. At most half as long as that commit took, and 0.3 ms.
static void linger(speed_peer *peer, unsigned count, double duration) {
    double limit = speed_peer_clock() + (duration / 2 < 0.0003 ? duration / 2 : 0.0003);
    struct timespec deadline = {.tv_sec = (time_t)limit};
    deadline.tv_nsec = (long)((limit - (double)deadline.tv_sec) * 1e9);
    peer->wanted = count;
    while (peer->count < count && !peer->is_closed) {
        if (pthread_cond_timedwait(&peer->changed, &peer->mutex, &deadline) == ETIMEDOUT) break;
    }
    peer->wanted = 1;
}

static void *run_writer(void *context) {
    speed_peer *peer = context;
    unsigned last_count = 1;
    double last_duration = 0;
    pthread_mutex_lock(&peer->mutex);
    while (1) {
        while (peer->count == 0 && !peer->is_closed) {
            pthread_cond_wait(&peer->changed, &peer->mutex);
        }
        if (peer->count == 0) break;
        if (last_count > 1) linger(peer, last_count, last_duration);
        struct request *requests = peer->oldest;
        last_count = peer->count;
        peer->oldest = NULL;
        peer->end = &peer->oldest;
        peer->count = 0;
        pthread_mutex_unlock(&peer->mutex);
        double start = speed_peer_clock();
        answer(requests, commit(peer, requests));
        last_duration = speed_peer_clock() - start;
        pthread_mutex_lock(&peer->mutex);
        peer->commits++;
    }
    pthread_mutex_unlock(&peer->mutex);
    return NULL;
}

// MARK: - The callers

struct caller {
    pthread_t thread;
    speed_peer *peer;
    pthread_barrier_t *start;
    uint64_t first, count;
    int code;
};

static int ask(speed_peer *peer, struct request *request) {
    request->next = NULL;
    pthread_mutex_lock(&peer->mutex);
    *peer->end = request;
    peer->end = &request->next;
    peer->count++;
    int wakes = peer->count == peer->wanted;
    pthread_mutex_unlock(&peer->mutex);
    if (wakes) pthread_cond_signal(&peer->changed);
    while (sem_wait(&request->answered) != 0) {}
    return request->code;
}

static void *run_caller(void *context) {
    struct caller *caller = context;
    struct request request;
    sem_init(&request.answered, 0, 0);
    pthread_barrier_wait(caller->start);
    for (uint64_t index = 0; index < caller->count && caller->code == 0; index++) {
        request.link = caller->first + index;
        caller->code = ask(caller->peer, &request);
    }
    sem_destroy(&request.answered);
    return NULL;
}

static int start_thread(pthread_t *thread, void *(*run)(void *), void *context) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    int code = pthread_create(thread, &attributes, run, context);
    pthread_attr_destroy(&attributes);
    return code;
}

static void stop_writer(speed_peer *peer, pthread_t writer) {
    pthread_mutex_lock(&peer->mutex);
    peer->is_closed = 1;
    pthread_mutex_unlock(&peer->mutex);
    pthread_cond_signal(&peer->changed);
    pthread_join(writer, NULL);
}

int speed_peer_link(speed_peer *peer, unsigned count, uint64_t links, speed_peer_run *run) {
    if (count == 0 || peer->issued - peer->linked < count * links) return EINVAL;
    struct caller *callers = calloc(count, sizeof *callers);
    if (callers == NULL) return ENOMEM;
    pthread_t writer;
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, count + 1);
    peer->is_closed = 0;
    peer->wanted = 1;
    uint64_t commits = peer->commits;
    int code = start_thread(&writer, run_writer, peer);
    for (unsigned index = 0; index < count && code == 0; index++) {
        callers[index] = (struct caller){
            .peer = peer, .start = &start, .first = peer->linked + index * links, .count = links};
        code = start_thread(&callers[index].thread, run_caller, &callers[index]);
    }
    // Threads that cannot all be started would wait for ever; there is no use in going on.
    if (code != 0) abort();
    double cpu = speed_peer_process_seconds();
    double clock = speed_peer_clock();
    pthread_barrier_wait(&start);
    for (unsigned index = 0; index < count; index++) {
        pthread_join(callers[index].thread, NULL);
        if (code == 0) code = callers[index].code;
    }
    run->seconds = speed_peer_clock() - clock;
    run->cpu_seconds = speed_peer_process_seconds() - cpu;
    stop_writer(peer, writer);
    run->commits = peer->commits - commits;
    peer->linked += count * links;
    pthread_barrier_destroy(&start);
    free(callers);
    return code;
}
