import { getContext } from 'svelte';
import type { Answer, Ask, Question } from '../../vm/api/questions';
import { sentenceOf } from '../../vm/sentence';
import { PLACE, type Place } from '../dock/panel-place';
import type { Session } from './session.svelte';

/**
 * The answer to a question about the machine, kept fresh while its panel is seen: it is asked again with each report of the vCPUs (some a second while the
 * machine runs, one when it stops), when what is asked changes, and on {@link again}. One question is on its way at a time. To be made while a component is.
 */
export class Inspection<Q extends Question> {
  /** Undefined until the first answer, and while there is no machine. */
  answer = $state.raw<Answer<Q> | undefined>();
  /** The answer before, for marking what changed. */
  before = $state.raw<Answer<Q> | undefined>();
  /** Why there is none, as a sentence. */
  problem = $state<string | undefined>();

  private asking = false;
  private stale = false;

  /** @param ask what is asked, read reactively; undefined: nothing for now */
  constructor(
    private readonly session: Session,
    private readonly question: Q,
    private readonly ask: () => Ask<Q> | undefined,
  ) {
    // In an embed a panel has no place, and is seen as long as it is there.
    const place = getContext<Place | undefined>(PLACE);
    $effect(() => {
      if (place?.visible === false) return;
      void session.view.vcpus;
      void session.state;
      void this.ask();
      void this.again();
    });
  }

  async again(): Promise<void> {
    if (this.asking) {
      this.stale = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.stale = false;
        await this.askOnce();
      } while (this.stale);
    } finally {
      this.asking = false;
    }
  }

  private async askOnce(): Promise<void> {
    const ask = this.ask();
    if (!this.session.hasMachine || ask === undefined) {
      this.answer = this.before = this.problem = undefined;
      return;
    }
    try {
      const answer = await this.session.worker().inspect(this.question, ask);
      this.before = this.answer;
      this.answer = answer;
      this.problem = undefined;
    } catch (error) {
      this.problem = sentenceOf(error);
    }
  }
}
