import { SingleBar } from "cli-progress";

export type BuildBar = {
	/** So much is done, 0..1, and what is being done, or waited for. */
	show(share: number, what: string): void;
	end(): void;
};

/** A progress bar over a job on a terminal; elsewhere a line for every tenth, and whenever something else is done. */
export function createBuildBar(job = "Building"): BuildBar {
	if (!process.stderr.isTTY) return createLines(job);
	const bar = new SingleBar({
		format: `${job} {bar} {percentage}% | {what}`,
		barCompleteChar: "█",
		barIncompleteChar: "░",
		barsize: 30,
		stream: process.stderr,
		clearOnComplete: false,
		hideCursor: true,
	});
	bar.start(1, 0, { what: "" });
	return { show: (share, what) => bar.update(share, { what }), end: () => bar.stop() };
}

function createLines(job: string): BuildBar {
	let told = "";
	return {
		show(share, what) {
			const line = `${job}: ${10 * Math.floor(10 * share)} %${what && ` (${what})`}`;
			if (line !== told) console.error(line);
			told = line;
		},
		end() {},
	};
}
