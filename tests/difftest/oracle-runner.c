/*
 * Executes A64 instructions on given register state and reports the state after them. Runs under qemu-aarch64 (or on hardware).
 *
 * Every case has some words at an address of its own, between breakpoints. A signal handler is the whole machinery: returning from it loads
 * all registers of a case and goes to its first word; whatever stops the case (the breakpoint behind it, UNDEFINED, a fault, a jump to
 * nowhere) is a signal that brings all its registers back. So no register is reserved, and a branch's target is seen in pc.
 *
 * Standard input: struct header, then `cases` records of struct state, `memory_bytes` of memory and `words` instructions each. Standard output:
 * the records after execution, with the number of the signal that ended each.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

struct header {
  uint32_t cases, memory_bytes, words, unused;
  uint64_t memory, pages, page_bytes; /* the cases' memory lies somewhere in `page_bytes` at `pages` that are zero otherwise */
  uint64_t code, code_bytes;
};

struct state {
  uint64_t x[31], sp, pc;
  uint32_t nzcv, fpcr, fpsr, signal;
  unsigned char v[32][16];
};
_Static_assert(sizeof(struct state) == 0x318, "oracle-qemu-user.ts knows this layout");

static struct header header;
static unsigned char *records;
static size_t stride;
static uint32_t next;

/* Of every case's instructions. */
static size_t code_bytes(void) { return header.words * sizeof(uint32_t); }

static struct state *record(uint32_t index) { return (struct state *)(records + index * stride); }

static struct fpsimd_context *vectors(ucontext_t *context) {
  struct _aarch64_ctx *part = (struct _aarch64_ctx *)context->uc_mcontext.__reserved;
  while (part->magic != FPSIMD_MAGIC) {
    if (!part->magic) _exit(5);
    part = (struct _aarch64_ctx *)((char *)part + part->size);
  }
  return (struct fpsimd_context *)part;
}

static void write_all(const unsigned char *from, size_t bytes) {
  while (bytes) {
    ssize_t done = write(1, from, bytes);
    if (done <= 0) _exit(6);
    from += done;
    bytes -= (size_t)done;
  }
}

static void stopped(int number, siginfo_t *info, void *raw) {
  (void)info;
  ucontext_t *context = raw;
  mcontext_t *general = &context->uc_mcontext;
  struct fpsimd_context *fp = vectors(context);
  if (next) {
    struct state *after = record(next - 1);
    memcpy(after->x, general->regs, sizeof after->x);
    after->sp = general->sp;
    after->pc = general->pc;
    after->nzcv = (uint32_t)general->pstate & 0xf0000000;
    after->fpcr = fp->fpcr;
    after->fpsr = fp->fpsr;
    after->signal = (uint32_t)number;
    memcpy(after->v, fp->vregs, sizeof after->v);
    memcpy(after + 1, (void *)header.memory, header.memory_bytes);
  }
  if (next == header.cases) {
    write_all(records, stride * header.cases);
    _exit(0);
  }
  struct state *before = record(next++);
  memcpy(general->regs, before->x, sizeof before->x);
  general->sp = before->sp;
  general->pc = before->pc;
  general->pstate = before->nzcv;
  fp->fpcr = before->fpcr;
  fp->fpsr = before->fpsr;
  memcpy(fp->vregs, before->v, sizeof before->v);
  if (header.memory_bytes) {
    memset((void *)header.pages, 0, header.page_bytes);
    memcpy((void *)header.memory, before + 1, header.memory_bytes);
  }
}

static void *map(uint64_t address, size_t bytes, int protection) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | (address ? MAP_FIXED_NOREPLACE : 0);
  void *mapped = mmap((void *)address, bytes, protection, flags, -1, 0);
  if (mapped == MAP_FAILED) exit(2);
  return mapped;
}

int main(void) {
  if (fread(&header, sizeof header, 1, stdin) != 1) return 1;
  map(header.pages, header.page_bytes, PROT_READ | PROT_WRITE);
  uint32_t *code = map(header.code, header.code_bytes, PROT_READ | PROT_WRITE | PROT_EXEC);
  for (size_t i = 0; i < header.code_bytes / 4; i++) code[i] = 0xd4200000; /* brk #0 */
  stride = sizeof(struct state) + header.memory_bytes + code_bytes();
  records = map(0, stride * header.cases + 4096, PROT_READ | PROT_WRITE);
  if (fread(records, stride, header.cases, stdin) != header.cases) return 1;
  for (uint32_t i = 0; i < header.cases; i++) {
    memcpy((void *)record(i)->pc, (unsigned char *)(record(i) + 1) + header.memory_bytes, code_bytes());
  }
  __builtin___clear_cache((char *)code, (char *)code + header.code_bytes);

  stack_t stack = {.ss_sp = map(0, 65536, PROT_READ | PROT_WRITE), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = stopped, .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
  int signals[] = {SIGILL, SIGSEGV, SIGBUS, SIGTRAP, SIGFPE};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  __asm__ volatile("brk #0");
  return 7;
}
