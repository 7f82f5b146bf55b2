/** Saving the whole machine into a file, and going on from one. */
import type { DiskInfo, VmConfig } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import { assumedBelief } from './belief';
import { downloadsAllowed, FORBIDDEN, savedWords } from './download-words';
import { psciOf } from './options';
import { hostWords } from './psci-facts';
import { download, savedFileName } from './save-file-name';
import { restoreHint } from './scenario-words';
import type { Session } from './session.svelte';

/** The machine where it stands, with what the page knows of it. */
export async function copyOf(session: Session): Promise<Blob> {
  return session.worker().save(await session.voice.console.screen(), session.time.passed);
}

export async function saveToFile(session: Session): Promise<void> {
  if (!session.live || session.saving) return;
  const allowed = downloadsAllowed(window);
  if (allowed === false) {
    session.notice(FORBIDDEN, 'warning');
    return;
  }
  session.saving = true;
  session.savedWords = undefined;
  session.announce('Saving the machine; it stands still until its file is whole.');
  await session.attempt(async () => {
    const saved = await copyOf(session);
    const name = savedFileName(session.shown, session.firmware.now.version);
    download(saved, name);
    const words = savedWords(name, saved.size, allowed, session.sleepers.ofMachine.length);
    session.savedWords = `${words[0]!.toUpperCase()}${words.slice(1)}.`;
    session.notice(words, 'info');
  });
  session.saving = false;
}

export async function restoreFromFile(
  session: Session,
  file: File,
  host: string | undefined,
  disk: DiskInfo | undefined,
): Promise<void> {
  session.expect(undefined, disk?.name);
  try {
    session.begin();
    session.boots = false;
    session.restoredFrom = file.name;
    const { config: before } = await session.worker().checkSaved(file);
    const config = await session.worker().restore(file, {
      ...(host === undefined ? {} : { host }),
      ...(disk ? { disk: { name: disk.name, sizeMiB: Math.ceil(disk.size / 2 ** 20) } } : {}),
      shelve: session.embedded,
      trace: session.traces,
    });
    session.restored(config);
    await session.sleepers.lookAtMachine();
    const { ofMachine } = session.sleepers;
    session.diskName ??= ofMachine[0]?.name;
    session.absence.tell({ how: 'restored', ...before, psci: psciOf(before), when: file.lastModified }, config, ofMachine);
    await describeRestored(session, config, file.name);
  } catch (error) {
    session.restoredFrom = undefined;
    session.fail(new Error(restoreHint(sentenceOf(error))));
  }
}

async function describeRestored(session: Session, config: VmConfig, name: string): Promise<void> {
  const version = psciOf(config);
  await session.firmware.refresh();
  // The kernel asked in another life, and nobody here watched it.
  session.firmware.inherit(assumedBelief(version, undefined, config.systemSuspend));
  session.notice(`restored from ${name} on ${hostWords(config.host)} with PSCI ${version}, and paused`, 'info');
}
