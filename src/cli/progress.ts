import { SingleBar } from "cli-progress";

export type IngestProgress = {
	/** So many files are done, one of them perhaps in part; what is being done with which. */
	show(done: number, what: string): void;
	/** A file waits, and for what. */
	waits(filename: string, reason: string): void;
	end(): void;
};

/** Where nobody sees a bar, a line says at least so often what is being done. */
const SILENCE_MS = 10_000;

/**
 * A progress bar over files on a terminal; elsewhere (a log, a pipe) a line whenever another file is done or waits for
 * something new, and every ten seconds.
 */
export function createProgress(total: number): IngestProgress {
	if (total === 0) return { show() {}, waits() {}, end() {} };
	if (!process.stderr.isTTY) return createLines(total);
	const bar = new SingleBar({
		format: "Ingesting {bar} {percentage}% | {done}/{files} files | {what}",
		barCompleteChar: "█",
		barIncompleteChar: "░",
		barsize: 30,
		stream: process.stderr,
		clearOnComplete: false,
		hideCursor: true,
	});
	bar.start(total, 0, { what: "", done: 0, files: total });
	return {
		show: (done: number, what: string) => bar.update(done, { what, done: Math.floor(done), files: total }),
		// The bar shows it already.
		waits() {},
		end: () => bar.stop(),
	};
}

/** Nothing but a line where a file waits for something new. */
export function createWaitLines(): IngestProgress {
	const reasons = new Map<string, string>();
	return {
		show() {},
		// A dead server keeps every file waiting: its reason is told once, and again only after another.
		waits(filename, reason) {
			const known = [...reasons.values()].includes(reason);
			reasons.set(filename, reason);
			if (!known) console.error(`${filename}: waiting: ${reason}`);
		},
		end() {},
	};
}

function createLines(total: number): IngestProgress {
	let told = -1;
	let toldAt = 0;
	const show = (done: number, what: string) => {
		if (Math.floor(done) === told && Date.now() - toldAt < SILENCE_MS) return;
		told = Math.floor(done);
		toldAt = Date.now();
		console.error(`Ingesting: ${told}/${total} files${what && ` (${what})`}`);
	};
	return { ...createWaitLines(), show };
}
