#ifndef PEER_THREADS_H
#define PEER_THREADS_H

#include <pthread.h>

// Starts a thread with a small stack, as there may be hundreds. Ends the program where there is
// none to be had: those that were started wait for it.
void start_thread(pthread_t *thread, void *(*run)(void *), void *context);

#endif
