/* A debugger and what it debugs: hardware breakpoints, steps and watchpoints by ptrace, on arm64 Linux. Says what stops where. */
#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef NT_ARM_HW_BREAK
#define NT_ARM_HW_BREAK 0x402
#define NT_ARM_HW_WATCH 0x403
#endif

struct debug_state {
    unsigned info, pad;
    struct { unsigned long address; unsigned control, pad; } registers[16];
};

/* DBGBCR and DBGWCR as Linux takes them: enabled, for EL0. */
enum { EXECUTE = 0x1e5, LOAD = 0x1fed, STORE = 0x1ff5 };

volatile long counter;
volatile long watched[2];
__attribute__((noinline)) void work(long i)
{
    counter += i;
}

static pid_t child;

static unsigned slots(int set)
{
    struct debug_state state = { 0 };
    struct iovec io = { &state, sizeof state };
    if (ptrace(PTRACE_GETREGSET, child, set, &io)) perror("GETREGSET");
    return state.info & 0xff;
}

static void arm(int set, const volatile void *address, unsigned control)
{
    struct debug_state state = { 0 };
    state.registers[0].address = (unsigned long)address;
    state.registers[0].control = control;
    struct iovec io = { &state, 8 + 16 };
    if (ptrace(PTRACE_SETREGSET, child, set, &io)) perror("SETREGSET");
}

static unsigned long pc(void)
{
    struct user_regs_struct registers;
    struct iovec io = { &registers, sizeof registers };
    ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &io);
    return registers.pc;
}

/* Lets the child go on; true if it stopped by SIGTRAP. */
static int go(int how, const char *what)
{
    int status;
    siginfo_t info;
    ptrace(how, child, 0, 0);
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) {
        printf("%s: ended %d\n", what, WEXITSTATUS(status));
        return 0;
    }
    ptrace(PTRACE_GETSIGINFO, child, 0, &info);
    long value = ptrace(PTRACE_PEEKDATA, child, &counter, 0);
    printf("%s: signal %d code %d at work%+ld address %s counter %ld\n", what, info.si_signo, info.si_code,
           pc() - (unsigned long)work < 64 ? (long)(pc() - (unsigned long)work) : -1L,
           info.si_addr == (void *)work ? "work" : info.si_addr == (void *)&watched[1] ? "watched" : "other", value);
    return 1;
}

int main(void)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        for (long i = 1; i <= 3000; i++) work(i);
        for (long i = 1; i <= 3; i++) {
            watched[0] = i;
            watched[1] = i;
            counter += watched[1];
        }
        _exit(7);
    }
    waitpid(child, 0, 0);
    printf("breakpoints %u watchpoints %u\n", slots(NT_ARM_HW_BREAK), slots(NT_ARM_HW_WATCH));
    for (int i = 0; i < 3; i++) {
        arm(NT_ARM_HW_BREAK, (void *)work, EXECUTE);
        go(PTRACE_CONT, "break");
        arm(NT_ARM_HW_BREAK, 0, 0);
        go(PTRACE_SINGLESTEP, "step");
    }
    arm(NT_ARM_HW_WATCH, &watched[1], STORE);
    go(PTRACE_CONT, "store");
    arm(NT_ARM_HW_WATCH, &watched[1], LOAD);
    go(PTRACE_CONT, "load");
    arm(NT_ARM_HW_WATCH, &watched[1], STORE);
    go(PTRACE_CONT, "store");
    arm(NT_ARM_HW_WATCH, 0, 0);
    go(PTRACE_CONT, "rest");
    return 0;
}
