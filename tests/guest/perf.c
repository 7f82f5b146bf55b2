/* Counts by perf_event_open on arm64 Linux: what a loop of known length retires, and how often a counter overflows in it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile sig_atomic_t overflows;
static void overflow(int number) { (void)number; overflows++; }

static int counter(unsigned long config, unsigned long period)
{
    struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE, .size = sizeof attr, .config = config };
    attr.disabled = 1;
    attr.exclude_kernel = 1;
    attr.exclude_hv = 1;
    attr.sample_period = period;
    attr.wakeup_events = period ? 1 : 0;
    return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/* 1 + 3 * times instructions, and what it takes to be called. */
__attribute__((noinline)) static void loop(long times)
{
    __asm__ volatile("1: nop\n subs %0, %0, #1\n b.ne 1b" : "+r"(times) : : "cc");
}

static long long counted(int file, long times)
{
    long long value = 0;
    ioctl(file, PERF_EVENT_IOC_RESET, 0);
    ioctl(file, PERF_EVENT_IOC_ENABLE, 0);
    loop(times);
    ioctl(file, PERF_EVENT_IOC_DISABLE, 0);
    if (read(file, &value, sizeof value) != sizeof value) perror("read");
    return value;
}

int main(void)
{
    int instructions = counter(PERF_COUNT_HW_INSTRUCTIONS, 0);
    int cycles = counter(PERF_COUNT_HW_CPU_CYCLES, 0);
    int branches = counter(PERF_COUNT_HW_BRANCH_MISSES, 0);
    if (instructions < 0 || cycles < 0) perror("perf_event_open");
    counted(instructions, 10);
    long long few = counted(instructions, 1000000), many = counted(instructions, 3000000);
    printf("instructions %lld\n", many - few);
    printf("cycles %s\n", counted(cycles, 1000000) >= 3000000 ? "are no fewer than instructions" : "are too few");
    printf("branch misses %s\n", branches < 0 ? "are not counted" : "are counted");

    int sampled = counter(PERF_COUNT_HW_INSTRUCTIONS, 100000);
    signal(SIGIO, overflow);
    fcntl(sampled, F_SETFL, O_ASYNC);
    fcntl(sampled, F_SETSIG, SIGIO);
    fcntl(sampled, F_SETOWN, getpid());
    counted(sampled, 1000000);
    printf("overflows %d\n", (int)overflows);
    return 0;
}
