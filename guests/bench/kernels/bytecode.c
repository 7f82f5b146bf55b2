/* An interpreter of bytecode in an interpreter: a stack machine with a switch, counting primes by trial division. */
#include "bench.h"

enum { PUSH, LOAD, STORE, ADD, MULTIPLY, REMAINDER, LESS, JUMP, JUMP_IF_ZERO, HALT };
enum { LIMIT, CANDIDATE, DIVISOR, PRIMES, VARIABLES };

#define STACK 16

/*
 * for (candidate = 2; candidate < limit; candidate++) {
 *   for (divisor = 2; divisor * divisor <= candidate && candidate % divisor; divisor++);
 *   primes += candidate < divisor * divisor;
 * }
 */
static const uint8_t program[] = {
    PUSH, 2, STORE, CANDIDATE,                                      /*  0 */
    LOAD, CANDIDATE, LOAD, LIMIT, LESS, JUMP_IF_ZERO, 52,           /*  4: is there another candidate? */
    PUSH, 2, STORE, DIVISOR,                                        /* 11 */
    LOAD, CANDIDATE, LOAD, DIVISOR, LOAD, DIVISOR, MULTIPLY, LESS,  /* 15: is it prime? */
    JUMP_IF_ZERO, 34,                                               /* 23 */
    LOAD, PRIMES, PUSH, 1, ADD, STORE, PRIMES, JUMP, 43,            /* 25: yes */
    LOAD, CANDIDATE, LOAD, DIVISOR, REMAINDER, JUMP_IF_ZERO, 43,    /* 34: no, if this divides it */
    JUMP, 53,                                                       /* 41 */
    LOAD, CANDIDATE, PUSH, 1, ADD, STORE, CANDIDATE, JUMP, 4,       /* 43: the next candidate */
    HALT,                                                           /* 52 */
    LOAD, DIVISOR, PUSH, 1, ADD, STORE, DIVISOR, JUMP, 15,          /* 53: the next divisor */
};

static uint32_t variables[VARIABLES];

static uint32_t interpret(void) {
  uint32_t stack[STACK], *top = stack, steps = 0;
  const uint8_t *at = program;
  for (;; steps++) {
    switch (*at++) {
      case PUSH:
        *top++ = *at++;
        break;
      case LOAD:
        *top++ = variables[*at++];
        break;
      case STORE:
        variables[*at++] = *--top;
        break;
      case ADD:
        top--;
        top[-1] += top[0];
        break;
      case MULTIPLY:
        top--;
        top[-1] *= top[0];
        break;
      case REMAINDER:
        top--;
        top[-1] %= top[0];
        break;
      case LESS:
        top--;
        top[-1] = top[-1] < top[0];
        break;
      case JUMP:
        at = program + *at;
        break;
      case JUMP_IF_ZERO:
        at = *--top ? at + 1 : program + *at;
        break;
      default:
        return steps;
    }
  }
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t lap = 0; lap < count; lap++) {
    variables[LIMIT] = 1500 + lap % 64;
    variables[PRIMES] = 0;
    sum = mix(sum, interpret());
    sum = mix(sum, variables[PRIMES]);
  }
  return sum;
}
