import { errorMessage } from './error-message.ts';

/** Tells of a fault of something that is tried again and again: once, until its message is another one or it works again. */
export function createToldOnce(onError: (error: unknown) => void) {
  let told: string | null = null;
  return {
    failed(error: unknown): void {
      const message = errorMessage(error);
      if (message === told) return;
      told = message;
      onError(error);
    },
    worked(): void {
      told = null;
    },
  };
}
