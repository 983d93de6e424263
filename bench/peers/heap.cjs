/** Loaded into a measured process with --expose-gc: at SIGUSR2 it writes its heap after a collection, in bytes, to HEAP_FILE. */
const { renameSync, writeFileSync } = require('node:fs');

process.on('SIGUSR2', () => {
  globalThis.gc();
  setImmediate(() => {
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    writeFileSync(`${process.env.HEAP_FILE}.new`, JSON.stringify({ heapUsed, external, rss }));
    renameSync(`${process.env.HEAP_FILE}.new`, process.env.HEAP_FILE);
  });
});
