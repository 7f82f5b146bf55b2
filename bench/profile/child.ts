/** One pass, in a process of its own: `child.ts ENGINE LOOK INTERVAL NAME…`, forked. Sends a message for each subject. */

import { ScriptedGuest } from '../../guests/scripted-guest';
import { guestFiles } from '../../tests/lockstep/checkpoints';
import { PROMPT } from '../debian/session';
import { PREPARATION, WORKLOADS } from '../debian/workloads';
import { findInterpreter, type Look, Pass, type SubjectResult } from './pass';
import { BOOT, type EngineName } from './subjects';

export interface SubjectMessage {
  name: string;
  result: SubjectResult;
}

const MEMORY_MIB = 512;
/** Enough for some hundred samples. */
const INTERPRETED_BEFORE = 10_000_000;

const [engine, look, interval, ...names] = process.argv.slice(2) as [EngineName, Look, string, ...string[]];

const debian = await guestFiles('debian');
if (!debian) throw new Error('There is no Debian guest: npm run guests.');
const create = (on: EngineName): Promise<ScriptedGuest> => ScriptedGuest.create(debian, on, MEMORY_MIB, PROMPT);
const interpreter = await findInterpreter(await create('interpreter'), INTERPRETED_BEFORE);
const guest = await create(engine);
const pass = new Pass(guest, look, Number(interval), interpreter);

async function subject(name: string, work: () => void): Promise<void> {
  if (!names.includes(name)) return work();
  const message: SubjectMessage = { name, result: await pass.over(work) };
  process.send!(message);
}

await subject(BOOT, () => guest.toPrompt());
const chosen = WORKLOADS.filter(({ name }) => names.includes(name));
if (chosen.length > 0) guest.command(PREPARATION);
for (const { name, command } of chosen) await subject(name, () => guest.command(command));
pass.close();
process.disconnect();
