import { type Profiler, Session } from 'node:inspector';

export type { Profiler };

/** V8's sampling profiler, on this very thread. */
export class Sampler {
  private readonly session = new Session();

  constructor(private readonly intervalUs: number) {
    this.session.connect();
  }

  async start(): Promise<void> {
    await this.post((done) => this.session.post('Profiler.enable', done));
    await this.post((done) => this.session.post('Profiler.setSamplingInterval', { interval: this.intervalUs }, done));
    await this.post((done) => this.session.post('Profiler.start', done));
  }

  stop(): Promise<Profiler.Profile> {
    return new Promise((resolve, reject) => {
      this.session.post('Profiler.stop', (error, answer) => (error ? reject(error) : resolve(answer.profile)));
    });
  }

  close(): void {
    this.session.disconnect();
  }

  private post(send: (done: (error: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => send((error) => (error ? reject(error) : resolve())));
  }
}
