/** Files that were dropped on the page: what they are, and what becomes of them. */
import { MOST_IN_MEMORY } from '../../vm/api';
import { sentenceOf } from '../../vm/sentence';
import { attachedName } from './attached-disk';
import { type DropChoice, type DropOffer, type DroppedFile, offerFor } from './drop-choices';
import type { GivenFile } from './guest-files.svelte';
import { OWN_KERNEL } from './options';
import type { Session } from './session.svelte';

/** So many are looked at: what boots is hardly the twentieth of a heap. */
const MOST_LOOKED_AT = 20;

export class Drops {
  /** What was dropped, and waits for its person to choose. */
  files = $state.raw<readonly GivenFile[]>([]);
  private recognised = $state.raw<readonly DroppedFile[]>([]);
  /** Why nothing can become of it. */
  failure = $state('');

  constructor(private readonly session: Session) {}

  /** The card is to be seen. */
  get open(): boolean {
    return this.files.length > 0 || this.failure !== '';
  }

  get offer(): DropOffer {
    const { session } = this;
    const { fixed, copies, draft } = session;
    return offerFor(this.recognised, {
      fixed,
      copies,
      folder: session.files.folder,
      title: session.chosenTitle,
      // A kernel of one's own has the given disk instead of an empty one.
      hasDisk: !draft.own && session.ownDiskMiB > 0,
      attached: draft.attached?.name,
      ownMiB: draft.own && !draft.program ? draft.memoryMiB : undefined,
    });
  }

  close(): void {
    this.files = [];
    this.failure = '';
  }

  /** @param find finds the files, or rejects with a sentence */
  async take(find: Promise<GivenFile[]>): Promise<void> {
    this.close();
    try {
      const files = await find;
      if (files.length === 0) {
        this.failure = 'There was no file in what you dropped: drop files, or a folder with some in it.';
        return;
      }
      const recognised = await Promise.all(
        files.map(async ({ path, file }, index): Promise<DroppedFile> => {
          const known = index < MOST_LOOKED_AT && (await this.session.worker().recognise(file, file.name));
          return { name: path, size: file.size, recognised: known || { kind: 'other', what: 'a file' } };
        }),
      );
      this.recognised = recognised;
      this.files = files;
      // Where there is but one thing to do with files, and it harms nothing, nobody need be asked.
      const { choices } = this.offer;
      if (choices.length === 1 && choices[0]?.does === 'copy') await this.carryOut(choices[0]);
    } catch (error) {
      this.failure = sentenceOf(error);
    }
  }

  async carryOut(choice: DropChoice): Promise<void> {
    const { session, files } = this;
    this.close();
    if (choice.does === 'copy') {
      session.focus.show('files');
      await session.files.put(files);
      return;
    }
    if (choice.does === 'edit') {
      session.focus.edit({ file: files[choice.source]!.file });
      return;
    }
    if (!(await session.makeRoom())) return;
    const { draft } = session;
    switch (choice.does) {
      case 'restore':
        return session.restore(files[choice.saved]!.file, undefined, undefined);
      case 'run':
        draft.takeOwn({ src: files[choice.source]!.file });
        return session.start();
      case 'initrd':
        draft.program = undefined;
        draft.pickOwn();
        draft.initrd = files[choice.initrd]!.file;
        return;
      case 'attach':
        await this.attach(files[choice.disk]!.file, choice.kept);
        draft.snapshot = undefined;
        // Who sleeps there would wake with a disk that it does not know: that is its person's to say.
        if (session.canStart && !session.sleepers.chosen) return session.start();
        return;
      case 'boot':
        draft.guest = OWN_KERNEL;
        draft.program = undefined;
        draft.snapshot = undefined;
        draft.memoryMiB = choice.memoryMiB;
        if (choice.detach) draft.attached = undefined;
        draft.chooseKernel(files[choice.kernel]!.file, this.recognised[choice.kernel]?.recognised);
        if (choice.initrd !== undefined) draft.initrd = files[choice.initrd]!.file;
        if (choice.disk !== undefined) await this.attach(files[choice.disk]!.file);
        return session.start();
    }
  }

  /** The next machine has a copy of the file as a disk. */
  private async attach(image: File, kept = image.size > MOST_IN_MEMORY): Promise<void> {
    const { draft, sleepers, guests } = this.session;
    await sleepers.refresh();
    const taken = [...sleepers.disks, ...guests, { name: OWN_KERNEL }].map(({ name }) => name);
    draft.attached = { name: attachedName(image.name, taken), size: image.size, kept, image };
  }
}
