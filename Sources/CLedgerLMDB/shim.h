#ifndef CLEDGERLMDB_SHIM_H
#define CLEDGERLMDB_SHIM_H

#include <lmdb.h>

/* statfs(2), getrandom(2) and eventfd(2) are not part of Swift's Glibc module. */
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/vfs.h>

/* Declared by <pthread.h> only under _GNU_SOURCE, which Swift does not set. */
#include <pthread.h>
int pthread_setname_np(pthread_t thread, const char *name);

/* prctl(2) has a variable number of arguments, which Swift cannot call. */
#include <sys/prctl.h>
static inline int account_ledger_signal_on_parent_end(int signal) {
  return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0UL, 0UL, 0UL);
}

#endif
