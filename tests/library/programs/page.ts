/** A page of a consumer: boots the lab, forks it, and leaves what it found in the title. */
import { createVm } from 'dormouse';

async function main(): Promise<string> {
  const lab = await createVm({ guest: 'lab', clock: 'virtual' });
  await lab.type('psci\r');
  await lab.start();
  const early = (await lab.waitForText('PSCI 1.3')).includes('psci');
  await lab.waitForText('lab> ');
  await lab.pause();
  const twins = [await lab.fork(), await lab.fork()];
  const said = await Promise.all(
    twins.map(async (twin) => {
      await twin.type('psci\r');
      await twin.resume();
      return twin.waitForText('lab> ');
    }),
  );
  const [cpu] = await lab.registers();
  const memory = await lab.readMemory(cpu!.pc, 4);
  const unmapped = await lab.readMemory(0n, 4, { physical: true }).catch((error: Error) => error.message);
  const aborted = await lab.waitForText('never', { signal: AbortSignal.abort('enough') }).catch((reason) => reason);
  const program = await createVm({ assembly: 'b .', disk: { name: 'work', sizeMiB: 1 } });
  await program.start();
  const again = await program.fork();
  await program.powerOff();
  await again.powerOff();
  const ended = again.state;
  await again.start();
  const states = [program.state, ended, again.state];
  for (const machine of [lab, ...twins, program, again]) await machine.close();
  const refused = await lab.type('x').catch((error: Error) => error.message);
  const same = said[0] === said[1] && said[0]!.includes('PSCI 1.3');
  return JSON.stringify({ same, bytes: memory.length, unmapped, aborted, early, states, refused });
}

main().then(
  (found) => {
    document.title = found;
  },
  (error: Error) => {
    document.title = `failed: ${error.message}`;
  },
);
