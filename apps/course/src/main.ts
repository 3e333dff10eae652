/** Entry of the course: runs one of its programs with what this process has. */
import { runCourse } from './run-course.ts';

// A reader that has seen enough (`npm run course -- hello | head`) is no defect.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
  process.exit(1);
});

process.exitCode = await runCourse(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // npm changes the folder; this is the one it was called in.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  now: () => performance.now(),
});
