#!/usr/bin/env node
import { runCommandLine } from './cli/dispatch.ts';
import { openTerminal } from './cli/terminal.ts';

/** The `countersign` command: 0 all is well, 1 something was found, 2 it could not be run. */
process.exitCode = await runCommandLine(process.argv.slice(2), openTerminal());
