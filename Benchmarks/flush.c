/* Counts what a program asks the disk to make durable, and can make each such flush slower, as a busy disk does.
 *
 *   gcc -shared -fPIC -O2 -o flush.so flush.c -ldl
 *   YIJU_FLUSHES=FILE [YIJU_FLUSH_DELAY_US=2000] LD_PRELOAD=./flush.so PROGRAM
 *
 * FILE holds the number so far as eight bytes, least significant first; it is shared, so that the program itself can
 * read it while it runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t nowhere;
static _Atomic uint64_t *flushes = &nowhere;
static long delay_us;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("YIJU_FLUSHES");
    const char *delay = getenv("YIJU_FLUSH_DELAY_US");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    if (delay) delay_us = strtol(delay, NULL, 10);
    if (!path) return;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(uint64_t)) != 0) return;
    void *shared = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED) flushes = shared;
}

static void note(void) {
    (*flushes)++;
    if (delay_us > 0) {
        struct timespec pause = {delay_us / 1000000, delay_us % 1000000 * 1000};
        nanosleep(&pause, NULL);
    }
}

int fsync(int file) {
    note();
    return real_fsync(file);
}

int fdatasync(int file) {
    note();
    return real_fdatasync(file);
}
