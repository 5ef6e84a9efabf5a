import { SingleBar } from "cli-progress";

/** A progress bar over files on a terminal; elsewhere (a log, a pipe) a line whenever another file is done. */
export function createProgress(total: number) {
	if (total === 0) return { show() {}, end() {} };
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
		end() {
			bar.update(total, { what: "done", done: total, files: total });
			bar.stop();
		},
	};
}

function createLines(total: number) {
	let told = -1;
	const show = (done: number) => {
		if (Math.floor(done) === told) return;
		told = Math.floor(done);
		console.error(`Ingesting: ${told}/${total} files`);
	};
	return { show, end: () => show(total) };
}
