import { writeFileSync } from "node:fs";
import { childrenOf, readProc } from "./proc.ts";

/** How often a process is looked at: one that is ended for its size has been there for longer. */
const EVERY_MS = 50;

/** The most that a process and its children have resided in since the last call, in MB; NaN where there is no /proc. */
export type MemoryPeaks = {
	take: () => { process: number; children: number };
	/** What `take` would say, without another look: for a process that has ended. */
	seen: () => { process: number; children: number };
	stop: () => void;
};

/** Watches a process and its children, of which each is counted by itself. */
export function watchMemory(pid: number): MemoryPeaks {
	let peaks = { process: Number.NaN, children: Number.NaN };
	const look = () => {
		peaks.process = most(peaks.process, residentPeak(pid));
		for (const child of childrenOf(pid)) peaks.children = most(peaks.children, residentPeak(child));
	};
	const timer = setInterval(look, EVERY_MS);
	return {
		take() {
			look();
			const taken = peaks;
			peaks = { process: Number.NaN, children: Number.NaN };
			for (const id of [pid, ...childrenOf(pid)]) forgetPeak(id);
			return taken;
		},
		seen: () => peaks,
		stop: () => clearInterval(timer),
	};
}

function most(a: number, b: number): number {
	return Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b);
}

function residentPeak(pid: number): number {
	const match = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`));
	return match ? (Number(match[1]) * 1024) / 1e6 : Number.NaN;
}

/** Lets VmHWM begin again from what the process resides in now. */
function forgetPeak(pid: number): void {
	try {
		writeFileSync(`/proc/${pid}/clear_refs`, "5");
	} catch {
		// It has ended, or there is no /proc.
	}
}
