import { createInterface } from "node:readline/promises";
import { ExcerptError } from "../errors.ts";

/** Asks on the terminal; anything but y is no. Throws where there is nobody to ask. */
export async function confirm(question: string): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new ExcerptError("invalid_value", `${question} Nobody can answer here: add --yes to go on without asking.`);
	}
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
	} finally {
		terminal.close();
	}
}
