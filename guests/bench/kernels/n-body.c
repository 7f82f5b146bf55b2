/* Bodies that attract each other, in doubles: multiply-add, square roots and divisions. */
#include "bench.h"

#define BODIES 8
#define STEPS 400
#define STEP_TIME 0.001
#define SOFTENING 0.01

struct vector {
  double x, y, z;
};

struct body {
  struct vector place, speed;
  double mass;
};

static struct body bodies[BODIES];

static struct vector between(struct vector a, struct vector b) { return (struct vector){b.x - a.x, b.y - a.y, b.z - a.z}; }

static double dot(struct vector a, struct vector b) { return madd(a.x, b.x, madd(a.y, b.y, a.z * b.z)); }

static void push(struct vector *vector, struct vector by, double amount) {
  vector->x = madd(by.x, amount, vector->x);
  vector->y = madd(by.y, amount, vector->y);
  vector->z = madd(by.z, amount, vector->z);
}

static void step(void) {
  for (int i = 0; i < BODIES; i++) {
    for (int j = i + 1; j < BODIES; j++) {
      struct vector way = between(bodies[i].place, bodies[j].place);
      double squared = dot(way, way) + SOFTENING;
      double pull = STEP_TIME / (squared * __builtin_sqrt(squared));
      push(&bodies[i].speed, way, bodies[j].mass * pull);
      push(&bodies[j].speed, way, -bodies[i].mass * pull);
    }
  }
  for (int i = 0; i < BODIES; i++) push(&bodies[i].place, bodies[i].speed, STEP_TIME);
}

static double energy(void) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    sum = madd(0.5 * bodies[i].mass, dot(bodies[i].speed, bodies[i].speed), sum);
    for (int j = i + 1; j < BODIES; j++) {
      struct vector way = between(bodies[i].place, bodies[j].place);
      sum -= bodies[i].mass * bodies[j].mass / __builtin_sqrt(dot(way, way) + SOFTENING);
    }
  }
  return sum;
}

static struct vector anywhere(uint32_t *seed) {
  struct vector vector = {random_unit(seed) - 0.5, random_unit(seed) - 0.5, random_unit(seed) - 0.5};
  return vector;
}

uint64_t kernel(uint32_t count) {
  uint64_t sum = 0;
  uint32_t seed = 14;
  for (int i = 0; i < BODIES; i++) {
    bodies[i].place = anywhere(&seed);
    bodies[i].speed = anywhere(&seed);
    bodies[i].mass = random_unit(&seed) + 0.1;
  }
  while (count--) {
    for (int i = 0; i < STEPS; i++) step();
    sum = mix(sum, bits_of_double(energy()));
  }
  return sum;
}
