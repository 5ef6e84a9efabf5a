import { readdirSync, readFileSync } from "node:fs";

const SAMPLE_MS = 100;

/** Watches what a process and its children hold in memory, from /proc; NaN where there is none. Returns the peak in MB. */
export function watchMemory(pid: number): () => { own: number; all: number } {
	const peak = { own: Number.NaN, all: Number.NaN };
	const sample = () => {
		const own = residentMb(pid);
		if (own === undefined) return;
		const all = childrenOf(pid).reduce((sum, child) => sum + (residentMb(child) ?? 0), own);
		peak.own = Math.max(own, peak.own || 0);
		peak.all = Math.max(all, peak.all || 0);
	};
	sample();
	const timer = setInterval(sample, SAMPLE_MS);
	return () => {
		clearInterval(timer);
		return peak;
	};
}

function residentMb(pid: number): number | undefined {
	try {
		const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
		return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
	} catch {
		return undefined;
	}
}

function childrenOf(pid: number): number[] {
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
			readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
		);
	} catch {
		return [];
	}
}
