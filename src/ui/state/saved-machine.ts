/** Saving the whole machine into a file, and going on from one. */
import type { DiskInfo, VmConfig } from '../../vm/api';
import { assumedBelief } from './belief';
import { psciOf } from './options';
import { hostWords } from './psci-facts';
import { download, savedFileName } from './saved-file';
import { restoreHint } from './scenario-words';
import type { VmStore } from './vm.svelte';

export async function saveToFile(store: VmStore): Promise<void> {
  if (!store.live || store.saving) return;
  store.saving = true;
  await store.attempt(async () => {
    const saved = await store.worker().save();
    const name = savedFileName(store.shown, store.fw.now.version);
    download(saved, name);
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
  // What machine it is, only the file knows: until it is read the header shows none.
  store.running = undefined;
  store.diskName = disk?.name;
  store.failure = undefined;
  store.loading.clear();
  store.state = 'loading';
  try {
    store.begin();
    store.restoredFrom = file.name;
    const config = await store.worker().restore(file, {
      ...(host === undefined ? {} : { host }),
      ...(disk ? { disk: { name: disk.name, sizeMiB: Math.ceil(disk.size / 2 ** 20) } } : {}),
    });
    store.running = config;
    await describeRestored(store, config, file.name);
  } catch (error) {
    store.restoredFrom = undefined;
    store.fail(new Error(restoreHint(error instanceof Error ? error.message : String(error))));
  }
}

async function describeRestored(store: VmStore, config: VmConfig, name: string): Promise<void> {
  const version = psciOf(config);
  await store.fw.refresh();
  // The kernel asked in another life, and nobody here watched it.
  store.fw.inherit(assumedBelief(version, undefined, config.systemSuspend));
  store.notice(
    `restored from ${name} on ${hostWords(config.host)} with PSCI ${version}, and paused; what the console showed before is not in the file`,
    'info',
  );
}
