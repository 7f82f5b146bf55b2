import type { Story } from '../story';

const TWO_CPUS = { guest: 'lab', vcpus: 2 } as const;

export const story: Story = {
  name: 'second-cpu',
  next: 'timer',
  steps: [
    {
      title: 'Start with two CPUs',
      text: 'The lab is chosen, with 2 vCPUs. Press “Start the machine”.',
      from: TWO_CPUS,
      deed: { start: TWO_CPUS },
      until: { all: [{ runs: TWO_CPUS }, { printed: /lab> $/ }] },
      place: 'cpus',
      look: 'vCPU 0 runs the monitor and idles while it waits for you. vCPU 1 is off: on arm64 only one CPU starts, and it is for software to call the others.',
    },
    {
      title: 'Ask who is on',
      text: 'Type `cpus`. For each CPU the guest calls AFFINITY_INFO.',
      deed: { type: 'cpus' },
      until: { called: 'AFFINITY_INFO', result: /OFF/ },
      place: 'calls',
      look: 'Two calls of AFFINITY_INFO, one for each affinity: a CPU is named by the number in its MPIDR_EL1, not by an index.',
    },
    {
      title: 'Switch CPU 1 on',
      text: 'Type `on 1`.',
      deed: { type: 'on 1' },
      until: { all: [{ called: 'CPU_ON', result: /SUCCESS/ }, { printed: /cpu1: hello/ }] },
      place: 'calls',
      look: 'CPU_ON names the CPU, the physical address where it begins, and a value that it finds in x0. It begins there at EL1 with its MMU off, and knows nothing else.',
    },
    {
      title: 'Do it twice',
      text: 'Type `on 1` again.',
      deed: { type: 'on 1' },
      until: { called: 'CPU_ON', result: /ALREADY_ON/ },
      place: 'calls',
      look: 'ALREADY_ON: the firmware keeps the power state of each CPU, and refuses what makes no sense. The other CPU goes on counting.',
    },
    {
      title: 'Send it to bed',
      text: 'Type `off 1`. No CPU can switch another one off: the monitor sends it an interrupt, and it calls CPU_OFF for itself.',
      deed: { type: 'off 1' },
      until: { called: 'CPU_OFF' },
      place: 'cpus',
      look: 'The call of CPU_OFF came from cpu1 and never returned. vCPU 1 is off, until somebody calls CPU_ON again.',
    },
  ],
  moral:
    'CPU_ON, CPU_OFF and AFFINITY_INFO are all that an operating system needs to bring CPUs up and down, and they are the oldest part of PSCI.',
};
