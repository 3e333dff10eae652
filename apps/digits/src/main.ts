/** Entry of the digits application: runs the program with what this process has. */
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

// A reader that has seen enough (`npm start | head`) is no defect.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // npm changes the folder; this is the one it was called in.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  colour: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  now: () => performance.now(),
  reloadProgram: fileURLToPath(new URL('./reload.js', import.meta.url)),
});
