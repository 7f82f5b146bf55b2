import { OWN_KERNEL } from '../../state/options';
import program from '../programs/hello.s?raw';
import type { Story } from '../story';

const PROGRAM = { guest: OWN_KERNEL } as const;

export const story: Story = {
  name: 'first-program',
  next: 'second-cpu',
  steps: [
    {
      title: 'Run it',
      text: 'These lines are the whole of the software on this machine. `ldr`, `ldrb` and `strb` read and write memory, `cbz` jumps if a register is zero, `b` always. Run it.',
      from: PROGRAM,
      program,
      deed: { run: true },
      until: { all: [{ runs: PROGRAM }, { printed: /Hello from A64/ }] },
      place: 'output',
      look: 'Every character was a store to address 0x09000000. There is no memory there, but a serial port: what is stored goes out.',
    },
    {
      title: 'Change it',
      text: 'Write something else between the quotation marks, and run it again. What the assembler does not understand it tells by its line.',
      from: PROGRAM,
      program,
      deed: { edit: ['Hello from A64', 'A dormouse dreams in A64'] },
      until: { all: [{ runs: PROGRAM }, { printed: /^(?!\s*Hello from A64)\s*\S/ }] },
      place: 'output',
      look: 'Your words. The machine is new, too: it started from nothing, in milliseconds.',
    },
    {
      title: 'Switch the machine off',
      text: 'A program can ask the firmware. In place of `wfi` and `b done` write `ldr w0, =0x84000008` and `hvc #0`: the id of SYSTEM_OFF, and the call. Run it.',
      from: PROGRAM,
      program,
      deed: {
        edit: [
          '    wfi                     // nothing more to do: wait\n    b done\n',
          '    ldr w0, =0x84000008     // SYSTEM_OFF\n    hvc #0                  // calls the firmware, and does not return\n',
        ],
      },
      until: { all: [{ called: 'SYSTEM_OFF' }, { ended: true }] },
      place: 'calls',
      look: 'One call in the log, made by your program: SYSTEM_OFF. It was the last thing that this machine did.',
    },
  ],
  moral: 'Twelve lines, and no operating system: loads, stores, jumps, and a call to the firmware. All else is made of that.',
};
