/** Saving the whole machine into a file, and going on from one. */
import type { DiskInfo } from '../../vm/api';
import { assumedBelief } from './belief';
import { hostWords } from './psci-facts';
import { download, readSavedFileName, savedFileName } from './saved-file';
import { restoreHint } from './scenario-words';
import type { VmStore } from './vm.svelte';

export async function saveToFile(store: VmStore): Promise<void> {
  if (!store.live || store.saving) return;
  store.saving = true;
  await store.attempt(async () => {
    const bytes = await store.worker().save();
    const name = savedFileName(store.shown, store.fw.now.version);
    download(bytes, name);
    store.notice(`the whole machine is saved as ${name}; its disk is not in the file`, 'info');
  });
  store.saving = false;
}

export async function restoreFromFile(
  store: VmStore,
  file: File,
  host: string | undefined,
  disk: DiskInfo | undefined,
): Promise<void> {
  const named = readSavedFileName(file.name);
  const base = store.draft.config();
  store.running = { ...base, guest: named?.guest ?? base.guest, memoryMiB: named?.memoryMiB ?? base.memoryMiB };
  store.diskName = disk?.name;
  store.failure = undefined;
  store.stages = [];
  store.state = 'loading';
  try {
    store.begin();
    const bytes = new Uint8Array(await file.arrayBuffer());
    const config = await store.worker().restore(bytes, {
      ...(host === undefined ? {} : { host }),
      ...(disk ? { disk: { name: disk.name, sizeMiB: Math.ceil(disk.size / 2 ** 20) } } : {}),
    });
    store.running = config;
    await describeRestored(store, file.name);
  } catch (error) {
    store.fail(new Error(restoreHint(error instanceof Error ? error.message : String(error))));
  }
}

/** The file knows what machine it is of, and the page learns it from the machine. */
async function describeRestored(store: VmStore, name: string): Promise<void> {
  const view = await store.fw.refresh();
  store.vcpus = await store.worker().vcpus();
  if (!view || !store.running) return;
  store.fw.inherit(assumedBelief(view.version, undefined, view.systemSuspend));
  const { host, conduit, rules, systemSuspend, version } = view;
  store.running = { ...store.running, vcpus: store.vcpus.length, psci: version, host, conduit, rules, systemSuspend };
  store.restoredFrom = name;
  store.notice(
    `restored from ${name} on ${hostWords(host)} with PSCI ${version}, and paused; what the console showed before is not in the file`,
    'info',
  );
}
