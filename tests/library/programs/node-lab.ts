/** Run by a consumer in Node: boots the lab, runs a program of its own, forks. Prints what it found as JSON. */
import { createVm, type Machine } from 'dormouse';

const lab = await createVm({ guest: 'lab', assets: 'guests', clock: 'virtual', cpus: 2 });
const states: string[] = [];
const stop = lab.on('state', ({ state }) => states.push(state));
await lab.start();
const banner = await lab.waitForText('lab> ');
await lab.pause();
stop();

/** The same inputs, given while it stands still. */
async function goOn(machine: Machine): Promise<{ text: string; instructions: number[]; bytes: Uint8Array }> {
  await machine.type('psci\r');
  await machine.resume();
  const text = await machine.waitForText('lab> ');
  // Both wait for a key now, and nothing else can happen.
  await machine.pause();
  const registers = await machine.registers();
  const bytes = await (await machine.snapshot()).bytes();
  return { text, instructions: registers.map(({ instructions }) => instructions), bytes };
}
const one = await lab.fork();
const two = await lab.fork({ paused: true });
const [first, second] = [await goOn(one), await goOn(two)];

const fromFile = await createVm({ snapshot: await lab.snapshot() });
const third = await goOn(fromFile);

const program = await createVm({
  assembly: `
    ldr x9, =0x09000000
    mov w0, #'!'
    str w0, [x9]
    adr x2, word
    wfi
    b .
  word: .quad 0x1122334455667788`,
});
await program.start();
await program.waitForText('!');
const [cpu] = await program.registers();
const memory = await program.readMemory(cpu!.x[2]!, 8);
await program.close();
await program.close();
const refused = await program.exec('true').catch((error: Error) => error.message);
for (const machine of [lab, one, two, fromFile]) await machine.close();

console.log(
  JSON.stringify({
    states,
    banner,
    text: first.text,
    sameText: first.text === second.text && first.text === third.text,
    sameInstructions: String(first.instructions) === String(second.instructions),
    sameState: Buffer.compare(first.bytes, second.bytes) === 0 && Buffer.compare(first.bytes, third.bytes) === 0,
    memory: [...memory],
    refused,
    forked: [lab.state, one.state, two.state],
  }),
);
