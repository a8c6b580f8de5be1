#include "peer.h"
#include "threads.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

void start_thread(pthread_t *thread, void *(*run)(void *), void *context) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 512 * 1024);
    if (pthread_create(thread, &attributes, run, context) != 0) abort();
    pthread_attr_destroy(&attributes);
}

// A caller's request: a link to be written, and the way to tell the caller.
struct request {
    struct request *next;
    uint64_t number;
    int code;
    sem_t answered;
};

// Where requests meet who carries them out: a queue for one writer, or connections to take
// turns on.
struct desk {
    const peer_kind *kind;
    pthread_mutex_t mutex;
    pthread_cond_t changed;

    void *writer;
    uint64_t *numbers;
    struct request *oldest, **end;
    unsigned count, wanted;
    int is_closed;

    void **free;
    unsigned free_count;
};

// MARK: - The writer

static int commit(struct desk *desk, struct request *requests) {
    size_t count = 0;
    for (struct request *one = requests; one != NULL; one = one->next) {
        desk->numbers[count++] = one->number;
    }
    return desk->kind->link(desk->writer, desk->numbers, count);
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
static void linger(struct desk *desk, unsigned count, double duration) {
    double limit = peer_clock() + (duration / 2 < 0.0003 ? duration / 2 : 0.0003);
    struct timespec deadline = {.tv_sec = (time_t)limit};
    deadline.tv_nsec = (long)((limit - (double)deadline.tv_sec) * 1e9);
    desk->wanted = count;
    while (desk->count < count && !desk->is_closed) {
        if (pthread_cond_timedwait(&desk->changed, &desk->mutex, &deadline) == ETIMEDOUT) break;
    }
    desk->wanted = 1;
}

static void *run_writer(void *context) {
    struct desk *desk = context;
    unsigned last_count = 1;
    double last_duration = 0;
    pthread_mutex_lock(&desk->mutex);
    while (1) {
        while (desk->count == 0 && !desk->is_closed) {
            pthread_cond_wait(&desk->changed, &desk->mutex);
        }
        if (desk->count == 0) break;
        if (last_count > 1) linger(desk, last_count, last_duration);
        struct request *requests = desk->oldest;
        last_count = desk->count;
        desk->oldest = NULL;
        desk->end = &desk->oldest;
        desk->count = 0;
        pthread_mutex_unlock(&desk->mutex);
        double start = peer_clock();
        answer(requests, commit(desk, requests));
        last_duration = peer_clock() - start;
        pthread_mutex_lock(&desk->mutex);
    }
    pthread_mutex_unlock(&desk->mutex);
    return NULL;
}

static void stop_writer(struct desk *desk, pthread_t writer) {
    pthread_mutex_lock(&desk->mutex);
    desk->is_closed = 1;
    pthread_mutex_unlock(&desk->mutex);
    pthread_cond_signal(&desk->changed);
    pthread_join(writer, NULL);
}

// MARK: - Asking

static int ask_writer(struct desk *desk, struct request *request) {
    request->next = NULL;
    pthread_mutex_lock(&desk->mutex);
    *desk->end = request;
    desk->end = &request->next;
    desk->count++;
    int wakes = desk->count == desk->wanted;
    pthread_mutex_unlock(&desk->mutex);
    if (wakes) pthread_cond_signal(&desk->changed);
    while (sem_wait(&request->answered) != 0) {}
    return request->code;
}

// The connection given back last is taken first: the fewer take part, the better they are known to
// the processor's caches.
static int ask_connection(struct desk *desk, uint64_t number) {
    pthread_mutex_lock(&desk->mutex);
    while (desk->free_count == 0) pthread_cond_wait(&desk->changed, &desk->mutex);
    void *connection = desk->free[--desk->free_count];
    pthread_mutex_unlock(&desk->mutex);
    int code = desk->kind->link(connection, &number, 1);
    pthread_mutex_lock(&desk->mutex);
    desk->free[desk->free_count++] = connection;
    pthread_mutex_unlock(&desk->mutex);
    pthread_cond_signal(&desk->changed);
    return code;
}

// MARK: - The callers

struct caller {
    pthread_t thread;
    struct desk *desk;
    pthread_barrier_t *start;
    uint64_t first, count;
    double *latencies;
    int code;
};

static void *run_caller(void *context) {
    struct caller *caller = context;
    struct desk *desk = caller->desk;
    struct request request;
    sem_init(&request.answered, 0, 0);
    pthread_barrier_wait(caller->start);
    double before = peer_clock();
    for (uint64_t index = 0; index < caller->count && caller->code == 0; index++) {
        request.number = caller->first + index;
        caller->code = desk->writer != NULL ? ask_writer(desk, &request)
                                            : ask_connection(desk, request.number);
        double after = peer_clock();
        caller->latencies[index] = after - before;
        before = after;
    }
    sem_destroy(&request.answered);
    return NULL;
}

static int run_callers(
    struct desk *desk, const peer_links *links, double *latencies, peer_run *run) {
    struct caller *callers = calloc(links->callers, sizeof *callers);
    if (callers == NULL) return peer_fail("out of memory");
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, links->callers + 1);
    for (unsigned index = 0; index < links->callers; index++) {
        callers[index] = (struct caller){
            .desk = desk, .start = &start, .first = links->first + index * links->count,
            .count = links->count, .latencies = latencies + index * links->count};
        start_thread(&callers[index].thread, run_caller, &callers[index]);
    }
    double cpu = peer_process_seconds(), clock = peer_clock();
    pthread_barrier_wait(&start);
    int code = 0;
    for (unsigned index = 0; index < links->callers; index++) {
        pthread_join(callers[index].thread, NULL);
        if (code == 0) code = callers[index].code;
    }
    run->seconds = peer_clock() - clock;
    run->cpu_seconds = peer_process_seconds() - cpu;
    pthread_barrier_destroy(&start);
    free(callers);
    return code;
}

static int open_desk(struct desk *desk, void *store, const peer_links *links) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&desk->mutex, NULL);
    pthread_cond_init(&desk->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    desk->end = &desk->oldest;
    desk->wanted = 1;
    desk->numbers = calloc(links->callers, sizeof *desk->numbers);
    desk->free = calloc(links->connections + 1, sizeof *desk->free);
    if (desk->numbers == NULL || desk->free == NULL) return peer_fail("out of memory");
    if (links->connections == 0) return desk->kind->connect(store, &desk->writer);
    for (unsigned index = 0; index < links->connections; index++) {
        if (desk->kind->connect(store, &desk->free[index]) != 0) return -1;
        desk->free_count++;
    }
    return 0;
}

static void close_desk(struct desk *desk) {
    if (desk->writer != NULL) desk->kind->disconnect(desk->writer);
    while (desk->free_count > 0) desk->kind->disconnect(desk->free[--desk->free_count]);
    free(desk->numbers);
    free(desk->free);
    pthread_cond_destroy(&desk->changed);
    pthread_mutex_destroy(&desk->mutex);
}

int peer_link(
    const peer_kind *kind, void *store, const peer_links *links, double *latencies,
    peer_run *run) {
    struct desk desk = {.kind = kind};
    int code = open_desk(&desk, store, links);
    if (code == 0) {
        pthread_t writer;
        if (desk.writer != NULL) start_thread(&writer, run_writer, &desk);
        code = run_callers(&desk, links, latencies, run);
        if (desk.writer != NULL) stop_writer(&desk, writer);
    }
    close_desk(&desk);
    return code;
}
